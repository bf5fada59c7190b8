"""What the slow reference found: dates counted by hand, each with the words that decide it."""

from __future__ import annotations

from typing import Any

import pytest

from priorauth.deadlines.contract import answer_line
from priorauth.rulebook.loader import shipped_rulebook

RULES = shipped_rulebook()


def ask(rule: str, start: str, **events: Any) -> dict[str, str]:
    answer = answer_line({"id": 1, "rule": rule, "clock_start": start, "events": events}, RULES)
    assert "error" not in answer, answer
    return {name: str(answer[name])[:19] for name in ("due", "chase", "legal")}


@pytest.mark.parametrize(
    ("rule", "start", "asked", "due", "legal"),
    [
        # Conn. Gen. Stat. 38a-591d: 24 hours from Monday 10:00; asked on Wednesday.
        (
            "st-ct-pa-urgent",
            "2026-12-14T10:00[America/New_York]",
            "2026-12-16T09:00",
            "2026-12-15T10:00:00",
            "2026-12-15T10:00:00",
        ),
        # MCL 500.2212e(10): seven days end on Christmas Day, by MCL 8.6 on Monday 28.
        (
            "st-mi-pa-standard",
            "2026-12-18T10:00[America/Detroit]",
            "2026-12-29T09:00",
            "2026-12-25T23:59:59",
            "2026-12-28T23:59:59",
        ),
    ],
)
def test_a_question_asked_after_the_payers_time_does_not_begin_it_anew(
    rule: str, start: str, asked: str, due: str, legal: str
) -> None:
    events = {"info_request_sent": asked, "info_received": "2027-01-04T12:00"}
    told = ask(rule, start, **events)
    assert (told["due"], told["legal"]) == (due, legal)


def test_a_question_asked_in_the_last_hour_still_begins_it_anew() -> None:
    # 48 hours from the answer of Wednesday 16, 12:00.
    told = ask(
        "st-ct-pa-urgent",
        "2026-12-14T10:00[America/New_York]",
        info_request_sent="2026-12-15T10:00",
        info_received="2026-12-16T12:00",
    )
    assert told["due"] == "2026-12-18T12:00:00"


def test_an_answer_of_the_same_day_without_hour_is_not_taken_for_the_start() -> None:
    # Asked at once and answered that Monday, nobody knows when: 48 hours from its end at most.
    told = ask(
        "st-ct-pa-urgent",
        "2026-12-14T10:00[America/New_York]",
        info_request_sent="2026-12-14T10:00",
        info_received="2026-12-14",
    )
    assert (told["due"], told["chase"]) == ("2026-12-16T23:59:59", "2026-12-16T00:00:00")


@pytest.mark.parametrize(
    ("rule", "start", "printed", "due", "chase"),
    [
        # 42 CFR 405.942(a)(1): 120 days from receipt on 19 Oct: 12 + 30 + 31 + 31 + 16; from the
        # presumed 10 Oct they end on 7 Feb.
        (
            "fed-om-redetermination-filing",
            "2026-10-19[America/New_York]",
            "2026-10-05",
            "2027-02-16T23:59:59",
            "2027-02-07T23:59:59",
        ),
        # 32 CFR 199.10: three days from the documented receipt on 19 Dec, not from the 23rd.
        (
            "fed-tricare-appeal-filing-expedited",
            "2026-12-19T10:00[America/New_York]",
            "2026-12-18",
            "2026-12-22T23:59:59",
            "2026-12-22T23:59:59",
        ),
    ],
)
def test_a_start_on_receipt_is_that_receipt_though_the_printed_date_is_known(
    rule: str, start: str, printed: str, due: str, chase: str
) -> None:
    told = ask(rule, start, denial_notice_dated=printed)
    assert (told["due"], told["chase"]) == (due, chase)


def test_seven_days_to_the_hour_are_chased_from_the_beginning_of_a_day_without_hour() -> None:
    # Tenn. Code 56-7-3705(a): from the date and time of submission; Christmas Day, then Monday.
    told = ask("st-tn-pa-standard", "2026-12-18[America/Chicago]")
    assert told == {
        "chase": "2026-12-25T00:00:00",
        "due": "2026-12-25T23:59:59",
        "legal": "2026-12-28T23:59:59",
    }


def test_a_day_counted_back_past_a_holiday_of_the_state_is_chased_on_the_earlier_day() -> None:
    # 28 TAC 19.1710; Tex. Gov. Code 662.003(b): the Friday after Thanksgiving is a state holiday.
    told = ask("st-tx-p2p", "2026-11-30T10:00[America/Chicago]")
    assert told == {
        "chase": "2026-11-25T23:59:59",
        "due": "2026-11-27T23:59:59",
        "legal": "2026-11-27T23:59:59",
    }


def test_a_holiday_of_texas_is_staffed_to_noon_on_the_later_reading() -> None:
    # 28 TAC 19.1718(d)(1): Friday 27 Nov 2026, 15:00. By the federal calendar 28, 29, 30 Nov; with
    # the Texas holiday it came after noon and counts as received on Saturday: 29, 30, 1 Dec.
    told = ask("st-tx-pa-standard", "2026-11-27T15:00[America/Chicago]")
    assert (told["due"], told["legal"]) == ("2026-11-30T23:59:59", "2026-12-01T23:59:59")
