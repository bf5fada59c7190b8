"""What the clinic has on file about a case's payer and coverage, beside the case: in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from cases.desk.agreement_words import say_agreement, say_network
from cases.desk.benefits_words import say_check, say_order, why_again
from cases.models import (
    Agreement,
    BenefitsCheck,
    CallAnswer,
    PatientMerge,
    PayerStance,
    PlanClause,
    PriorAuthRequest,
)
from cases.models.benefits_checks import Network
from cases.models.contacts import SaidWhat
from cases.models.payer_stances import Stance
from cases.models.plan_clauses import ClauseKind
from cases.queries.agreements import agreements_on, network_of
from cases.queries.benefits import newest_check, others_in_force, told_in_force
from cases.queries.payer_stances import clauses_of, stances_on
from cases.queries.script_answers import funding_told, say_answer, told_on_calls
from priorauth.calendars.local_time import local_date
from priorauth.calendars.wording import say_count, say_day
from priorauth.calls.script import question
from priorauth.terms import Product

QUOTED = 240
"""Letters of a clause shown beside a case; the whole of it is one click away."""
CALLS_TOLD = 4
"""Calls whose answers stand beside a case; all of them stand on its timeline."""
READ_AGAIN = timedelta(days=180)
"""A policy that nobody has read for half a year may have been replaced."""

_VERBS = {
    Stance.COVERS: "covers",
    Stance.CASE_BY_CASE: "decides case by case on",
    Stance.EXCLUDES: "excludes",
    Stance.SILENT: "says nothing about",
}
_PRODUCTS = {Product.RACEMIC_KETAMINE: "ketamine infusions", Product.ESKETAMINE: "esketamine"}


@dataclass(frozen=True, slots=True)
class OnFile:
    """One thing on file: a sentence, what is wrong with it if anything, and where it is kept."""

    label: str
    says: str
    url: str
    warning: str = ""
    link: str = "Open"
    adds: bool = False
    """Whether the address is where a new one is written down: not everybody may."""


def on_file(request: PriorAuthRequest, today: date) -> list[OnFile]:
    """Everything on file that speaks of `request`; `today` is the clinic's local date."""
    agreed = agreements_on(request, today)
    return [
        *(_stance(row, request, today) for row in stances_on(request, today)),
        *(_clause(row) for row in clauses_of(request)),
        *_benefits(request, today),
        *_told_on_calls(request),
        *_funding(request),
        *_order(request, today),
        _network(request, today, agreed),
        *(_agreement(row, today) for row in agreed),
        *_joined(request),
    ]


def _network(request: PriorAuthRequest, today: date, agreed: Sequence[Agreement]) -> OnFile:
    row, payer = network_of(request, today), request.coverage.plan.payer
    clinician = request.rendering_clinician_id or request.requesting_clinician_id
    if row is None:
        says = f"Not on file whether the clinician is in the network of {payer.name}."
        asked = f"?payer={payer.pk}" + (f"&clinician={clinician}" if clinician else "")
        where = reverse("admin:cases_networkstatus_add") + asked
        return OnFile("network", says, where, link="Record it", adds=True)
    says, warning = say_network(row, payer.name)
    if row.status == Network.OUT and any(each.patient_id for each in agreed):
        warning = ""  # what it asks for is on file
    return OnFile(
        "network", says, reverse("admin:cases_networkstatus_change", args=[row.pk]), warning
    )


def _joined(request: PriorAuthRequest) -> Iterator[OnFile]:
    row = (
        PatientMerge.objects.filter(kept=request.patient_id, undone_at=None)
        .select_related("merged_by")
        .first()
    )
    if row is not None:
        by = f" by {row.merged_by}" if row.merged_by else ""
        on = say_day(local_date(row.merged_at, request.clinic.time_zone))
        says = f"The patient was on file twice: patient {row.gone_id} was joined on {on}{by}."
        where = reverse("admin:cases_patientmerge_change", args=[row.pk])
        yield OnFile("joined record", says, where)


def _agreement(row: Agreement, today: date) -> OnFile:
    says, warning = say_agreement(row, today)
    where = reverse("admin:cases_agreement_change", args=[row.pk])
    return OnFile("agreement", says, where, warning)


def _clause(row: PlanClause) -> OnFile:
    dated = f" of {say_day(row.dated_on)}" if row.dated_on else ""
    quote = row.quote if len(row.quote) <= QUOTED else f"{row.quote[:QUOTED].rstrip()} ..."
    other = row.compared_with
    beside = f" Compare {other.document}, page {other.page}." if other else ""
    return OnFile(
        "plan wording",
        f"{ClauseKind(row.kind).label}, {row.document}{dated}, page {row.page}: “{quote}”{beside}",
        reverse("admin:cases_planclause_change", args=[row.pk]),
    )


