"""Facts of one row that cannot all be true, and facts that are worth a second look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from priorauth.spreadsheet.words import TrackerStatus

# (field, problem in a few words, what to do)
Finding = tuple[str, str, str]

_UNDECIDED = (TrackerStatus.DRAFT, TrackerStatus.SUBMITTED, TrackerStatus.PENDED)
_HAPPENED = {
    "submitted": "submitted in the future",
    "decided": "decided in the future",
    "appeal_filed": "appeal filed in the future",
    "information_requested": "information requested in the future",
    "call_on": "call in the future",
}
_CHILD = 13


def refusals(found: Mapping[str, Any], today: date) -> Iterator[Finding]:
    """What refuses the row. Fields that could not be read are None and are not compared."""
    for field, problem in _HAPPENED.items():
        if found[field] and found[field] > today:
            yield field, problem, f"{found[field]} has not come yet."
    yield from _out_of_order(found, "submitted", "decided", "decided before submitted")
    yield from _out_of_order(found, "decided", "appeal_filed", "appeal filed before the decision")
    yield from _out_of_order(
        found, "effective_from", "effective_through", "approval ends before it starts"
    )
    yield from _out_of_order(found, "dob", "submitted", "submitted before the birth")
    status = found["status"]
    if status is TrackerStatus.DRAFT and found["submitted"]:
        yield "status", "draft with a submission date", "write Submitted, or take the date out."
    if status in _UNDECIDED and found["decided"]:
        yield (
            "status",
            "decision date without a decision",
            f"the status is {status.label}: write Approved, Denied or Appealing, "
            "or take the decision date out.",
        )


def doubts(found: Mapping[str, Any], today: date) -> Iterator[Finding]:
    """What lets the row pass with a warning."""
    yield from _out_of_order(found, "submitted", "letter_dated", "letter dated before submission")
    if found["letter_dated"] and found["letter_dated"] > today:
        yield "letter_dated", "letter dated in the future", "compare it with the letter."
    if found["dob"] and (today - found["dob"]).days < _CHILD * 365:
        yield "dob", "patient is a child", f"born {found['dob']}: compare the year with the chart."
    if found["status"] is TrackerStatus.APPROVED and found["denial_reason"]:
        yield "denial_reason", "denial reason on an approval", "was it approved on appeal?"
    if found["status"] is TrackerStatus.DENIED and found["authorization_number"]:
        yield "authorization_number", "authorization number on a denial", "was it overturned?"
    units, approved = found["units"], found["sessions_approved"]
    if units and approved and approved > units:
        yield "sessions_approved", "more approved than requested", f"{approved} for {units}."


def _out_of_order(
    found: Mapping[str, Any], earlier: str, later: str, problem: str
) -> Iterator[Finding]:
    one, other = found[earlier], found[later]
    if one and other and other < one:
        yield later, problem, f"{other} is before {one}: one of the two dates is wrong."
