"""What a deadline is called: chase, do, overdue, broken, believed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cases.desk.deadline_words import Dates, Tone, describe, named_dates, say_missed
from priorauth.rulebook.remedies import Remedy
from priorauth.terms import ClockKind, OwedBy, Standing
from tests.cases.desk.made import NOW, ZONE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def dates(**values: Any) -> Dates:
    due: datetime = values.pop("due_at", NOW + 5 * DAY)
    return Dates(
        **{
            "kind": ClockKind.APPEAL_FILING, "owed_by": OwedBy.CLINIC, "item": "",
            "standing": Standing.RUNNING, "chase_at": None, "working_at": None, "legal_at": None,
            "printed_on": None, "due_at": due, "act_at": due, "is_believed": False, **values,
        }
    )  # fmt: skip


def said(**values: Any) -> tuple[Tone, str]:
    words = describe(dates(**values), now=NOW, zone=ZONE)
    return words.tone, words.act


def test_what_is_ours_is_done_and_what_is_theirs_is_chased() -> None:
    assert said(due_at=NOW + 3 * HOUR) == (Tone.SOON, "Do in 3 h")
    assert said(due_at=NOW + 3 * HOUR, owed_by=OwedBy.PAYER) == (Tone.SOON, "Chase in 3 h")


def test_a_payer_past_its_usual_time_is_chased_and_not_called_overdue() -> None:
    tone, act = said(due_at=NOW - 30 * DAY, owed_by=OwedBy.PAYER, kind=ClockKind.PA_DECISION)
    assert (tone, act) == (Tone.NOW, "Chase now: the date passed 30 days ago")


def test_overdue_is_said_after_the_legal_limit_only() -> None:
    early = {"owed_by": OwedBy.PAYER, "kind": ClockKind.PA_DECISION, "act_at": NOW - 2 * DAY}
    assert said(**early, due_at=NOW + DAY, legal_at=NOW + DAY)[1] == "Chase now, planned 2 days ago"
    late = said(**early, due_at=NOW - DAY, legal_at=NOW - DAY)
    assert late == (Tone.OVERDUE, "Overdue for 1 day")


def test_a_passed_date_on_the_letter_is_not_overdue_while_the_law_allows_more() -> None:
    tone, act = said(due_at=NOW - DAY, legal_at=NOW + 10 * DAY, printed_on=date(2026, 11, 24))
    assert (tone, act) == (Tone.NOW, "Do now: the date passed 1 day ago")


def test_a_date_that_we_set_ourselves_is_overdue_once_it_has_passed() -> None:
    assert said(due_at=NOW - HOUR, kind=ClockKind.SUBMIT_BY)[1] == "Overdue for 1 h"


def test_a_talk_is_at_its_time_and_afterwards_its_outcome_is_asked_for() -> None:
    assert said(due_at=NOW + 3 * HOUR, kind=ClockKind.APPOINTMENT)[1] == "Talk in 3 h"
    tone, act = said(due_at=NOW - HOUR, kind=ClockKind.APPOINTMENT)
    assert (tone, act) == (Tone.NOW, "Record how it ended: it was 1 h ago")


def test_the_payers_part_of_a_peer_to_peer_is_not_called_ours() -> None:
    told = {"kind": ClockKind.PEER_TO_PEER, "owed_by": OwedBy.PAYER}
    assert describe(dates(**told), now=NOW, zone=ZONE).what == "Payer's offer of the peer-to-peer"
    ours = dates(kind=ClockKind.PEER_TO_PEER)
    assert describe(ours, now=NOW, zone=ZONE).what == "Hold the peer-to-peer"


def test_a_promise_is_broken_not_overdue() -> None:
    told = said(due_at=NOW - HOUR, kind=ClockKind.PROMISE, owed_by=OwedBy.PAYER)
    assert told == (Tone.BROKEN, "Broken 1 h ago")


def test_a_stopped_clock_is_never_overdue() -> None:
    told = said(due_at=NOW - DAY, legal_at=NOW - DAY, standing=Standing.TOLLED)
    assert told == (Tone.STOPPED, "Clock stopped")


def test_a_payer_that_the_law_may_give_longer_has_the_earlier_reading_named() -> None:
    values: dict[str, Any] = {"owed_by": OwedBy.PAYER, "kind": ClockKind.PA_DECISION}
    words = describe(dates(**values, due_at=NOW + DAY, legal_at=NOW + 3 * DAY), now=NOW, zone=ZONE)
    assert words.basis == "limit on the earlier reading"
    believed = dates(**values, due_at=NOW + DAY, legal_at=NOW + 3 * DAY, is_believed=True)
    assert describe(believed, now=NOW, zone=ZONE).basis == "believed limit, on the earlier reading"
    assert said(**values, due_at=NOW - DAY, legal_at=NOW + DAY)[0] is Tone.NOW


@pytest.mark.parametrize(
    ("values", "basis"),
    [
        ({"legal_at": NOW + 5 * DAY}, "legal limit"),
        ({"legal_at": NOW + 5 * DAY, "is_believed": True}, "believed limit, text not on file"),
        ({"printed_on": date(2026, 11, 30)}, "printed on the letter"),
        ({"kind": ClockKind.SUBMIT_BY}, "our own date"),
        ({"kind": ClockKind.PROMISE, "owed_by": OwedBy.PAYER}, "promised"),
        ({"owed_by": OwedBy.PAYER}, "usual time; no legal limit on file"),
        ({}, "no legal limit on file"),
    ],
)
def test_the_sort_of_date_is_named(values: dict[str, Any], basis: str) -> None:
    assert describe(dates(**values), now=NOW, zone=ZONE).basis == basis


def test_drug_and_service_are_told_apart_when_they_run_on_clocks_of_their_own() -> None:
    words = describe(dates(item="drug", kind=ClockKind.PA_DECISION), now=NOW, zone=ZONE)
    assert words.what == "Payer's decision on the request (drug)"


def test_every_date_stands_under_its_own_name() -> None:
    end_of_friday = datetime.fromisoformat("2026-12-05T05:59:59+00:00")
    both = dates(
        due_at=end_of_friday, legal_at=end_of_friday, chase_at=NOW + DAY, working_at=NOW + 2 * DAY,
        printed_on=date(2026, 12, 20), is_believed=True,
    )  # fmt: skip
    assert named_dates(both, ZONE) == [
        ("Earlier reading", "Thu 26 Nov 2026, 09:00 CST"),
        ("Work by", "Fri 27 Nov 2026, 09:00 CST"),
        ("Limit (believed, text not on file)", "end of Fri 4 Dec 2026"),
        ("Printed on the letter", "Sun 20 Dec 2026"),
    ]


def test_a_missing_legal_limit_is_said_and_not_left_out() -> None:
    assert ("Legal limit", "none on file") in named_dates(dates(owed_by=OwedBy.PAYER), ZONE)


def test_a_printed_date_in_the_payers_zone_is_known_as_the_letters() -> None:
    # End of Mon 30 Nov in Los Angeles is 01:59 on Tuesday in the clinic.
    due = datetime.fromisoformat("2026-12-01T07:59:59+00:00")
    one = dates(due_at=due, printed_on=date(2026, 11, 30))
    words = describe(one, now=NOW, zone=ZONE, payer_zone="America/Los_Angeles")
    assert words.basis == "printed on the letter"
    assert words.due == "by end of Mon 30 Nov 2026, payer's Pacific time (Tue 01:59 CST)"


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("desk-missing-number", "Get the authorization number"),
        ("desk-missing-end", "Get the last covered day"),
        ("desk-missing-notice", "Get the letter and enter its dates"),
        ("desk-missing-date", "Find the date that is not known"),
        ("desk-missing-approval", "Get the approval that was won"),
    ],
)
def test_the_missing_fact_is_named(rule: str, what: str) -> None:
    one = dates(kind=ClockKind.MISSING_FACT, rule=rule)
    assert describe(one, now=NOW, zone=ZONE).what == what


def test_a_date_by_the_payers_own_manual_says_so_and_is_no_limit() -> None:
    for owed_by in OwedBy:
        words = describe(dates(rule="payer-policy-7", owed_by=owed_by), now=NOW, zone=ZONE)
        assert words.basis == "the payer's own manual or contract; no legal limit on file"


def test_what_follows_from_the_payers_delay_is_not_said_of_ours() -> None:
    for label in (Remedy.NONE.label, Remedy.NOT_SEEN.label):
        assert say_missed(label, is_ours=False) == label
        assert say_missed(label, is_ours=True) == ""
    lost = Remedy.RIGHT_LOST.label
    assert say_missed(lost, is_ours=True) == say_missed(lost, is_ours=False) == lost
