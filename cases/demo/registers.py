"""What the demo clinic has on file about its payers and coverages; all of it is invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from cases.demo.cast import Cast
from cases.models import (
    Agreement,
    BenefitsCheck,
    Financing,
    NetworkStatus,
    OwnText,
    PayerDemand,
    PayerPolicy,
    PayerStance,
    PriorAuthRequest,
    ScaleScore,
    TreatmentTrial,
)
from cases.models.agreements import AgreementKind
from cases.models.benefits_checks import BenefitLine, CheckedHow, Network
from cases.models.contacts import DocumentKind
from cases.models.financing import FinancingDecision, FinancingKind
from cases.models.own_texts import TextUse
from cases.models.payer_stances import Stance
from cases.models.treatment_trials import ScaleName, TrialKind, TrialOutcome
from cases.workflow.actor import Actor
from cases.workflow.rebuilding import rebuild_open_cases
from cases.workflow.stance_records import count_all
from priorauth.rulebook.rule import Unit
from priorauth.terms import ClockKind, RequestStatus, Role

STANCES = (
    # place in PLANS, stance, condition, policy number, title
    (0, Stance.EXCLUDES, "depression", "MP-1.23", "Ketamine for psychiatric conditions"),
    (2, Stance.CASE_BY_CASE, "", "IV-207", "Off-label infusions"),
    (3, Stance.SILENT, "", "", ""),
)

WITH_HISTORY = 6
"""Patients whose earlier treatments are on file."""
TRIALS = (
    # sort, name, dose, began and ended so many days ago, outcome
    (TrialKind.ANTIDEPRESSANT, "Sertraline", "200 mg daily", 900, 780, TrialOutcome.NO_EFFECT),
    (TrialKind.ANTIDEPRESSANT, "Venlafaxine", "225 mg daily", 770, 560, TrialOutcome.PARTIAL),
    (TrialKind.AUGMENTATION, "Aripiprazole", "5 mg daily", 700, 560, TrialOutcome.NOT_TOLERATED),
    (TrialKind.PSYCHOTHERAPY, "Cognitive therapy", "weekly", 800, 430, TrialOutcome.PARTIAL),
)
SCORES = ((ScaleName.PHQ9, 23, 200), (ScaleName.PHQ9, 21, 40), (ScaleName.MADRS, 34, 40))


POLICIES = (
    # place in PLANS, step, amount, unit, counted from, page
    (0, ClockKind.TIMELY_FILING, 180, Unit.CALENDAR_DAYS, "infusion_given", "4.2"),
    (0, ClockKind.PA_DECISION, 3, Unit.BUSINESS_DAYS, "request_received_by_payer", "3.1"),
    (2, ClockKind.TIMELY_FILING, 90, Unit.CALENDAR_DAYS, "infusion_given", "12"),
    (2, ClockKind.PEER_TO_PEER, 7, Unit.CALENDAR_DAYS, "denial_notice_received", "15"),
    (2, ClockKind.RETRO_AUTHORIZATION, 10, Unit.BUSINESS_DAYS, "infusion_given", "16"),
    (3, ClockKind.TIMELY_FILING, 12, Unit.MONTHS, "infusion_given", "B-3"),
)
"""Two payers have none: there the worklist asks for the filing limit."""

DEMANDS = (
    # place in PLANS, paper, whether nothing goes out without it
    (0, DocumentKind.CLINICAL_NOTE, False),
    (2, DocumentKind.LETTER_OF_NECESSITY, False),
)


def write_registers(cast: Cast, now: datetime) -> None:
    """Stances of some payers and benefits checks of some coverages, as of `now`, aware."""
    on = now.date() - timedelta(days=80)
    for place, stance, condition, number, title in STANCES:
        PayerStance(
            clinic=cast.clinic,
            payer=cast.plans[place].payer,
            stance=stance,
            condition=condition,
            policy_number=number,
            title=title,
            reviewed_on=on,
        ).save()
    count_all(now)
    _write_agreements(cast, now)
    _check_benefits(cast, now)
    _write_offers(cast, now)
    _write_texts(cast)
    _write_history(cast, now)


def write_policies(cast: Cast, now: datetime) -> None:
    """What the manuals of some payers say of times and papers, before any case is told.

    `now` is an aware instant; the manuals were read some weeks before it.
    """
    on, year = now.date() - timedelta(days=45), now.year
    for place, kind, amount, unit, starts_on, page in POLICIES:
        payer = cast.plans[place].payer
        PayerPolicy(
            clinic=cast.clinic,
            payer=payer,
            kind=kind,
            amount=amount,
            unit=unit,
            starts_on=starts_on,
            source=f"{payer.name} provider manual {year}",
            page=page,
            checked_on=on,
        ).save()
    for place, paper, is_hard in DEMANDS:
        payer = cast.plans[place].payer
        PayerDemand(
            clinic=cast.clinic,
            payer=payer,
            kind=paper,
            is_hard=is_hard,
            source=f"{payer.name} provider manual {year}, page 3",
            checked_on=on,
        ).save()


def _write_history(cast: Cast, now: datetime) -> None:
    """What was tried before, and scores, of some patients with depression who were refused."""
    refused = PriorAuthRequest.objects.filter(
        status=RequestStatus.DENIED, diagnoses__code__startswith="F3"
    )
    for request in refused.distinct().order_by("pk")[:WITH_HISTORY]:
        for kind, name, dose, first, last, outcome in TRIALS:
            TreatmentTrial(
                clinic=cast.clinic,
                patient_id=request.patient_id,
                kind=kind,
                name=name,
                dose=dose,
                started_on=now.date() - timedelta(days=first),
                ended_on=now.date() - timedelta(days=last),
                outcome=outcome,
                source="Psychiatric evaluation",
            ).save()
        for scale, score, ago in SCORES:
            ScaleScore(
                clinic=cast.clinic,
                patient_id=request.patient_id,
                scale=scale,
                score=score,
                taken_on=now.date() - timedelta(days=ago),
                source="Intake",
            ).save()


def _write_agreements(cast: Cast, now: datetime) -> None:
    """Who is in which network, a contract with a payer, and an agreement for one patient."""
    for place, clinician in enumerate(cast.clinicians):
        for plan in cast.plans[1:3]:
            NetworkStatus(
                clinic=cast.clinic,
                clinician=clinician,
                payer=plan.payer,
                status=Network.OUT if place else Network.IN,
                effective_from=now.date() - timedelta(days=400),
                known_by="Payer directory" if place else "Participation letter",
            ).save()
    for code, rate in (("96365", "142.50"), ("96366", "31.75")):
        Agreement(
            clinic=cast.clinic,
            kind=AgreementKind.CONTRACT,
            payer=cast.plans[0].payer,
            number="C-2201",
            code=code,
            rate=Decimal(rate),
            effective_from=now.date() - timedelta(days=400),
        ).save()
    request = PriorAuthRequest.objects.filter(coverage__plan=cast.plans[2]).order_by("pk").first()
    if request is None:
        return
    Agreement(
        clinic=cast.clinic,
        kind=AgreementKind.SINGLE_CASE,
        payer=cast.plans[2].payer,
        patient=request.patient,
        number="SCA-118",
        code="96365",
        rate=Decimal("180.00"),
        units=6,
        effective_from=now.date() - timedelta(days=60),
        effective_through=now.date() + timedelta(days=25),
    ).save()
    cases = PriorAuthRequest.objects.filter(patient=request.patient)
    rebuild_open_cases(Actor(cast.biller, Role.BILLER, now), cases)


def _check_benefits(cast: Cast, now: datetime) -> None:
    """Of every third case, checked some weeks ago."""
    cases = PriorAuthRequest.objects.select_related("coverage").order_by("pk")
    for place, request in enumerate(cases[::3]):
        coverage = request.coverage
        BenefitsCheck(
            clinic=cast.clinic,
            coverage=coverage,
            plan_id=coverage.plan_id,
            checked_on=now.date() - timedelta(days=20 + place % 30),
            checked_by=cast.biller,
            channel=list(CheckedHow)[place % 3],
            reference=f"EB-{4100 + place}",
            is_active=True,
            network=Network.OUT if place % 4 == 0 else Network.IN,
            benefit_line=BenefitLine.MENTAL_HEALTH if place % 2 else BenefitLine.MEDICAL,
            prior_auth_needed=True,
            deductible_left=Decimal(250 * (place % 5)),
            out_of_pocket_left=Decimal(500 * (1 + place % 7)),
            coinsurance=20,
        ).save()
    checked = PriorAuthRequest.objects.filter(coverage__benefits_checks__isnull=False)
    rebuild_open_cases(Actor(cast.biller, Role.BILLER, now), checked)


def _write_offers(cast: Cast, now: datetime) -> None:
    """Of the first refused case: a payment plan taken, a loan offered with its warning."""
    request = PriorAuthRequest.objects.filter(status=RequestStatus.DENIED).order_by("pk").first()
    if request is None:
        return
    on = now.date() - timedelta(days=4)
    told_by = str(cast.biller)
    Financing(
        clinic=cast.clinic,
        request=request,
        kind=FinancingKind.PAYMENT_PLAN,
        amount=Decimal("2400.00"),
        down_payment=Decimal("400.00"),
        installments=5,
        estimate_on=on,
        offered_on=on,
        told_by=told_by,
        decision=FinancingDecision.ACCEPTED,
        decided_on=now.date() - timedelta(days=1),
    ).save()
    Financing(
        clinic=cast.clinic,
        request=request,
        kind=FinancingKind.MEDICAL_CREDIT,
        name="Example Credit",
        amount=Decimal("2400.00"),
        annual_rate=Decimal("26.99"),
        was_warned=True,
        offered_on=on,
        told_by=told_by,
    ).save()


TEXTS = (
    # name, use, reason, text
    (
        "Opening of a status call",
        TextUse.CALL,
        "",
        "This is {clinic}, call-back {clinic_phone}. I am calling about {patient}, born {born}, "
        "member {member_id}, our request {confirmation} for {codes}. May I have your name and the "
        "reference number of this call?",
    ),
    (
        "Experimental: ask for the criteria",
        TextUse.DENIAL,
        "experimental_investigational",
        "Please send the clinical criteria and the policy by which {codes} for {diagnoses} was "
        "found experimental, with the name and specialty of the reviewer. Our case {case_number}.",
    ),
    ("Handing over a case", TextUse.MAIL, "", "Please take over {case_number} from {today}."),
)


def _write_texts(cast: Cast) -> None:
    """A text for each use."""
    for name, use, reason, text in TEXTS:
        OwnText(clinic=cast.clinic, name=name, use=use, reason=reason, text=text).save()
