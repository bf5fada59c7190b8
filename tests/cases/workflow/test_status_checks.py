"""A look at the payer's status: when the case comes up again, and how fresh the word is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps

from cases.demo.stories import Teller
from cases.models import Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.queries.next_look import next_look
from cases.workflow import closing
from cases.workflow.recounting import recount_marked
from cases.workflow.status_checks import check_status
from cases.workflow.undoing import undo
from priorauth.deadlines.facts import Moment
from priorauth.errors import ImpossibleFact, MissingFact, NotAllowedNow
from priorauth.terms import Channel, ClockKind, EventKind, Outcome, StatusAnswer

NEW_YORK = ZoneInfo("America/New_York")


def look(
    teller: Teller,
    request: PriorAuthRequest,
    again: date | None = None,
    said: StatusAnswer = StatusAnswer.PENDING,
    how: Channel = Channel.PORTAL,
) -> None:
    moment = Moment.day(again, teller.zone) if again else None
    check_status(
        teller.actor(teller.now), request, how=how, said=said, look_again=moment, reference=" P-7 "
    )


def decision(request: PriorAuthRequest) -> Deadline:
    return Deadline.objects.get(LIVE, request=request, kind=ClockKind.PA_DECISION)


def ends(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 23, 59, 59, tzinfo=NEW_YORK)


def test_looking_again_moves_the_chase_and_not_the_law(teller: Teller) -> None:
    request = teller.submitted(teller.at(5), plan=teller.cast.plans[0])
    before = decision(request)
    again = before.chase_at.astimezone(NEW_YORK).date() + timedelta(days=1)
    look(teller, request, again)

    after = decision(request)
    assert (after.pk, after.act_at) == (before.pk, ends(again))
    assert (after.chase_at, after.legal_at) == (before.chase_at, before.legal_at)
    told = request.events.get(kind=EventKind.STATUS_CHECKED)
    assert (told.facts["how"], told.facts["reference"]) == ("portal", "P-7")


def test_an_earlier_day_brings_the_case_up_earlier(teller: Teller) -> None:
    request = teller.submitted(teller.at(1), plan=teller.cast.plans[0])
    monday = date(2026, 9, 21)
    assert decision(request).act_at > ends(monday)
    look(teller, request, monday)
    assert decision(request).act_at == ends(monday)


def test_no_day_to_look_again_hides_the_payers_legal_limit(teller: Teller) -> None:
    request = teller.submitted(teller.at(5), plan=teller.cast.plans[0])
    legal = decision(request).legal_at
    look(teller, request, (legal + timedelta(days=20)).date())
    assert decision(request).act_at == legal


def test_what_was_promised_keeps_its_own_day(teller: Teller) -> None:
    request = teller.submitted(teller.at(5), plan=teller.cast.plans[0])
    monday = datetime(2026, 9, 21, 12, 0, tzinfo=NEW_YORK)
    teller.call(request, teller.now, promised_by=monday)
    look(teller, request, date(2026, 9, 25))
    assert Deadline.objects.get(LIVE, request=request, kind=ClockKind.PROMISE).act_at == monday


@pytest.mark.parametrize("said", [StatusAnswer.DECIDED, StatusAnswer.NOT_FOUND])
def test_what_is_decided_or_not_found_comes_up_at_once(teller: Teller, said: StatusAnswer) -> None:
    request = teller.submitted(teller.at(1), plan=teller.cast.plans[0])
    look(teller, request, said=said)
    assert decision(request).act_at == teller.now


def test_a_pending_one_needs_the_day_and_not_one_far_away_without_law(teller: Teller) -> None:
    request = teller.submitted(teller.at(5), plan=teller.cast.plans[5])
    with pytest.raises(MissingFact):
        look(teller, request)
    with pytest.raises(ImpossibleFact, match="30 days at most"):
        look(teller, request, date(2026, 11, 1))
    assert not request.events.filter(kind=EventKind.STATUS_CHECKED).exists()


def test_the_request_keeps_how_fresh_its_status_is(teller: Teller) -> None:
    request = teller.submitted(teller.at(5), plan=teller.cast.plans[0])
    request.refresh_from_db()
    assert request.verified_how == "ours"
    look(teller, request, date(2026, 9, 22), how=Channel.FAX)

    request.refresh_from_db()
    assert (request.verified_on, request.verified_how) == (date(2026, 9, 18), "fax")
    row = decision(request)
    wait = row.chase_at.astimezone(NEW_YORK).date() - row.started_at.astimezone(NEW_YORK).date()
    assert request.fresh_through == date(2026, 9, 18) + wait

    undo(teller.actor(teller.now), request.events.get(kind=EventKind.STATUS_CHECKED))
    request.refresh_from_db()
    assert request.verified_how == "ours"


def test_a_decided_request_never_goes_stale(teller: Teller) -> None:
    request = teller.submitted(teller.at(5), plan=teller.cast.plans[0])
    teller.decided(request, teller.now, Outcome.DENIED)
    request.refresh_from_db()
    assert (request.verified_how, request.fresh_through) == ("payer", None)
    with pytest.raises(NotAllowedNow, match="no status to look up"):
        look(teller, request, date(2026, 9, 22))


def test_where_no_clock_of_the_payers_runs_the_day_stands_by_itself(teller: Teller) -> None:
    request = teller.submitted(teller.at(5), plan=teller.cast.plans[0])
    sent = request.events.get(kind=EventKind.SUBMITTED)
    # Its day became unknown: no clock of the payer's can run.
    type(sent)._base_manager.filter(pk=sent.pk).update(happened_at=None, happened_on=None)
    look(teller, request, date(2026, 9, 22))

    own = Deadline.objects.get(LIVE, request=request, rule="desk-look-again")
    assert (own.owed_by, own.act_at, own.legal_at) == ("payer", ends(date(2026, 9, 22)), None)
    look(teller, request, date(2026, 9, 24))
    own = Deadline.objects.get(LIVE, request=request, rule="desk-look-again")
    assert own.act_at == ends(date(2026, 9, 24))
    teller.decided(request, teller.now, Outcome.DENIED)
    assert not Deadline.objects.filter(LIVE, request=request, rule="desk-look-again").exists()


def test_the_next_look_is_the_last_open_day_up_to_the_chase(teller: Teller) -> None:
    request = teller.submitted(teller.at(1), plan=teller.cast.plans[0])
    chase = decision(request).chase_at.astimezone(NEW_YORK).date()
    found = next_look(request, teller.now)
    assert chase - timedelta(days=2) <= found <= chase
    assert found.weekday() < 5


def test_an_upgrade_has_open_cases_work_out_how_fresh_their_status_is(teller: Teller) -> None:
    request = teller.submitted(teller.at(5), plan=teller.cast.plans[0])
    over = teller.opened(teller.at(5), starts_in=None)
    closing.withdraw(
        teller.actor(teller.now), over, withdrawn=teller.moment(teller.now), reason="Moved away"
    )
    rows = PriorAuthRequest._base_manager
    rows.update(verified_on=None, verified_how="", fresh_through=None)
    migration = import_module("cases.migrations.0025_the_payers_status_has_a_date")
    migration.recount_open_cases(apps, None)
    assert [row.pk for row in rows.filter(recount_from__isnull=False)] == [request.pk]

    recount_marked(teller.now)
    request.refresh_from_db()
    assert (request.verified_how, request.recount_from) == ("ours", None)
