"""Times that cannot be right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from priorauth.deadlines.facts import Happening, Moment
from priorauth.errors import ImpossibleFact
from priorauth.lifecycle.chronology import check_times, in_words
from priorauth.lifecycle.replay import replay
from priorauth.terms import EventKind
from tests.priorauth.lifecycle.story import NOW, Story, on

MARCH_1 = date(2026, 3, 1)


def refused(story: Story, kind: EventKind, **facts) -> ImpossibleFact:
    with pytest.raises(ImpossibleFact) as refusal:
        story.record(kind, **facts)
    return refusal.value


def denial(**facts):
    return {"outcomes": ("1=denied",), "adverse": True, "notice_awaited": True, **facts}


def test_a_date_reads_as_staff_write_it():
    assert in_words(date(2026, 5, 3)) == "May 3, 2026"


def test_nothing_has_happened_in_the_future():
    for when in (Moment.instant(NOW + timedelta(hours=1), "UTC"), date(2026, 7, 1)):
        refusal = refused(Story().opened(), EventKind.SUBMITTED, channel="fax", when=when)
        assert refusal.field == "when"
        assert "lies in the future" in str(refusal)


def test_today_is_not_the_future_though_the_day_is_not_over():
    Story().opened(when=NOW.date()).submitted(when=Moment.instant(NOW, "UTC"))


def test_a_browser_clock_may_run_a_little_ahead():
    Story().opened(when=Moment.instant(NOW + timedelta(minutes=5), "UTC"))
    later = Moment.instant(NOW + timedelta(minutes=5, seconds=1), "UTC")
    assert refused(Story(), EventKind.REQUEST_OPENED, when=later).field == "when"


def test_the_day_that_has_begun_in_the_east_is_not_the_future_there():
    evening = datetime(2026, 6, 30, 20, 0, tzinfo=UTC)
    begun = Moment.day(date(2026, 7, 1), "Pacific/Auckland")
    assert begun.earliest < evening
    Story().opened(when=Moment.day(date(2026, 7, 1), "Pacific/Auckland"))


def test_nothing_happened_before_2020():
    refusal = refused(Story(), EventKind.REQUEST_OPENED, when=date(2019, 12, 31))
    assert (refusal.field, str(refusal)) == (
        "when",
        "This date, December 31, 2019, lies before 2020. Check the year.",
    )
    Story().opened(when=date(2020, 1, 1))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("notice_dated", date(2019, 5, 1)),
        ("notice_dated", date(2026, 7, 9)),
        ("notice_received", date(2026, 7, 9)),
        ("notice_received", on(date(2026, 7, 9))),
        ("appeal_by", date(2016, 9, 1)),
        ("appeal_by", date(2062, 9, 1)),
        ("peer_to_peer_by", date(2062, 9, 1)),
    ],
)
def test_a_wrong_year_in_a_date_of_the_notice_is_named(name, value):
    story = Story().with_the_payer()
    facts = denial(**{name: value})
    if name == "notice_received":
        del facts["notice_awaited"]
    assert refused(story, EventKind.DETERMINED, **facts).field == name


def test_a_notice_arrives_on_or_after_its_date():
    facts = denial(notice_dated=date(2026, 3, 8), notice_received=date(2026, 3, 7))
    del facts["notice_awaited"]
    story = Story().with_the_payer()
    assert refused(story, EventKind.DETERMINED, **facts).field == "notice_received"
    facts["notice_received"] = date(2026, 3, 8)
    story.record(EventKind.DETERMINED, **facts)


def test_a_notice_received_as_a_moment_is_judged_by_its_day():
    facts = denial(notice_dated=date(2026, 3, 8), notice_received=on(date(2026, 3, 7)))
    del facts["notice_awaited"]
    story = Story().with_the_payer()
    assert refused(story, EventKind.DETERMINED, **facts).field == "notice_received"


def test_a_date_to_appeal_by_lies_after_the_notice():
    facts = denial(notice_dated=date(2026, 3, 8), appeal_by=date(2026, 3, 7))
    assert refused(Story().with_the_payer(), EventKind.DETERMINED, **facts).field == "appeal_by"


def test_a_notice_is_never_older_than_its_decision():
    story = Story().with_the_payer()  # decided on March 5 below
    assert story.day == date(2026, 3, 5)
    facts = denial(notice_dated=date(2026, 3, 3))
    assert refused(story, EventKind.DETERMINED, **facts).field == "notice_dated"
    # the day before may be the same hour in another zone
    story.record(EventKind.DETERMINED, **denial(notice_dated=date(2026, 3, 4)))


@pytest.mark.parametrize(
    ("story", "kind", "facts"),
    [
        (Story().opened().submitted(), EventKind.RECEIVED_BY_PAYER, {}),
        (Story().opened().submitted(), EventKind.DETERMINED, denial()),
        (Story().opened().submitted(), EventKind.REJECTED_BY_PAYER, {}),
        (Story().opened().submitted(), EventKind.PACKET_COMPLETE, {}),
        (Story().opened().submitted(), EventKind.EXTENSION_NOTICED, {}),
        (
            Story().opened().submitted(),
            EventKind.INFORMATION_REQUESTED,
            {"proceeding": "information-1"},
        ),
        (Story().opened().submitted().asked(), EventKind.INFORMATION_SENT, {}),
        (
            Story().denied(),
            EventKind.PEER_TO_PEER_REQUESTED,
            {"proceeding": "peer_to_peer-1"},
        ),
    ],
    ids=lambda part: part.value if isinstance(part, EventKind) else "",
)
def test_no_step_lies_before_the_submission(story, kind, facts):
    if kind is EventKind.INFORMATION_SENT:
        facts = {"proceeding": "information-1"}
    refusal = refused(story, kind, when=MARCH_1, **facts)
    assert refusal.field == "when"
    assert "March 1, 2026 lies before the submission on March 3, 2026" in str(refusal)


def test_the_same_day_is_in_order_though_the_hours_are_not_known():
    day = date(2026, 3, 3)
    hour = Moment.instant(datetime(2026, 3, 3, 22, 0, tzinfo=UTC), "America/New_York")
    Story().opened().submitted(when=hour).received(when=day).determined("1=approved", when=day)


def test_hours_known_on_one_day_are_compared():
    early = Moment.instant(datetime(2026, 3, 3, 14, 0, tzinfo=UTC), "America/New_York")
    late = Moment.instant(datetime(2026, 3, 3, 15, 0, tzinfo=UTC), "America/Los_Angeles")
    story = Story().opened().submitted(when=late)
    assert refused(story, EventKind.RECEIVED_BY_PAYER, when=early).field == "when"


def test_the_payer_does_not_decide_what_it_has_not_received():
    story = Story().with_the_payer()
    refusal = refused(story, EventKind.DETERMINED, when=date(2026, 3, 3), **denial())
    assert "before the payer's receipt on March 4, 2026" in str(refusal)


def test_a_receipt_learned_late_lies_before_the_decision():
    story = Story().opened().submitted().determined("1=approved", when=date(2026, 3, 10))
    refusal = refused(story, EventKind.RECEIVED_BY_PAYER, when=date(2026, 3, 11))
    assert "lies after the payer's decision on line 1 on March 10, 2026" in str(refusal)
    story.received(when=date(2026, 3, 9))


def test_an_answer_lies_after_its_question():
    story = Story().with_the_payer().asked(when=date(2026, 3, 10))
    refusal = refused(
        story, EventKind.INFORMATION_SENT, proceeding="information-1", when=date(2026, 3, 9)
    )
    assert "before the day the information request began on March 10, 2026" in str(refusal)


def test_a_question_counts_from_the_day_the_payer_sent_it():
    story = Story().with_the_payer()
    story.asked(when=date(2026, 3, 10), sent=on(date(2026, 3, 8)))
    story.answered(when=date(2026, 3, 9))


def test_an_answer_by_date_lies_after_the_question():
    story = Story().with_the_payer()
    facts = {"sent": on(date(2026, 3, 8)), "answer_by": date(2026, 3, 7)}
    refusal = refused(story, EventKind.INFORMATION_REQUESTED, proceeding="information-1", **facts)
    assert refusal.field == "answer_by"


def test_an_appeal_lies_after_the_denial():
    story = Story().denied()  # on March 5
    refusal = refused(
        story, EventKind.APPEAL_FILED, level="first", urgency="standard", when=date(2026, 3, 4)
    )
    assert "before the denial of line 1 on March 5, 2026" in str(refusal)


def test_a_second_appeal_lies_after_the_first_decision():
    story = Story().denied().appealed().appeal_decided("upheld")  # on March 7
    refusal = refused(
        story, EventKind.APPEAL_FILED, level="second", urgency="standard", when=date(2026, 3, 6)
    )
    assert "before the first appeal's decision on line 1 on March 7, 2026" in str(refusal)


def test_an_appeal_is_decided_after_it_was_filed_and_received():
    story = Story().denied().appealed()  # on March 6
    decided = {"proceeding": "appeal-1", "outcome": "overturned"}
    refusal = refused(story, EventKind.APPEAL_DECIDED, when=date(2026, 3, 5), **decided)
    assert "before the day the appeal began on March 6, 2026" in str(refusal)
    story.record(EventKind.APPEAL_RECEIVED, proceeding="appeal-1", when=date(2026, 3, 9))
    refusal = refused(story, EventKind.APPEAL_DECIDED, when=date(2026, 3, 8), **decided)
    assert "before its receipt on March 9, 2026" in str(refusal)


def test_an_appeal_is_not_received_before_it_was_sent():
    story = Story().denied()  # the appeal is filed on March 6
    refusal = refused(
        story,
        EventKind.APPEAL_FILED,
        level="first",
        urgency="standard",
        received_by_payer=on(date(2026, 3, 5)),
    )
    assert refusal.field == "received_by_payer"


def test_an_appeals_receipt_learned_late_lies_before_its_decision():
    story = Story().denied().appealed().appeal_decided("overturned")  # on March 7
    refusal = refused(
        story, EventKind.APPEAL_RECEIVED, proceeding="appeal-1", when=date(2026, 3, 9)
    )
    assert "lies after its decision on March 7, 2026" in str(refusal)
    story.record(EventKind.APPEAL_RECEIVED, proceeding="appeal-1", when=date(2026, 3, 7))


def test_an_external_review_lies_after_the_denial_and_a_standard_one_after_the_appeal():
    story = Story().denied()  # on March 5
    refusal = refused(
        story, EventKind.EXTERNAL_REVIEW_FILED, urgency="expedited", when=date(2026, 3, 4)
    )
    assert "before the denial of line 1" in str(refusal)
    story.appealed().appeal_decided("upheld", is_final_internal=True)  # on March 7
    refusal = refused(
        story, EventKind.EXTERNAL_REVIEW_FILED, urgency="standard", when=date(2026, 3, 6)
    )
    assert "before the internal decision on line 1 on March 7, 2026" in str(refusal)


def test_a_talk_is_agreed_for_a_time_to_come():
    story = Story().denied()  # scheduled on March 6
    refusal = refused(story, EventKind.PEER_TO_PEER_SCHEDULED, scheduled_for=on(date(2026, 3, 5)))
    assert refusal.field == "scheduled_for"
    story.record(EventKind.PEER_TO_PEER_SCHEDULED, scheduled_for=on(date(2026, 8, 5)))


def test_a_new_submission_lies_after_the_return():
    story = Story().with_the_payer().record(EventKind.REJECTED_BY_PAYER)  # on March 5
    refusal = refused(story, EventKind.SUBMITTED, channel="fax", when=date(2026, 3, 4))
    assert "before the payer's return on March 5, 2026" in str(refusal)


def test_an_unknown_date_contradicts_nothing():
    story = Story().opened().submitted(when=None).received(when=MARCH_1)
    story.determined("1=denied", when=None).appealed(when=date(2026, 3, 2))
    assert story.state.is_contest_running


def test_an_old_date_that_somebody_confirmed_is_taken_as_far_back_as_calendars_reach():
    state = replay((), ())

    def opened(on: date) -> Happening:
        when = Moment.day(on, "UTC")
        return Happening("1", EventKind.REQUEST_OPENED, when, NOW)

    check_times(state, opened(date(2019, 12, 31)), NOW, may_be_old=True)
    check_times(state, opened(date(2005, 1, 1)), NOW, may_be_old=True)
    with pytest.raises(ImpossibleFact, match="before 2005"):
        check_times(state, opened(date(2004, 12, 31)), NOW, may_be_old=True)
