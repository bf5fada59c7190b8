"""What a step did to the clocks of its case, in sentences for the message that follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cases.desk.missing_fact import named
from cases.desk.times import say_by
from cases.models import Deadline, PriorAuthRequest
from cases.workflow.clocks import LIVE
from priorauth.terms import ClockKind, ItemKind, OwedBy, Standing

Clocks = Mapping[int, Standing]
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Change:
    """One clock that started, moved, was met or ended."""

    word: str
    row: Deadline


def clocks_now(request: PriorAuthRequest) -> Clocks:
    """How each stored deadline of the case stands."""
    rows = Deadline.objects.filter(request=request).values_list("pk", "standing")
    return {pk: Standing(standing) for pk, standing in rows}


def clock_news(
    request: PriorAuthRequest, before: Clocks, zone: str, payer_zone: str = ""
) -> list[str]:
    """Sentences about what differs from `before`, those that ask for something first."""
    changes = [
        change
        for row in Deadline.objects.filter(request=request).order_by("act_at", "pk")
        if (change := _change(row, before)) is not None
    ]
    changes.sort(key=lambda change: change.word in ("met", "ended"))
    said = list(dict.fromkeys(_sentence(change, zone, payer_zone) for change in changes))
    if len(said) > _SHOWN:
        return [*said[:_SHOWN], f"{len(said) - _SHOWN} more clocks changed."]
    return said


def _change(row: Deadline, before: Clocks) -> Change | None:
    was = before.get(row.pk)
    if was is None:
        if row.standing not in LIVE:
            return None
        return Change("moved" if row.revision > 1 else "started", row)
    if was == row.standing:
        return None
    word = {Standing.MET: "met", Standing.MISSED: "late", Standing.TOLLED: "stopped"}
    if row.standing in word:
        return Change(word[Standing(row.standing)], row)
    if row.standing == Standing.RUNNING:
        return Change("goes on", row)
    # Replaced by a newer row, which tells its own news, or no longer due at all.
    return None if row.superseded_by_id else Change("ended", row)


def _sentence(change: Change, zone: str, payer_zone: str) -> str:
    row = change.row
    name = clock_name(row)
    if change.word == "met":
        return f"Met: {_small(name)}."
    if change.word == "late":
        return f"Done, but after its date: {_small(name)}."
    if change.word == "ended":
        return f"No longer due: {_small(name)}."
    if change.word == "stopped":
        return f"Stopped while something is awaited: {_small(name)}."
    whose = "" if row.owed_by == OwedBy.CLINIC else " (theirs)"
    when = say_driving_date(row, zone, payer_zone)
    moved = {"moved": ", date moved", "goes on": ", running again"}.get(change.word, "")
    return f"{name}{whose} {when}{moved}{_ground(row)}."


def clock_name(row: Deadline) -> str:
    """What is due or to be found out; for which kind of line when drug and service run apart."""
    name = named(row.rule) or ClockKind(row.kind).label
    return f"{name} ({ItemKind(row.item).label.lower()})" if row.item else name


def say_driving_date(row: Deadline, zone: str, payer_zone: str = "") -> str:
    """The date that drives the work: ours is the earlier of law and letter, theirs the law's."""
    if row.owed_by != OwedBy.CLINIC:
        return say_by(row.legal_at or row.due_at, zone, payer_zone)
    said = say_by(row.due_at, zone, payer_zone)
    if row.legal_at and row.printed_on and row.due_at < row.legal_at:
        return f"{said} as printed, {say_by(row.legal_at, zone, payer_zone)} by law"
    return said


def _ground(row: Deadline) -> str:
    citation = str(row.derivation.get("citation") or "")
    if row.legal_at and citation:
        believed = "; believed, text not on file" if row.is_believed else ""
        return f" ({citation}{believed})"
    return ""


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
