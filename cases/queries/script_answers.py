"""What the questions of the call script were answered on a case, so that none is asked twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cases.models import BenefitsCheck, CallAnswer, InsurerCall, PriorAuthRequest
from cases.models.benefits_checks import BenefitLine, Network
from cases.models.contacts import SaidWhat
from cases.queries.benefits import told_in_force
from priorauth.calendars.wording import say_day
from priorauth.calls.script import question, script
from priorauth.terms import Funding

ANSWERS_READ = 200
_SETTLED = frozenset({SaidWhat.SAID_YES, SaidWhat.SAID_NO, SaidWhat.TOLD})
_SAID_OF_FUNDING: Mapping[str, Funding] = {
    SaidWhat.SAID_YES: Funding.SELF_FUNDED,
    SaidWhat.SAID_NO: Funding.INSURED,
}
_LINES = frozenset(BenefitLine) - {BenefitLine.UNKNOWN}
BENEFIT_ROUTE = "benefit_route"
IN_A_CHECK = frozenset(
    {BENEFIT_ROUTE, "prior_authorization_needed", "in_network", "cost_share_left"}
)
"""Questions whose answers a benefits check holds."""


@dataclass(frozen=True, slots=True)
class Known:
    """The newest answer to one question in words. Unsettled: it was unclear, so ask again."""

    words: str
    is_settled: bool


def answered_on(request: PriorAuthRequest, today: date) -> Mapping[str, Known]:
    """By question id: what earlier calls on this case said, and else benefits checks in force.

    `today` is the clinic's date: a check is out of date after its year and under another plan.
    Two queries. Calls that were undone say nothing.
    """
    found: dict[str, Known] = {}
    for answer in _answers(request):
        words = f": {answer.words}" if answer.words else ""
        when = f" on {say_day(answer.call.called_on)}" if answer.call.called_on else ""
        is_settled = answer.answer in _SETTLED
        found.setdefault(answer.question, Known(f"{say_answer(answer)}{when}{words}", is_settled))
    for check in told_in_force(request.coverage, today):
        for asked, told in _told(check):
            known = found.get(asked)
            if known is None or not known.is_settled:
                words = f"{told}, by the benefits check of {say_day(check.checked_on)}"
                found[asked] = Known(words, is_settled=True)
    return found


def told_on_calls(request: PriorAuthRequest) -> list[tuple[InsurerCall, Sequence[CallAnswer]]]:
    """The newest settled answer to each question, by the call that told it, newest call first.

    What a benefits check was written from is left out: the check tells it. One query.
    """
    found: dict[InsurerCall, list[CallAnswer]] = {}
    seen: set[str] = set()
    for answer in _answers(request):
        if answer.answer not in _SETTLED or answer.question in seen:
            continue
        seen.add(answer.question)
        if answer.question not in IN_A_CHECK or not hasattr(answer.call, "benefits_check"):
            found.setdefault(answer.call, []).append(answer)
    order = {each.id: place for place, each in enumerate(script())}
    last = len(order)
    return [
        (call, sorted(answers, key=lambda each: order.get(each.question, last)))
        for call, answers in found.items()
    ]


def say_answer(answer: CallAnswer) -> str:
    """What was answered without the words beside it: "Said yes", "Medical benefits", "Told"."""
    asked = question(answer.question)
    labels = dict(asked.choices) if asked else {}
    if answer.choice in labels:
        return labels[answer.choice]
    return SaidWhat(answer.answer).label if answer.answer in set(SaidWhat) else ""


def benefit_line_of(request: PriorAuthRequest) -> str:
    """Under which benefits the payer puts the treatment; "" when not told.

    By the newest check of the plan in force that tells it, and else by the newest call that does.
    """
    coverage = request.coverage
    checks = BenefitsCheck._base_manager.filter(coverage=coverage, plan=coverage.plan_id)
    told = checks.filter(benefit_line__in=_LINES).order_by("-checked_on", "-pk")
    if line := told.values_list("benefit_line", flat=True).first():
        return line
    newest = next((one for one in _answers(request, BENEFIT_ROUTE) if one.answer in _SETTLED), None)
    return line_told(newest.answer, newest.choice) if newest else ""


def funding_told(request: PriorAuthRequest) -> tuple[Funding, InsurerCall] | None:
    """Who bears the cost of the plan by the newest call that told it, while it is not on file.

    None when it is, or was not told. One query.
    """
    if request.coverage.plan.funding != Funding.UNKNOWN:
        return None
    for answer in _answers(request, "self_funded"):
        if answer.answer in _SAID_OF_FUNDING:
            return _SAID_OF_FUNDING[answer.answer], answer.call
    return None


def line_told(answer: str, choice: str) -> str:
    """The benefits that an answer names; "" when it names none.

    "Said yes" is of the time when the question was whether they are the medical ones.
    """
    if choice in _LINES:
        return choice
    return str(BenefitLine.MEDICAL) if answer == SaidWhat.SAID_YES else ""


def _answers(request: PriorAuthRequest, asked: str = "") -> Sequence[CallAnswer]:
    """Answers of calls on the case that stand, the newest first: of the plan that it has now."""
    rows = CallAnswer.objects.filter(call__request=request, call__event__undone_by__isnull=True)
    if since := request.coverage.plan_changed_at:
        rows = rows.filter(call__event__learned_at__gte=since)
    if asked:
        rows = rows.filter(question=asked)
    rows = rows.select_related("call__benefits_check").order_by("-call__pk", "pk")
    return list(rows[:ANSWERS_READ])


def _told(check: BenefitsCheck) -> Iterator[tuple[str, str]]:
    if check.benefit_line in _LINES:
        yield BENEFIT_ROUTE, BenefitLine(check.benefit_line).label
    if check.prior_auth_needed is not None:
        needed = "Needed" if check.prior_auth_needed else "Not needed"
        yield "prior_authorization_needed", needed
    if check.network in set(Network) and check.network != Network.UNKNOWN:
        yield "in_network", Network(check.network).label
    if check.deductible_left is not None and check.out_of_pocket_left is not None:
        left = (
            f"${check.deductible_left} deductible, ${check.out_of_pocket_left} out of pocket left"
        )
        yield "cost_share_left", left
