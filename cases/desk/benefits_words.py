"""Benefits, and which coverage pays first, in sentences."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from cases.models import BenefitsCheck, Coverage
from cases.models.benefits_checks import BenefitLine, CheckedHow, Network
from cases.queries.benefits import begins_anew_on
from priorauth.calendars.wording import say_day, say_list

_PAYS = {1: "pays first", 2: "pays second", 3: "pays third"}


def say_check(check: BenefitsCheck) -> str:
    """ "Benefits checked Thu 3 Sep 2026 by Jo (payer portal): active, in network, ..." """
    by = f" by {check.checked_by}" if check.checked_by else ""
    by_call = f"call with {check.call.representative_name}" if check.call else ""
    how = by_call or CheckedHow(check.channel).label.lower()
    reference = f", reference {check.reference}" if check.reference else ""
    told = ", ".join(_told(check)) or "nothing was told"
    return f"Benefits checked {say_day(check.checked_on)}{by} ({how}{reference}): {told}."


def _told(check: BenefitsCheck) -> list[str]:
    network, line = Network(check.network), BenefitLine(check.benefit_line)
    parts = [
        _yes_no(check.is_active, "active", "not active"),
        network.label.lower() if network is not Network.UNKNOWN else "",
        line.label.lower() if line is not BenefitLine.UNKNOWN else "",
        _yes_no(
            check.prior_auth_needed,
            "prior authorization needed",
            "no prior authorization needed",
        ),
        _dollars("deductible left", check.deductible_left),
        _dollars("out of pocket left", check.out_of_pocket_left),
        f"patient's share {check.coinsurance}%" if check.coinsurance is not None else "",
    ]
    return [part for part in parts if part]


def _yes_no(told: bool | None, yes: str, no: str) -> str:
    return "" if told is None else yes if told else no


def _dollars(what: str, amount: Decimal | None) -> str:
    return f"{what} ${amount:,.2f}" if amount is not None else ""


def why_again(check: BenefitsCheck, coverage: Coverage, today: date) -> str:
    """Why the check holds no longer; "" while it does."""
    if check.plan_id != coverage.plan_id:
        return "The coverage has another plan since: check again."
    if begins_anew_on(check) <= today:
        return "Deductible and out-of-pocket began anew on 1 January: check again."
    if check.is_active is False:
        return "Told not to be active: find out what covers the patient."
    return ""


def say_order(coverage: Coverage, others: list[Coverage]) -> tuple[str, str]:
    """Which of several coverages pays first, and what is wrong with it; ("", "") for only one."""
    if not others:
        return ("", "") if coverage.order in (None, 1) else (_this(coverage), "")
    names = [f"{each.plan} {_PAYS.get(each.order or 0, 'has no order')}" for each in others]
    says = f"{_this(coverage)}; {say_list(names)}."
    if coverage.order is None or any(each.order is None for each in others):
        return says, "Ask which pays first and write it on the coverage: payers refuse otherwise."
    if coverage.order in {each.order for each in others}:
        return says, "Two of them have the same place. Ask again which pays first."
    return says, ""


def _this(coverage: Coverage) -> str:
    return f"This coverage {_PAYS.get(coverage.order or 0, 'has no order')}"
