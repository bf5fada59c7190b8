"""What a payer's policy asks for beside papers, compared with what is on file of the patient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from priorauth.calendars.wording import say_count, say_day, say_list
from priorauth.codes import place_of_service, taxonomy
from priorauth.readiness.point import Mend, Point, Readiness

WORDS = {
    Readiness.OK: "Met",
    Readiness.MISSING: "Not met",
    Readiness.UNCLEAR: "Not recorded",
}


@dataclass(frozen=True, slots=True)
class PolicyAsks:
    """The criteria of one policy. None, "" and an empty list: it asks nothing of the sort.

    `trial_kind` says in words which treatments count ("antidepressant", "": any); `places` are
    two-digit codes, `prescribers` taxonomy codes. `condition` is what the policy is for.
    """

    id: str
    source: str
    condition: str = ""
    failed_trials: int | None = None
    trial_kind: str = ""
    scale: str = ""
    least_score: Decimal | None = None
    places: Sequence[str] = ()
    prescribers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class OnFile:
    """What is recorded of the same things. `failed` names each treatment once.

    `trials` counts those of the sort asked for, however they ended. `score` is the last one before
    the first infusion, the newest where none was given.
    """

    trials: int = 0
    failed: Sequence[str] = ()
    score: Decimal | None = None
    scored_on: date | None = None
    places: Sequence[str] = ()
    prescriber: str = ""
    taxonomy: str = ""


def compare(asks: PolicyAsks, on_file: OnFile) -> Iterator[Point]:
    """A point for each criterion of the policy: met, not met, or not recorded. None stops it."""
    for point in (
        _trials(asks, on_file),
        _score(asks, on_file),
        _places(asks, on_file),
        _prescriber(asks, on_file),
    ):
        if point is not None:
            yield replace(point, word=WORDS[point.standing])


def _point(asks: PolicyAsks, key: str, label: str, mend: Mend, field: str) -> Point:
    of = f" ({asks.condition})" if asks.condition else ""
    return Point(f"policy_{key}_{asks.id}", f"{label}{of}", mend, field, source=asks.source)


def _trials(asks: PolicyAsks, on_file: OnFile) -> Point | None:
    if not asks.failed_trials:
        return None
    point = _point(asks, "trials", "Earlier treatments", Mend.TRIALS, "trials-group")
    sort = f" of the sort “{asks.trial_kind}”" if asks.trial_kind else ""
    wanted = f"The policy asks for {say_count(asks.failed_trials, 'failed treatments')}{sort}"
    if not on_file.trials:
        return point.unclear(f"{wanted}; none is on file.")
    named = f" ({say_list(list(on_file.failed))})" if on_file.failed else ""
    says = f"{wanted}; on file: {len(on_file.failed)}{named}."
    enough = len(on_file.failed) >= asks.failed_trials
    return point.ok(says) if enough else point.missing(says)


def _score(asks: PolicyAsks, on_file: OnFile) -> Point | None:
    if not asks.scale or asks.least_score is None:
        return None
    point = _point(asks, "score", f"Score of {asks.scale}", Mend.SCORES, "scores-group")
    wanted = f"The policy asks for {_plain(asks.least_score)} or more"
    if on_file.score is None or on_file.scored_on is None:
        return point.unclear(f"{wanted}; no score of {asks.scale} is on file.")
    says = f"{wanted}; on file: {_plain(on_file.score)} on {say_day(on_file.scored_on)}."
    return point.ok(says) if on_file.score >= asks.least_score else point.missing(says)


def _places(asks: PolicyAsks, on_file: OnFile) -> Point | None:
    if not asks.places:
        return None
    point = _point(asks, "place", "Setting", Mend.DRAFT, "line_1_place")
    wanted = f"The policy allows {say_list([_place(code) for code in asks.places])}"
    if not on_file.places:
        return point.unclear(f"{wanted}; no place of service is on the request.")
    says = f"{wanted}; on the request: {say_list([_place(code) for code in on_file.places])}."
    return point.ok(says) if set(on_file.places) <= set(asks.places) else point.missing(says)


def _prescriber(asks: PolicyAsks, on_file: OnFile) -> Point | None:
    if not asks.prescribers:
        return None
    point = _point(asks, "prescriber", "Prescriber", Mend.DRAFT, "requesting_clinician")
    wanted = f"The policy wants {say_list([_who(code) for code in asks.prescribers])}"
    if not on_file.prescriber:
        return point.unclear(f"{wanted}; nobody is chosen as requesting clinician.")
    if not on_file.taxonomy:
        says = f"{wanted}; the taxonomy code of {on_file.prescriber} is not on file."
        return point.unclear(says, mend=Mend.REQUESTING, field="taxonomy")
    says = f"{wanted}; {on_file.prescriber}: {_who(on_file.taxonomy)}."
    return point.ok(says) if on_file.taxonomy in asks.prescribers else point.missing(says)


def _place(code: str) -> str:
    return f"{code} {place_of_service.label(code)}".strip()


def _who(code: str) -> str:
    return taxonomy.label(code) or code


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
