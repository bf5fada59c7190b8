"""What was promised on earlier calls stands beside the next one and is settled with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.models import Deadline, InsurerCall
from cases.models.contacts import PromiseStanding
from cases.models.deadlines import LIVE
from cases.workflow.calls import settle_promise
from cases.workflow.undoing import undo
from priorauth.terms import ClockKind, EventKind
from tests.cases.conftest import FRIDAY
from tests.cases.desk.paper import shown
from tests.cases.desk.test_step_refusals import error_of

pytestmark = pytest.mark.usefixtures("friday_morning")

TYPED = {"representative_name": "Dana K.", "reference_number": "C-778"}


@pytest.fixture
def broken(teller, case):
    """A decision was promised for Wednesday, 16 September, 12:00, and did not come."""
    return teller.call(case, teller.at(2.5), promised_by=FRIDAY - timedelta(hours=46))


def before(html: str) -> str:
    """The box with the calls before this one, "" when there is none."""
    return html.partition('class="step-card step-before"')[2].partition("</section>")[0]


def test_without_an_earlier_call_there_is_no_box_of_them(desk, case):
    html = desk.open(desk.step(case, "call")).content.decode()
    assert before(html) == ""
    assert "settles_" not in html


def test_the_last_call_stands_beside_the_form_with_who_reference_and_promise(desk, case, broken):
    box = before(desk.open(desk.step(case, "call")).content.decode())
    for text in (
        broken.representative_name,
        broken.reference_number,
        "Promise broken since Wed 16 Sep 2026, 12:00 EDT",
        "Decision, by Wed 16 Sep 2026, 12:00 EDT",
        "Wed 16 Sep 2026, 11:",
    ):
        assert text in box
    promised = "Decision, by Wed 16 Sep 2026, 12:00 EDT"
    for text in (broken.representative_name, broken.reference_number, promised):
        assert f'data-copy="{text}"' in box


def test_a_promise_still_open_stands_before_newer_calls_that_promised_nothing(desk, case, teller):
    first = teller.call(case, teller.at(2.5), promised_by=FRIDAY + timedelta(days=3))
    newer = [teller.call(case, teller.at(2 - each / 4)) for each in range(3)]
    undone = teller.call(case, teller.at(0.5))
    undo(teller.actor(FRIDAY), undone.event)
    box = before(desk.open(desk.step(case, "call")).content.decode())
    places = [box.index(call.reference_number) for call in (first, newer[2], newer[1])]
    assert places == sorted(places)
    assert newer[0].reference_number not in box, "the two newest calls are enough"
    assert undone.reference_number not in box


def test_a_promise_kept_is_settled_in_the_same_save(desk, case, broken):
    answer = desk.record(case, "call", **TYPED, **{f"settles_{broken.pk}": "kept"})
    assert answer.status_code == 302
    broken.refresh_from_db()
    assert broken.promise_standing == PromiseStanding.KEPT
    kinds = list(case.events.order_by("pk").values_list("kind", flat=True))[-2:]
    assert kinds == [EventKind.CALL_LOGGED, EventKind.PROMISE_SETTLED]
    assert not Deadline.objects.filter(LIVE, request=case, kind=ClockKind.PROMISE).exists()


def test_a_promise_not_kept_and_made_anew_is_broken_and_the_new_one_runs(desk, case, broken):
    answer = desk.record(
        case,
        "call",
        **TYPED,
        **{f"settles_{broken.pk}": "anew"},
        promised_by_on="2026-09-22",
    )
    assert answer.status_code == 302
    broken.refresh_from_db()
    assert broken.promise_standing == PromiseStanding.BROKEN
    anew = case.calls.exclude(pk=broken.pk).get()
    assert (anew.promise, anew.promise_standing) == ("Decision", PromiseStanding.OPEN)
    (live,) = Deadline.objects.filter(LIVE, request=case, kind=ClockKind.PROMISE)
    assert live.start_event == anew.event


def test_of_two_made_anew_by_one_call_both_words_are_kept(desk, case, broken, teller):
    other = teller.call(case, teller.at(2.4), promised_by=FRIDAY - timedelta(hours=45))
    InsurerCall.objects.filter(pk=other.pk).update(promise="Fee schedule")
    told = {f"settles_{one.pk}": "anew" for one in (broken, other)}
    answer = desk.record(case, "call", **TYPED, **told, promised_by_on="2026-09-22")
    assert answer.status_code == 302
    anew = case.calls.order_by("-pk").first()
    assert sorted(anew.promise.split("; ")) == ["Decision", "Fee schedule"]


def test_made_anew_asks_for_when(desk, case, broken):
    answer = desk.record(case, "call", **TYPED, **{f"settles_{broken.pk}": "anew"})
    assert "promised anew" in error_of(answer, "promised_by")
    assert shown(answer)[f"settles_{broken.pk}"] == ["anew"]
    broken.refresh_from_db()
    assert broken.promise_standing == PromiseStanding.OPEN
    assert case.calls.count() == 1


def test_a_promise_that_nobody_asked_about_stays_open(desk, case, broken):
    assert desk.record(case, "call", **TYPED).status_code == 302
    broken.refresh_from_db()
    assert broken.promise_standing == PromiseStanding.OPEN


def test_one_settled_by_somebody_else_meanwhile_is_not_settled_again(desk, case, teller, broken):
    form = desk.form(desk.step(case, "call"))
    by = teller.actor(FRIDAY)
    settle_promise(by, broken, standing=PromiseStanding.KEPT, zone=teller.zone)
    typed = {**TYPED, f"settles_{broken.pk}": "broken"}
    answer = desk.send(desk.step(case, "call"), form, **typed)
    assert answer.status_code == 409
    assert "The case moved while this form was open" in answer.content.decode()
    assert desk.send(desk.step(case, "call"), shown(answer), **typed).status_code == 302
    broken.refresh_from_db()
    assert broken.promise_standing == PromiseStanding.KEPT
