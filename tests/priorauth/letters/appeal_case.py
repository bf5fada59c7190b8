"""A full set of facts, each with words that stand nowhere else."""

from __future__ import annotations

from datetime import date

from priorauth.letters.appeal_facts import (
    AppealFacts,
    Clause,
    Enclosure,
    Fact,
    Refused,
    Wish,
)
from priorauth.terms import Product


def fact(says: str) -> Fact:
    return Fact(says, f"record of {says[:12]}", "/record/")


FULL = AppealFacts(
    made_on=date(2026, 11, 29),
    case_number=fact("PA-K7Q2M9XD"),
    clinic=fact("Lakeview Infusion Clinic"),
    payer=fact("Northfield Health"),
    patient=fact("María O’Brien-Núñez"),
    product=Product.RACEMIC_KETAMINE,
    clinic_address=(fact("200 Harbor Street"), fact("Albany, NY 12207")),
    clinic_phone=fact("518-555-0100"),
    clinic_fax=fact("518-555-0101"),
    clinic_npi=fact("1234567893"),
    appeals_address=fact("Northfield Health, Appeals\nPO Box 200\nSpringfield"),
    appeals_fax=fact("800-555-0111"),
    plan=fact("Northfield Health, Choice PPO"),
    born=fact("March 4, 1980"),
    member_id=fact("XJ100200300"),
    group_number=fact("GRP-7788"),
    reference=fact("REF556677"),
    submitted_on=fact("October 1, 2026"),
    denied_on=fact("November 3, 2026"),
    decision_reference=fact("DEN-991"),
    refused=(Refused(fact("96365"), fact("6 units requested, none approved")),),
    reasons=(
        ("not_medically_necessary", fact("Not medically necessary")),
        ("experimental_investigational", fact("Experimental or investigational")),
    ),
    verbatim=fact("The service is considered unproven under criterion 4b"),
    diagnoses=(fact("F33.2 Major depressive disorder, recurrent severe"),),
    groups=frozenset({"depression"}),
    course=fact("7 sessions, twice a week, 40 minutes each"),
    starts_on=fact("December 8, 2026"),
    clinician=fact("Amal Reyes, MD"),
    clinician_npi=fact("1487654323"),
    trials=(
        fact("Sertraline (Antidepressant), 200 mg daily, from May 6, 2024: no effect."),
        fact("Venlafaxine (Antidepressant), 225 mg daily, from June 7, 2025: partial response."),
    ),
    failed_trials=2,
    scores=(fact("PHQ-9: 21 on September 9, 2026."),),
    infusions=fact("11 sessions were given, from January 12, 2026 to February 13, 2026."),
    approvals=(fact("You approved this treatment under authorization AUT-5512."),),
    policy=fact("your policy MP-446 (“Ketamine”)"),
    policy_read=fact("as read on August 14, 2026"),
    clauses=(
        Clause("experimental", fact("not yet of proven benefit"), fact("Certificate, page 31")),
        Clause("medical_necessity", fact("in accordance with standards"), fact("Booklet, page 32")),
    ),
    wishes=(Wish(fact("Clinical note (Manual, page 88)"), fact("Note of visit 17")),),
    calls=(fact("On October 19, 2026, Dana Kessler (reference CALL-4242): no review is needed."),),
    talk=fact("On November 20, 2026, Amal Reyes, MD spoke with Doctor Lowell."),
    enclosed=(Enclosure(fact("Denial letter, dated November 3, 2026"), 2),),
    plan_types=frozenset({"erisa_self_funded"}),
    federal_external_review=True,
    answer_limit=fact("30 calendar days"),
    answer_rule=fact("29 CFR 2560.503-1(i)(2)(ii)"),
)
