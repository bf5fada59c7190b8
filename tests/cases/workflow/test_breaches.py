"""Who let a limit pass: the ledger, and the look that opens what silence opens."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.demo.stories import Teller
from cases.models import Deadline, PayerBreach, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow import closing, timing
from cases.workflow.noticing import notice
from priorauth.deadlines.facts import Moment
from priorauth.terms import ClockKind, Outcome

NEW_YORK = ZoneInfo("America/New_York")
ERISA, MEDICARE, UNKNOWN = 0, 3, 5
TUESDAY = datetime(2026, 8, 25, 10, 0, tzinfo=NEW_YORK)
LIMIT = datetime(2026, 9, 9, 23, 59, 59, tzinfo=NEW_YORK)  # 15 days: 29 CFR 2560.503-1(f)(2)(iii)
SECOND = timedelta(seconds=1)


@pytest.fixture
def request_(teller: Teller) -> PriorAuthRequest:
    return teller.submitted(TUESDAY, plan=teller.cast.plans[ERISA])


def ledger(request: PriorAuthRequest) -> list[PayerBreach]:
    return list(PayerBreach.objects.filter(request=request))


def test_a_limit_is_not_missed_in_its_last_second(request_: PriorAuthRequest) -> None:
    assert not notice(LIMIT)
    assert not ledger(request_)


def test_the_first_second_after_it_is_written_down_once(request_: PriorAuthRequest) -> None:
    late = LIMIT + SECOND
    assert notice(late) == {"cases": 1}
    (row,) = ledger(request_)
    assert (row.limit_at, row.answered_at, row.noticed_at) == (LIMIT, None, late)
    assert row.rule == "fed-erisa-pa-standard"
    assert row.payer_id == request_.coverage.plan.payer_id
    assert "2560.503-1" in row.citation
    assert not notice(late + timedelta(days=3))
    assert [one.pk for one in ledger(request_)] == [row.pk]


def test_an_answer_that_comes_late_is_noted_beside_it(
    teller: Teller, request_: PriorAuthRequest
) -> None:
    notice(LIMIT + SECOND)
    answered = LIMIT + timedelta(days=2)
    teller.decided(request_, answered, Outcome.APPROVED)
    (row,) = ledger(request_)
    assert row.answered_at == answered


def test_an_answer_in_time_that_is_learned_late_takes_the_row_out(
    teller: Teller, request_: PriorAuthRequest
) -> None:
    notice(LIMIT + SECOND)
    in_time = LIMIT - timedelta(days=1)
    teller.decided(request_, in_time, Outcome.APPROVED, learned=LIMIT + timedelta(days=1))
    assert not ledger(request_)


def test_an_extension_learned_late_takes_the_row_out(
    teller: Teller, request_: PriorAuthRequest
) -> None:
    notice(LIMIT + SECOND)
    timing.record_extension(
        teller.actor(LIMIT + timedelta(days=1)),
        request_,
        received=Moment.instant(LIMIT - timedelta(days=2), "America/New_York"),
    )
    assert not ledger(request_)


def test_the_end_of_the_case_leaves_what_the_payer_did(
    teller: Teller, request_: PriorAuthRequest
) -> None:
    notice(LIMIT + SECOND)
    day_after = LIMIT + timedelta(days=1)
    closing.withdraw(
        teller.actor(day_after),
        request_,
        withdrawn=Moment.instant(day_after, "America/New_York"),
        reason="no longer wanted",
    )
    assert len(ledger(request_)) == 1


def test_a_payer_that_no_law_binds_is_never_in_the_ledger(teller: Teller) -> None:
    request = teller.submitted(TUESDAY, plan=teller.cast.plans[UNKNOWN])
    assert not notice(LIMIT + timedelta(days=90))
    assert not ledger(request)


def test_the_look_opens_the_appeal_that_silence_opens(teller: Teller) -> None:
    request = teller.submitted(TUESDAY, plan=teller.cast.plans[MEDICARE])
    notice(LIMIT)
    opened = Deadline.objects.filter(LIVE, request=request, kind=ClockKind.APPEAL_FILING)
    assert opened.exists()
    assert all(row.next_reminder_at is not None for row in opened)


def test_one_case_that_cannot_be_read_does_not_keep_the_others_from_it(
    teller: Teller, request_: PriorAuthRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = teller.submitted(TUESDAY, plan=teller.cast.plans[ERISA])
    from cases.workflow import noticing

    real = noticing.rebuild

    def broken(request: PriorAuthRequest, actor: object) -> object:
        if request.pk == request_.pk:
            raise ValueError("unreadable")
        return real(request, actor)  # type: ignore[arg-type]

    monkeypatch.setattr(noticing, "rebuild", broken)
    assert notice(LIMIT + SECOND) == {"cases": 1, "failed": 1}
    assert ledger(other)
    assert not ledger(request_)
    # It is left alone for an hour, so that cases that cannot be read crowd out no others.
    assert notice(LIMIT + timedelta(minutes=30)) == {}
    assert notice(LIMIT + timedelta(minutes=61)) == {"failed": 1}