def _benefits(request: PriorAuthRequest, today: date) -> Iterator[OnFile]:
    coverage = request.coverage
    again = f"{reverse('admin:cases_benefitscheck_add')}?coverage={coverage.pk}"
    check = newest_check(coverage)
    if check is None:
        nobody = "Nobody has checked eligibility and benefits yet."
        yield OnFile("benefits check", nobody, again, link="Record a check", adds=True)
    elif warning := why_again(check, coverage, today):
        says = say_check(check)
        yield OnFile("benefits check", says, again, warning, link="Record a check", adds=True)
    else:
        yield OnFile("benefits check", say_check(check), _check_url(check))
        for each in told_in_force(coverage, today)[1:]:
            says = f"Told before and not asked since: {say_check(each)}"
            warning = why_again(each, coverage, today)
            yield OnFile("earlier benefits check", says, _check_url(each), warning)


def _check_url(check: BenefitsCheck) -> str:
    return reverse("admin:cases_benefitscheck_change", args=[check.pk])


def _told_on_calls(request: PriorAuthRequest) -> Iterator[OnFile]:
    for call, answers in told_on_calls(request)[:CALLS_TOLD]:
        on = f" on {say_day(call.called_on)}" if call.called_on else ""
        proof = f"reference {call.reference_number}" if call.reference_number else "no reference"
        told = "; ".join(_fact(answer) for answer in answers)
        says = f"Told{on} by {call.representative_name}, {proof}: {told}."
        url = reverse("desk:case", args=[request.number])
        where = f"{url}?show=calls&all=1#event-{call.event_id}"
        yield OnFile(f"call {call.reference_number}".strip(), says, where, link="See the call")


def _funding(request: PriorAuthRequest) -> Iterator[OnFile]:
    """What a call told of the plan: a person confirms it, since every case of the plan may move."""
    told = funding_told(request)
    if told is not None:
        says = f"Told on a call: the plan is {told[0].label.lower()}."
        warning = "The plan on file does not say who bears the cost: it decides which law governs."
        where = reverse("desk:step", args=[request.number, "plan"])
        yield OnFile("plan", says, where, warning, link="Write it on the plan", adds=True)


def _fact(answer: CallAnswer) -> str:
    """ "peer-to-peer: yes, 7 days", "criteria: policy 087"."""
    asked = question(answer.question)
    said = {SaidWhat.SAID_YES: "yes", SaidWhat.SAID_NO: "no", SaidWhat.TOLD: ""}
    label = say_answer(answer).lower() if answer.choice else said[SaidWhat(answer.answer)]
    told = ", ".join(part for part in (label, answer.words) if part) or "told"
    return f"{asked.fact if asked else answer.question}: {told}"


def _order(request: PriorAuthRequest, today: date) -> Iterator[OnFile]:
    coverage = request.coverage
    says, warning = say_order(coverage, others_in_force(coverage, today))
    if says:
        where = reverse("admin:cases_patient_change", args=[coverage.patient_id])
        yield OnFile("order of coverages", says, where, warning)


def _stance(row: PayerStance, request: PriorAuthRequest, today: date) -> OnFile:
    plan = request.coverage.plan
    is_old = today - row.reviewed_on > READ_AGAIN
    return OnFile(
        label="stance",
        says=f"{plan.payer.name} {say_stance(row)}",
        url=reverse("admin:cases_payerstance_change", args=[row.pk]),
        warning="Last read more than half a year ago: read it again." if is_old else "",
    )


def say_stance(row: PayerStance, *, with_record: bool = True) -> str:
    """ "excludes ketamine infusions for depression, policy MP-1.23, checked Thu 3 Sep 2026." """
    of = f" for {row.condition}" if row.condition else ""
    verb, product = _VERBS[Stance(row.stance)], _PRODUCTS[Product(row.product)]
    parts = [f"{verb} {product}{of}"]
    if row.policy_number or row.title:
        parts.append(f"policy {row.policy_number}".rstrip() + (f" ({row.title})" * bool(row.title)))
    parts.append(f"checked {say_day(row.reviewed_on)}")
    record = say_record(row) if with_record else ""
    return f"{', '.join(parts)}{f'; {record}' if record else ''}."


def say_record(row: PayerStance) -> str:
    """ "of 9 requests decided since Thu 3 Sep 2026, 7 were denied as experimental ..."."""
    if not row.requests_decided or row.requests_denied is None or row.counted_at is None:
        return ""
    since = f" since {say_day(row.effective_from)}" if row.effective_from else ""
    # A request is not told by what it is for: its diagnoses are codes, the policy's are words.
    whatever = ", for any condition" if row.condition else ""
    counted = local_date(row.counted_at, row.clinic.time_zone)
    return (
        f"of {say_count(row.requests_decided, 'requests')} decided{since}{whatever}, "
        f"{row.requests_denied or 'none'} {'was' if row.requests_denied < 2 else 'were'} denied as "
        f"experimental or not covered (counted {say_day(counted)})"
    )
