"""A deadline in plain sentences: why this date, who owes it, how sure, what else there was."""

from __future__ import annotations

from priorauth.calendars.wording import say_day, say_time
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.terms import OwedBy, Standing

# How the names of rules begin that are no law: expectations, and what the desk sets itself.
_NO_LAW = ("base-", "desk-")


def explain(deadline: ComputedDeadline) -> tuple[str, ...]:
    """Sentences for staff, from the date to the rules that lost. Names no patient."""
    return (
        *_what(deadline),
        *_why(deadline),
        *deadline.derivation,
        *_sure(deadline),
        *_others(deadline),
        *_then(deadline),
    )


def _what(deadline: ComputedDeadline) -> tuple[str, ...]:
    zone = deadline.started.zone
    item = f" ({deadline.item.label.lower()} lines)" if deadline.item else ""
    who = "The clinic owes" if deadline.owed_by is OwedBy.CLINIC else "The payer owes"
    says = [f"{deadline.kind.label}{item}: {say_time(deadline.due, zone)}. {who} this."]
    if deadline.legal is None:
        says.append("There is no legal date: this is when to act or to call, not a limit.")
    elif deadline.legal != deadline.due:
        says.append(f"The legal date is {say_time(deadline.legal, zone)}.")
    if deadline.chase is not None and deadline.chase != deadline.due:
        says.append(f"Chase from {say_time(deadline.chase, zone)}.")
    if deadline.printed is not None:
        says.append(f"The letter prints {say_day(deadline.printed)}.")
    return tuple(says)


def _why(deadline: ComputedDeadline) -> tuple[str, ...]:
    since = deadline.rule_effective_from
    dated = f", in force since {since.isoformat()}" if since else ""
    return (f"Rule {deadline.rule}{dated}: {deadline.says} ({deadline.citation})",)


def _sure(deadline: ComputedDeadline) -> tuple[str, ...]:
    source = f" Source: {deadline.source}." if deadline.source else ""
    if deadline.is_believed:
        return (f"Believed, text not on file: check it before relying on the date.{source}",)
    if deadline.legal is None and not deadline.rule.startswith(_NO_LAW):
        return (f"No limit yet: the start of the law's clock is not proved.{source}",)
    if deadline.legal is None:
        return (f"An expectation, not law.{source}" if source else "An expectation, not law.",)
    return (f"The text of this rule was seen.{source}",)


def _others(deadline: ComputedDeadline) -> tuple[str, ...]:
    return tuple(f"{lost.rule} does not set this date: {lost.why}." for lost in deadline.lost)


def _then(deadline: ComputedDeadline) -> tuple[str, ...]:
    if deadline.standing is Standing.MET:
        return ("It was met.",)
    if deadline.standing is Standing.TOLLED:
        return ("The clock stands still while an answer is awaited.",)
    return (f"If it passes: {deadline.if_missed}",)
