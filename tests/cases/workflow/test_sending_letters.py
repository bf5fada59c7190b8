"""Several signed letters are recorded as sent by one form: each whole or not at all."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cases.demo.stories import Teller
from cases.models import Appeal, AppealLetter, CaseEvent, Deadline
from cases.models.deadlines import LIVE
from cases.queries.limited import counts
from cases.queries.unsent_letters import appeal_limits, unsent, unsent_keys, unsent_with_cases
from cases.workflow import appeal_letters, appeals, closing
from cases.workflow.sending_letters import LettersSent, record_sent
from cases.workflow.undoing import undo
from priorauth.terms import AppealLevel, Channel, ClockKind, EventKind, Role
from tests.cases.appeal_case import actor, refused
from tests.cases.workflow.test_appeal_letters import keep, sign


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def waiting(teller: Teller) -> list[AppealLetter]:
    """Two signed letters, each on a refused case of its own."""
    for days in (6, 5):
        sign(teller, keep(teller, refused(teller, days_ago=days)))
    return unsent_with_cases()


def told(teller: Teller, **given) -> LettersSent:
    values = {
        "sent": teller.moment(teller.now), "channel": Channel.FAX, "is_received": True,
        "numbers": {}, **given,
    }  # fmt: skip
    return LettersSent(**values)


def send(teller: Teller, letters, how: LettersSent, *, is_trial=False, token=""):
    hand = actor(teller, Role.BILLER, token=token or str(uuid.uuid4()))
    return record_sent(hand, letters, how, is_trial=is_trial)


def test_each_letter_becomes_its_own_appeal_with_its_own_number(teller, waiting):
    first, second = waiting
    done = send(teller, waiting, told(teller, numbers={first.pk: "FX-1", second.pk: "FX-2"}))
    assert [each.is_done for each in done] == [True, True]
    for letter, number in ((first, "FX-1"), (second, "FX-2")):
        appeal = Appeal.objects.get(request=letter.request)
        assert (appeal.confirmation_number, appeal.channel) == (number, Channel.FAX)
        assert appeal.lines.count() == letter.request.lines.count()
        assert AppealLetter.objects.get(pk=letter.pk).appeal == appeal
        answer = Deadline.objects.filter(LIVE, kind=ClockKind.APPEAL_DECISION)
        assert answer.get(request=letter.request) in [each.told for each in done]
    assert unsent_with_cases() == []


def test_a_trial_tells_the_same_and_writes_nothing(teller, waiting):
    before = CaseEvent.objects.count()
    tried = send(teller, waiting, told(teller), is_trial=True)
    assert (CaseEvent.objects.count(), Appeal.objects.count()) == (before, 0)
    assert len(unsent_with_cases()) == 2
    assert [each.appeal for each in waiting] == [None, None]
    done = send(teller, waiting, told(teller))
    assert [each.told.due_at for each in tried] == [each.told.due_at for each in done]


def test_a_refused_one_keeps_no_other_back(teller, waiting):
    first, second = waiting
    undo(
        actor(teller, Role.LEAD),
        CaseEvent.objects.get(request=first.request, kind=EventKind.DETERMINED),
    )
    done = send(teller, waiting, told(teller))
    assert [each.is_done for each in done] == [False, True]
    assert "can be taken to a first internal appeal now" in done[0].why
    assert not Appeal.objects.filter(request=first.request).exists()
    assert Appeal.objects.filter(request=second.request).exists()


def test_a_form_sent_twice_records_once(teller, waiting):
    token = str(uuid.uuid4())
    send(teller, waiting, told(teller), token=token)
    again = send(teller, waiting, told(teller), token=token)
    assert {each.why for each in again} == {"It was recorded already."}
    assert Appeal.objects.count() == 2


def test_without_the_payers_receipt_none_is_recorded(teller, waiting):
    (done,) = send(teller, waiting[:1], told(teller, channel=Channel.MAIL, is_received=False))
    assert done.is_done
    filed = CaseEvent.objects.get(kind=EventKind.APPEAL_FILED)
    assert filed.facts.get("received_by_payer") is None


def test_the_receipt_is_a_day_of_the_payers_calendar(teller, waiting):
    payer = waiting[0].request.coverage.plan.payer
    payer.time_zone = "America/Los_Angeles"
    payer.save()
    send(teller, unsent_with_cases()[:1], told(teller))
    facts = CaseEvent.objects.get(kind=EventKind.APPEAL_FILED).facts
    assert facts["received_by_payer"]["zone"] == "America/Los_Angeles"


# ------------------------------------------------------------------ which letters wait


def many() -> int:
    [found] = counts([unsent_keys()])
    assert found == unsent().count()
    return found


def test_a_letter_waits_from_its_signature_until_its_appeal_is_recorded(teller):
    case = refused(teller)
    kept = keep(teller, case)
    assert many() == 0
    sign(teller, kept)
    assert many() == 1
    assert set(appeal_limits([case])) == {case.pk}
    send(teller, unsent_with_cases(), told(teller))
    assert many() == 0
    undo(actor(teller, Role.LEAD), CaseEvent.objects.get(kind=EventKind.APPEAL_FILED))
    assert many() == 1


def test_an_appeal_recorded_without_the_letter_stands_for_it(teller, waiting):
    case = waiting[0].request
    appeals.file(
        actor(teller, Role.BILLER), case, filed=teller.moment(teller.now),
        level=AppealLevel.FIRST, lines=list(case.lines.all()), channel=Channel.FAX,
    )  # fmt: skip
    assert [each.pk for each in unsent_with_cases()] == [waiting[1].pk]


def test_of_two_versions_the_last_one_waits(teller):
    case = refused(teller)
    first = sign(teller, keep(teller, case))
    later = replace(teller, now=teller.now + timedelta(hours=1))
    second = sign(later, appeal_letters.begin_next(actor(later, Role.BILLER), case))
    assert second.supersedes == first
    assert [each.pk for each in unsent_with_cases()] == [second.pk]


def test_a_case_that_ended_has_no_letter_to_send(teller, waiting):
    case = waiting[0].request
    closing.close(
        actor(teller, Role.LEAD), case, closed=teller.moment(teller.now), reason="It is over."
    )
    assert [each.pk for each in unsent_with_cases()] == [waiting[1].pk]
