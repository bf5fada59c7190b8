"""The demo clinic and everybody in it: staff, clinicians, payers, plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from cases.models import (
    Certification,
    Clinic,
    Clinician,
    ClinicSite,
    Membership,
    Payer,
    PayerLine,
    Plan,
    StaffedHours,
    StaffMember,
)
from cases.models.payers import PhoneLineKind
from priorauth.terms import Funding, LineOfBusiness, Role


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what the demo's cases are about."""

    clinic: Clinic
    lead: StaffMember
    biller: StaffMember
    clinicians: list[Clinician]
    site: ClinicSite
    plans: list[Plan]


PEOPLE = (
    # username, first, last, role
    ("demo", "Robin", "Hale", Role.OWNER),
    ("lead", "Sam", "Ortega", Role.LEAD),
    ("biller", "Jo", "Lindqvist", Role.BILLER),
    ("clinician", "Amal", "Reyes", Role.CLINICIAN),
    ("auditor", "Pat", "Novotny", Role.AUDITOR),
)

PLANS = (
    # payer, payer ID, zone, plan, line of business, funding, state, appeal levels
    ("Northfield Health", "90001", "America/New_York", "Choice PPO",
     LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED, "NY", 2),
    ("Northfield Health", "90001", "America/New_York", "Open Access",
     LineOfBusiness.EMPLOYER, Funding.INSURED, "NY", 1),
    ("Prairie Mutual", "90002", "America/Chicago", "Silver Simple",
     LineOfBusiness.EXCHANGE, Funding.INSURED, "IL", 1),
    ("Golden Years Advantage", "90003", "America/New_York", "Gold HMO",
     LineOfBusiness.MEDICARE_ADVANTAGE, Funding.INSURED, "FL", 1),
    ("Evergreen Community Plan", "90004", "America/Los_Angeles", "Community Care",
     LineOfBusiness.MEDICAID_MANAGED_CARE, Funding.INSURED, "WA", 1),
    ("Harbor Benefits", "90005", "America/New_York", "Flex PPO 1500",
     LineOfBusiness.UNKNOWN, Funding.UNKNOWN, "", None),
)  # fmt: skip


def make_cast(slug: str = "demo", *, suffix: str = "") -> Cast:
    """Write the clinic `slug` with its staff, payers and plans. Passwords are left unusable.

    `suffix` keeps sign-in names of a second demo clinic apart from the first's.
    """
    clinic = Clinic(
        slug=slug,
        name="Lakeview Infusion Clinic" + (f" {suffix}" if suffix else ""),
        npi="1234567893",
        tin="12-3456789",
        time_zone="America/New_York",
        address_1="200 Harbor Street",
        address_2="Suite 4",
        city="Albany",
        state="NY",
        zip_code="12207",
        phone="518-555-0100",
        fax="518-555-0101",
    )
    clinic.save()
    staff = [_person(clinic, *person, suffix=suffix) for person in PEOPLE]
    for weekday in range(5):
        StaffedHours(clinic=clinic, weekday=weekday, opens_at=time(8), closes_at=time(17)).save()
    site = ClinicSite(clinic=clinic, name="Harbor Street", npi="1234567893", state="NY")
    site.save()
    clinicians = [
        _clinician(clinic, "Amal", "Reyes", "MD", "1487654323", "2084P0800X"),
        _clinician(clinic, "Noor", "Whitfield", "PMHNP", "1700000007", "363LP0808X"),
    ]
    Certification(
        clinic=clinic, name="REMS enrolment (esketamine)", expires_on=date(2027, 6, 30)
    ).save()
    return Cast(clinic, staff[1], staff[2], clinicians, site, _plans(clinic))


def _person(
    clinic: Clinic, username: str, first: str, last: str, role: Role, *, suffix: str
) -> StaffMember:
    name = f"{username}{suffix}".lower().replace(" ", "-")
    person = StaffMember(
        username=name,
        email=f"{name}@example.invalid",
        first_name=first,
        last_name=last,
        is_staff=True,
    )
    person.set_unusable_password()
    person.save()
    Membership(clinic=clinic, staff=person, role=role).save()
    return person


def _clinician(
    clinic: Clinic, first: str, last: str, credentials: str, npi: str, taxonomy: str
) -> Clinician:
    clinician = Clinician(
        clinic=clinic,
        first_name=first,
        last_name=last,
        credentials=credentials,
        npi=npi,
        taxonomy=taxonomy,
    )
    clinician.save()
    return clinician


def _plans(clinic: Clinic) -> list[Plan]:
    plans = []
    payers: dict[str, Payer] = {}
    for payer_name, payer_id, zone, name, business, funding, state, levels in PLANS:
        payer = payers.get(payer_name)
        if payer is None:
            payer = payers[payer_name] = _payer(clinic, payer_name, payer_id, zone)
        plan = Plan(
            clinic=clinic,
            payer=payer,
            name=name,
            line_of_business=business,
            funding=funding,
            funding_known_by="" if funding is Funding.UNKNOWN else "Plan document, page 3",
            issue_state=state,
            appeal_levels=levels,
            rating_period_start=date(2026, 1, 1)
            if business is LineOfBusiness.MEDICAID_MANAGED_CARE
            else None,
        )
        plan.save()
        plans.append(plan)
    return plans


def _payer(clinic: Clinic, name: str, payer_id: str, zone: str) -> Payer:
    payer = Payer(
        clinic=clinic,
        name=name,
        payer_id=payer_id,
        time_zone=zone,
        fax="800-555-0110",
        appeals_fax="800-555-0111",
        portal_url="https://portal.example.invalid/",
        mailing_address=f"{name}\nPO Box 100\nSpringfield",
        appeals_address=f"{name}, Appeals\nPO Box 200\nSpringfield",
    )
    payer.save()
    for kind, number, menu in (
        (PhoneLineKind.MEDICAL, "800-555-0120", "2, 1"),
        (PhoneLineKind.MENTAL_HEALTH, "800-555-0121", "3, then 0"),
        (PhoneLineKind.PEER_TO_PEER, "800-555-0122", "1"),
    ):
        PayerLine(
            clinic=clinic,
            payer=payer,
            kind=kind,
            number=number,
            hours="Mon-Fri 8-18",
            menu_path=menu,
        ).save()
    return payer
