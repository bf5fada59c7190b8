"""The JSON contract: spellings of moments, refusals, and answers by facts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from priorauth.deadlines.contract import answer_line
from priorauth.rulebook.event_names import EXTRA_EVENTS, START_EVENTS
from priorauth.rulebook.loader import shipped_rulebook

RULES = shipped_rulebook()
ZONE = "America/New_York"


def ask(**line: Any) -> dict[str, Any]:
    return answer_line({"id": "x", **line}, RULES)


def by_facts(plan: str, events: dict[str, Any], **facts: Any) -> dict[str, dict[str, Any]]:
    """The running deadlines by kind."""
    given = {"line_of_business": plan, "zone": ZONE, "events": events, **facts}
    answer = ask(facts=given)
    assert "error" not in answer, answer
    return {each["kind"]: each for each in answer["deadlines"]}


@pytest.mark.parametrize(
    ("start", "zone", "due"),
    [
        ("2026-11-06T11:00:00-05:00[America/New_York]", None, "2026-11-21T23:59:59-05:00"),
        ("2026-11-06T16:00:00Z[America/New_York]", None, "2026-11-21T23:59:59-05:00"),
        ("2026-11-06T11:00:00-05:00", ZONE, "2026-11-21T23:59:59-05:00"),
        ("2026-11-06T11:00", ZONE, "2026-11-21T23:59:59-05:00"),
        ("2026-11-06", ZONE, "2026-11-21T23:59:59-05:00"),
        ("2026-11-06[America/New_York]", None, "2026-11-21T23:59:59-05:00"),
        # 23:30 in New York is the next day in UTC: the local date counts.
        ("2026-11-07T04:30:00Z", ZONE, "2026-11-21T23:59:59-05:00"),
    ],
)
def test_a_moment_may_be_spelt_in_many_ways(start: str, zone: str | None, due: str) -> None:
    answer = ask(rule="fed-erisa-pa-standard", clock_start=start, zone=zone)
    assert answer["due"] == f"{due}[{ZONE}]"


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("2026-11-06", "no time zone"),
        ("2026-11-06T11:00:00-05:00", "no time zone"),
        ("2026-11-06T11:00:00-05:00[America/Nowhere]", "not known"),
        ("2026-11-06T11:00:00-07:00[America/New_York]", "contradicts itself"),
        ("2026-03-08T02:30:00[America/New_York]", "never happened"),
        ("2026-11-01T01:30:00[America/New_York]", "happened twice"),
        ("2026-02-30[America/New_York]", "not a date"),
        ("yesterday", "no time zone"),
        ("[America/New_York]", "not a date"),
        ("2026-11-06T11:00:00-05:00[America/New_York", "not a date"),
        ("9999-12-31T23:00:00-05:00[America/New_York]", "outside the calendar"),
        ("2050-01-01[America/New_York]", "1995 to 2040"),
        (None, "clock_start"),
        (5, "clock_start"),
    ],
)
def test_an_impossible_start_is_refused_in_words(start: object, words: str) -> None:
    answer = ask(rule="base-pa-standard", clock_start=start)
    assert set(answer) == {"id", "error"}
    assert words in answer["error"]


def test_the_doubled_hour_is_told_apart_by_its_offset() -> None:
    rule = "fed-ma-partb-drug-urgent"
    first = ask(rule=rule, clock_start="2026-11-01T01:30:00-04:00[America/New_York]")
    second = ask(rule=rule, clock_start="2026-11-01T01:30:00-05:00[America/New_York]")
    assert first["due"] == "2026-11-02T00:30:00-05:00[America/New_York]"
    assert second["due"] == "2026-11-02T01:30:00-05:00[America/New_York]"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (None, "JSON object"),
        ([], "JSON object"),
        ({}, "either rule"),
        ({"rule": "base-p2p", "facts": {}}, "either rule"),
        ({"rule": 7, "clock_start": "2026-11-06"}, "rule"),
        ({"rule": "base-p2p", "clock_start": "2026-11-06", "event": {}}, "did you mean 'events'"),
        ({"rule": "base-p2p", "clock_start": "2026-11-06[UTC]", "events": []}, "object"),
        ({"facts": []}, "object"),
        ({"facts": {}}, "zone"),
        ({"facts": {"zone": ZONE, "lineofbusiness": "ma"}}, "line_of_business"),
        ({"facts": {"zone": ZONE, "line_of_business": "medicare"}}, "too wide"),
        ({"facts": {"zone": ZONE, "line_of_business": "hmo"}}, "is not known"),
        ({"facts": {"zone": ZONE, "funding": "gold"}}, "funding"),
        (
            {
                "facts": {
                    "zone": ZONE,
                    "line_of_business": "erisa_self_funded",
                    "funding": "insured",
                }
            },
            "contradicts",
        ),
        ({"facts": {"zone": ZONE, "urgency": "yes"}}, "urgency"),
        ({"facts": {"zone": ZONE, "item": "pill"}}, "drug or service"),
        ({"facts": {"zone": ZONE, "state": "Texas"}}, "two letters"),
        ({"facts": {"zone": ZONE, "grandfathered": "no"}}, "true, false or null"),
        ({"facts": {"zone": ZONE, "events": {"grievance_received": "2026-11-06"}}}, "by rule"),
    ],
)
def test_a_line_that_cannot_be_answered_says_why(line: object, words: str) -> None:
    answer = answer_line(line, RULES)
    assert set(answer) == {"id", "error"}
    assert words in answer["error"]


def test_an_event_given_twice_under_two_names_is_refused() -> None:
    events = {"notice_dated": "2026-11-01", "notice_mailed": "2026-11-02"}
    start = "2026-11-06[America/New_York]"
    assert "twice" in ask(rule="fed-ma-alj-filing", clock_start=start, events=events)["error"]


def test_an_event_given_twice_under_two_names_with_one_value_is_one_event() -> None:
    start = "2026-11-06[America/New_York]"
    events = {"notice_dated": "2026-11-06", "notice_mailed": "2026-11-06"}
    answer = ask(rule="fed-ma-alj-filing", clock_start=start, events=events)
    assert answer["due"] == "2027-01-10T23:59:59-05:00[America/New_York]"  # 11 Nov + 60 days


def test_an_event_that_no_rule_knows_is_left_aside_and_said() -> None:
    start = "2026-11-06T11:00:00-05:00[America/New_York]"
    events = {"plan_year_start": "2026-07-01", "copay": 40}
    answer = ask(rule="fed-erisa-pa-standard", clock_start=start, events=events)
    assert answer["due"] == "2026-11-21T23:59:59-05:00[America/New_York]"
    assert "No rule knows the event 'plan_year_start': it was left aside." in answer["steps"]
    assert "No rule knows the event 'copay': it was left aside." in answer["steps"]


def test_by_facts_too_an_event_that_no_rule_knows_is_said() -> None:
    events = {"request_received": "2026-11-06", "plan_year_start": "2026-07-01"}
    facts = {"line_of_business": "ma", "zone": ZONE, "events": events}
    answer = ask(facts=facts)
    assert answer["deadlines"][0]["rule"] == "fed-ma-pa-standard"
    assert answer["notes"] == ["No rule knows the event 'plan_year_start': it was left aside."]


def test_a_misspelt_event_is_refused_for_it_would_move_a_date_in_silence() -> None:
    for spelt in ("proved_reciept", "extension_notice_send", "infoperiod_end", "state_windows"):
        start = "2026-11-06T11:00:00-05:00[America/New_York]"
        answer = ask(rule="base-p2p", clock_start=start, events={spelt: "2026-11-20"})
        assert "did you mean" in answer["error"]


def test_an_event_told_in_another_zone_counts_by_the_clocks_own_date() -> None:
    # 23:30 in Chicago is past midnight in New York: received on the 1st.
    answer = ask(
        rule="fed-ma-appeal-filing",
        clock_start="2026-11-16T00:00:00-05:00[America/New_York]",
        events={"proved_receipt": "2026-11-30T23:30:00-06:00[America/Chicago]"},
    )
    assert answer["due"] == "2027-01-30T23:59:59-05:00[America/New_York]"  # 30 + 30 days


@pytest.mark.parametrize(
    ("rule", "event"),
    [
        ("fed-mco-drug", "request_received"),
        ("fed-erisa-urgent-decision-after-info", "info_received"),
        ("fed-erisa-concurrent-urgent", "request_received"),
    ],
)
def test_a_plain_date_that_repeats_the_start_does_not_blur_its_hour(rule: str, event: str) -> None:
    start = "2026-11-26T08:00:00-05:00[America/New_York]"
    plain = ask(rule=rule, clock_start=start)
    again = ask(rule=rule, clock_start=start, events={event: "2026-11-26"})
    assert (again["due"], again["chase"]) == (plain["due"], plain["chase"])


def test_a_plain_date_does_not_blur_the_hour_where_another_rule_takes_over() -> None:
    events = {"request_received": "2026-11-24", "approved_course_ends": "2026-11-25T09:00"}
    start = "2026-11-24T10:00:00-05:00[America/New_York]"
    answer = ask(rule="fed-erisa-concurrent-urgent", clock_start=start, events=events)
    assert answer["due"] == "2026-11-27T10:00:00-05:00[America/New_York]"


def test_the_date_of_a_notice_does_not_start_a_clock_that_no_notice_starts() -> None:
    start = "2026-11-06T11:00:00-05:00[America/New_York]"
    answer = ask(
        rule="fed-erisa-pa-standard", clock_start=start, events={"notice_dated": "2026-11-12"}
    )
    assert answer["due"] == "2026-11-21T23:59:59-05:00[America/New_York]"
    assert "Noted, without effect on this clock: notice dated." in answer["steps"]


def test_the_days_before_a_hearing_was_asked_for_are_left_out() -> None:
    answer = ask(
        rule="fed-mco-fair-hearing-decision",
        clock_start="2026-09-01T00:00:00-04:00[America/New_York]",
        events={"notice_dated": "2026-09-28", "hearing_requested": "2026-10-18"},
    )
    assert answer["due"] == "2026-12-20T23:59:59-05:00[America/New_York]"  # 30 Nov and 20 days


@pytest.mark.parametrize(
    ("events", "due"),
    [
        # 15 days from receipt on 2 Nov end on the 17th; 15 more on 2 Dec.
        ({"extension_notice_sent": "2026-11-12"}, "2026-12-02T23:59:59-05:00"),
        # The clock stood still for 19 days.
        (
            {"extension_notice_sent": "2026-11-12", "claimant_responded": "2026-12-01"},
            "2026-12-21T23:59:59-05:00",
        ),
        (
            {"extension_notice_sent": "2026-11-12", "info_received": "2026-12-01"},
            "2026-12-21T23:59:59-05:00",
        ),
    ],
)
def test_an_extension_may_be_asked_from_the_end_of_the_first_period(
    events: dict[str, Any], due: str
) -> None:
    for start in ("2026-11-17T23:59:59-05:00", "2026-11-02T09:00:00-05:00"):
        answer = ask(rule="fed-erisa-pa-extension", clock_start=f"{start}[{ZONE}]", events=events)
        assert answer["due"] == f"{due}[{ZONE}]"


def test_foreign_fields_are_left_alone_and_null_events_did_not_happen() -> None:
    start = "2026-11-06T11:00:00-05:00[America/New_York]"
    plain = ask(rule="fed-erisa-pa-standard", clock_start=start)
    more = ask(
        rule="fed-erisa-pa-standard",
        clock_start=start,
        why="as given",
        events={"extension_notice_sent": None, "claimant_responded": "none"},
    )
    assert plain == more


def test_an_event_without_effect_is_said() -> None:
    start = "2026-11-06T11:00:00-05:00[America/New_York]"
    answer = ask(
        rule="fed-erisa-pa-urgent", clock_start=start, events={"info_received": "2026-11-07"}
    )
    assert answer["due"] == "2026-11-09T11:00:00-05:00[America/New_York]"
    assert "Noted, without effect on this clock: info received." in answer["steps"]


texts = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**6),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.dates().map(str),
    st.datetimes().map(lambda at: at.isoformat()),
    st.datetimes().map(lambda at: f"{at.isoformat()}[America/New_York]"),
    st.sampled_from(["none", "2026-11-06", "2026-03-08T02:30", "2026-11-06T11:00:00Z"]),
)
events = st.dictionaries(st.sampled_from(sorted(START_EVENTS | EXTRA_EVENTS)), texts, max_size=6)
lines = st.one_of(
    st.fixed_dictionaries(
        {
            "rule": st.sampled_from([rule.id for rule in RULES]),
            "clock_start": texts,
            "events": st.one_of(events, texts),
            "zone": st.sampled_from([None, ZONE, "UTC", "nowhere"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "facts": st.fixed_dictionaries(
                {
                    "line_of_business": st.sampled_from(["ma", "mco", "erisa", "exchange", None]),
                    "funding": st.sampled_from([None, "insured", "self_funded"]),
                    "urgency": st.sampled_from(["standard", "urgent", "concurrent", 3]),
                    "item": st.sampled_from(["drug", "service", ["drug", "service"]]),
                    "zone": st.just(ZONE),
                    "events": events,
                    "now": texts,
                }
            )
        }
    ),
    texts,
)


@settings(max_examples=600, deadline=None)
@given(lines)
def test_no_line_raises_and_every_answer_is_json(line: object) -> None:
    answer = answer_line(line, RULES)
    json.dumps(answer, ensure_ascii=False, allow_nan=False)
    assert ("error" in answer) or ("due" in answer) or ("deadlines" in answer)


@pytest.mark.parametrize(
    ("plan", "facts", "events", "kind", "rule", "due"),
    [
        # The worked dates once more, by facts alone.
        (
            "erisa_self_funded",
            {},
            {"request_received_by_payer": "2026-11-06T11:00"},
            "pa_decision",
            "fed-erisa-pa-standard",
            "2026-11-21T23:59:59-05:00",
        ),
        (
            "erisa_self_funded",
            {},
            {"request_received_by_payer": "2026-11-06", "extension_notice_sent": "2026-11-23"},
            "pa_decision",
            "fed-erisa-pa-standard",
            "2026-11-21T23:59:59-05:00",
        ),
        (
            "commercial",
            {"funding": "self_funded"},
            {
                "request_received_by_payer": "2026-11-02T09:00",
                "extension_notice_sent": "2026-11-12",
                "claimant_responded": "2026-12-01",
            },
            "extension",
            "fed-erisa-pa-extension",
            "2026-12-21T23:59:59-05:00",
        ),
        (
            "ma",
            {},
            {"request_received_by_payer": "2026-11-18", "extension_notice_sent": "2026-11-24"},
            "extension",
            "fed-ma-pa-extension",
            "2026-12-09T23:59:59-05:00",
        ),
        (
            "ma",
            {"item": "drug", "urgency": "urgent"},
            {"request_received_by_payer": "2026-03-07T22:00"},
            "pa_decision",
            "fed-ma-partb-drug-urgent",
            "2026-03-08T23:00:00-04:00",
        ),
        (
            "medicaid_mco",
            {},
            {"request_received_by_payer": "2026-12-28", "rating_period_start": "2026-07-01"},
            "pa_decision",
            "fed-mco-pa-standard",
            "2027-01-04T23:59:59-05:00",
        ),
        (
            "medicaid_mco",
            {"item": "drug"},
            {"request_received_by_payer": "2026-11-26T08:00"},
            "pa_decision",
            "fed-mco-drug",
            "2026-11-27T08:00:00-05:00",
        ),
        (
            "erisa_self_funded",
            {},
            {"denial_notice_received": "2026-11-20"},
            "appeal_filing",
            "fed-erisa-appeal-filing",
            "2027-05-19T23:59:59-04:00",
        ),
        (
            "ma",
            {},
            {"denial_notice_dated": "2026-11-16", "proved_receipt": "2026-11-30"},
            "appeal_filing",
            "fed-ma-appeal-filing",
            "2027-01-29T23:59:59-05:00",
        ),
        (
            "medicaid_managed_care",
            {},
            {"denial_notice_dated": "2026-12-31"},
            "appeal_filing",
            "fed-mco-appeal-filing",
            "2027-03-01T23:59:59-05:00",
        ),
        (
            "erisa_self_funded",
            {"appeal_levels": 1},
            {"appeal_received_by_payer": "2026-12-03T10:00"},
            "appeal_decision",
            "fed-erisa-appeal-decision-1level",
            "2027-01-02T23:59:59-05:00",
        ),
        (
            "erisa_self_funded",
            {"urgency": "urgent"},
            {"appeal_received_by_payer": "2026-07-03T09:00"},
            "appeal_decision",
            "fed-erisa-appeal-decision-urgent",
            "2026-07-06T09:00:00-04:00",
        ),
        (
            "ma",
            {"item": "drug"},
            {"appeal_received_by_payer": "2026-12-22T09:00"},
            "appeal_decision",
            "fed-ma-appeal-decision-partb",
            "2026-12-29T23:59:59-05:00",
        ),
        (
            "erisa_self_funded",
            {},
            {"final_denial_received": "2026-11-20"},
            "external_filing",
            "fed-aca-external-filing",
            "2027-03-22T23:59:59-04:00",
        ),
        (
            "erisa_self_funded",
            {},
            {"external_request_received_by_payer": "2026-11-23T12:00"},
            "external_decision",
            "fed-aca-external-prelim-review",
            "2026-12-01T23:59:59-05:00",
        ),
        (
            "erisa_self_funded",
            {"urgency": "urgent"},
            {"external_request_received_by_iro": "2026-07-03T09:00"},
            "external_decision",
            "fed-aca-external-decision-expedited",
            "2026-07-06T09:00:00-04:00",
        ),
        (
            "erisa_self_funded",
            {},
            {"iro_notice_received": "2026-12-18T12:00"},
            "info_supply",
            "fed-aca-external-extra-info",
            "2027-01-05T23:59:59-05:00",
        ),
        (
            "erisa_self_funded",
            {},
            {"info_request_received_by_clinic": "2028-01-20T14:00"},
            "info_supply",
            "fed-erisa-info-supply",
            "2028-03-05T23:59:59-05:00",
        ),
        (
            "erisa_self_funded",
            {"urgency": "urgent"},
            {
                "request_received_by_payer": "2026-12-27T10:00",
                "info_request_received_by_clinic": "2026-12-27T20:15",
                "info_received": None,
                "info_period_end": "2026-12-29T20:15",
            },
            "pa_decision",
            "fed-erisa-urgent-decision-after-info",
            "2026-12-31T20:15:00-05:00",
        ),
        (
            "medicaid_mco",
            {},
            {"appeal_resolution_notice_dated": "2026-11-02", "state_window": 90},
            "fair_hearing",
            "fed-mco-fair-hearing",
            "2027-01-31T23:59:59-05:00",
        ),
        (
            "medicaid_mco",
            {"review_timing": "concurrent"},
            {"denial_notice_sent": "2026-12-18", "action_effective": "2027-01-10"},
            "continuation_of_benefits",
            "fed-mco-benefits-continue",
            "2027-01-10T23:59:59-05:00",
        ),
        (
            "unknown",
            {},
            {"denial_notice_dated": "2026-11-23"},
            "appeal_filing",
            "base-appeal-filing",
            "2027-01-22T23:59:59-05:00",
        ),
        (
            "unknown",
            {},
            {"request_submitted": "2026-11-20T10:00"},
            "pa_decision",
            "base-pa-standard",
            "2026-11-25T23:59:59-05:00",
        ),
    ],
)
def test_facts_alone_find_the_rule_and_the_date(
    plan: str,
    facts: dict[str, Any],
    events: dict[str, Any],
    kind: str,
    rule: str,
    due: str,
) -> None:
    found = by_facts(plan, events, **facts)[kind]
    assert (found["rule"], found["due"]) == (rule, f"{due}[{ZONE}]")


def test_losers_are_told_with_their_reason() -> None:
    found = by_facts("ma", {"request_received_by_payer": "2026-11-20T10:00"}, item="drug")
    lost = {each["rule"]: each["why"] for each in found["pa_decision"]["lost"]}
    assert lost["fed-ma-pa-standard"] == "it is for service lines"
    assert lost["fed-ma-pa-standard-2025"] == "it ended on 2025-12-31, before this clock started"
    assert lost["base-pa-standard"] == "an expectation binds nobody; the law governs"


def test_a_decided_request_is_not_running() -> None:
    events = {"request_received_by_payer": "2026-11-06", "denial_notice_dated": "2026-11-16"}
    assert set(by_facts("erisa_self_funded", events)) == {"appeal_filing", "peer_to_peer"}


def test_what_no_law_governs_is_said() -> None:
    facts = {
        "line_of_business": "tricare",
        "zone": ZONE,
        "events": {"request_submitted": "2026-11-06"},
    }
    answer = ask(facts=facts)
    assert [each["kind"] for each in answer["unruled"]] == ["pa_decision"]
    assert answer["deadlines"][0]["legal"] is None
