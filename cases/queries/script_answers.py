"""What the questions of the call script were answered on a case, so that none is asked twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cases.models import BenefitsCheck, CallAnswer, PriorAuthRequest
from cases.models.benefits_checks import BenefitLine, Network
from cases.models.contacts import SaidWhat
from cases.queries.benefits import begins_anew_on, newest_check
from priorauth.calendars.wording import say_day

ANSWERS_READ = 200
_SETTLED = frozenset({SaidWhat.SAID_YES, SaidWhat.SAID_NO})


@dataclass(frozen=True, slots=True)
class Known:
    """The newest answer to one question in words. Unsettled: it was unclear, so ask again."""

    words: str
    is_settled: bool


def answered_on(request: PriorAuthRequest, today: date) -> Mapping[str, Known]:
    """By question id: what earlier calls on this case said, and else a benefits check in force.

    `today` is the clinic's date: a check is out of date after its year and under another plan.
    Two queries. Calls that were undone say nothing.
    """
    found: dict[str, Known] = {}
    answers = CallAnswer.objects.filter(call__request=request, call__event__undone_by__isnull=True)
    for answer in answers.select_related("call").order_by("-call__pk")[:ANSWERS_READ]:
        words = f": {answer.words}" if answer.words else ""
        when = f" on {say_day(answer.call.called_on)}" if answer.call.called_on else ""
        said = SaidWhat(answer.answer)
        found.setdefault(answer.question, Known(f"{said.label}{when}{words}", said in _SETTLED))
    check = newest_check(request.coverage)
    if check and check.plan_id == request.coverage.plan_id and today < begins_anew_on(check):
        for question, told in _told(check):
            known = found.get(question)
            if known is None or not known.is_settled:
                words = f"{told}, by the benefits check of {say_day(check.checked_on)}"
                found[question] = Known(words, is_settled=True)
    return found


def benefit_line_of(request: PriorAuthRequest) -> str:
    """Under which benefits the payer puts the treatment, by the newest check; "" when not told."""
    check = newest_check(request.coverage)
    is_told = check is not None and check.plan_id == request.coverage.plan_id
    return check.benefit_line if check and is_told and _is_known(check.benefit_line) else ""


def _is_known(line: str) -> bool:
    return line in set(BenefitLine) and line != BenefitLine.UNKNOWN


def _told(check: BenefitsCheck) -> Iterator[tuple[str, str]]:
    if _is_known(check.benefit_line):
        yield "benefit_route", BenefitLine(check.benefit_line).label
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
