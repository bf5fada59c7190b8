"""Morning digests are written once for each person, clinic and day, when the clinic opens."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from cases.models import Absence, Clinic, Closure, Digest, Membership, StaffedHours
from cases.workflow.digesting import plan_digests
from priorauth.terms import Role
from tests.cases.one_case import a_clinic, a_colleague

pytestmark = pytest.mark.django_db

OPENS = datetime(2026, 4, 30, 12, tzinfo=UTC)  # Thursday, 08:00 in New York
CLOSES = datetime(2026, 4, 30, 21, tzinfo=UTC)  # 17:00
HOUR = timedelta(hours=1)


def due_clinic(**fields) -> Clinic:
    return a_clinic(**{"sends_digest": True, "next_digest_at": OPENS - HOUR, **fields})


@pytest.fixture
def clinic():
    return due_clinic()


def readers(day: date = date(2026, 4, 30)):
    return {row.recipient for row in Digest._base_manager.filter(day=day)}


def hint(clinic) -> datetime:
    return Clinic.objects.get(pk=clinic.pk).next_digest_at


def test_everybody_but_an_auditor_gets_one_when_the_clinic_opens(clinic):
    people = {a_colleague(clinic, role) for role in set(Role) - {Role.AUDITOR}}
    a_colleague(clinic, Role.AUDITOR)
    assert plan_digests(OPENS) == {"planned": 4}
    assert readers() == people
    row = Digest._base_manager.first()
    assert (row.clinic, row.state, row.due_at, row.expires_at) == (clinic, "planned", OPENS, CLOSES)
    assert row.message_id == f"<d.{row.pk}@localhost>"
    assert (row.not_before, row.possible_dup) == (OPENS, False)


def test_none_before_the_clinic_opens_and_the_hint_is_its_opening(clinic):
    a_colleague(clinic)
    assert plan_digests(OPENS - timedelta(minutes=20)) == {}
    assert hint(clinic) == OPENS
    assert plan_digests(OPENS - timedelta(seconds=1)) == {}
    assert plan_digests(OPENS) == {"planned": 1}


def test_a_second_look_on_the_same_day_writes_nothing_even_for_who_came_later(clinic):
    first = a_colleague(clinic)
    plan_digests(OPENS)
    a_colleague(clinic)
    assert hint(clinic) == OPENS + HOUR
    for hours in (1, 2, 8):
        assert plan_digests(OPENS + hours * HOUR) == {}
    assert readers() == {first}


def test_two_planners_with_the_same_view_write_one_row(clinic, monkeypatch):
    """What two processes do that both read before either wrote."""
    from cases.workflow import digesting

    a_colleague(clinic)
    write = digesting._write

    def twice(clinics, now):
        with monkeypatch.context() as other:
            other.setattr(digesting.Digest._base_manager, "filter", _knows_nothing())
            write(clinics, now)
            return write(clinics, now)

    monkeypatch.setattr(digesting, "_write", twice)
    plan_digests(OPENS)
    assert Digest._base_manager.count() == 1


def _knows_nothing():
    """The question what is written already, answered as before anybody wrote."""
    nothing = Digest._base_manager.none()
    return lambda **_: nothing


def test_a_machine_that_slept_until_noon_sends_the_days_digest_then(clinic):
    a_colleague(clinic)
    assert plan_digests(OPENS + 4 * HOUR) == {"planned": 1}
    assert Digest._base_manager.get().due_at == OPENS


def test_after_closing_it_is_too_late_for_today(clinic):
    a_colleague(clinic)
    assert plan_digests(CLOSES) == {}
    assert plan_digests(OPENS + timedelta(days=1)) == {"planned": 1}
    assert readers(date(2026, 5, 1))


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (OPENS + timedelta(days=2), "a Saturday"),
        (datetime(2026, 5, 25, 12, tzinfo=UTC), "Memorial Day"),
        (OPENS, "a closure"),
    ],
)
def test_a_closed_day_has_none(clinic, now, why):
    a_colleague(clinic)
    if why == "a closure":
        day = date(2026, 4, 30)
        Closure._base_manager.create(clinic=clinic, closed_from=day, closed_through=day)
    assert plan_digests(now) == {}
    assert not Digest._base_manager.exists()


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        # Clocks go forward in the night to Sunday 8 March and back in that to 1 November 2026.
        (datetime(2026, 3, 8, 12, tzinfo=UTC), "08:00 EDT"),
        (datetime(2026, 11, 1, 13, tzinfo=UTC), "08:00 EST"),
    ],
)
def test_on_the_morning_of_a_clock_change_it_comes_at_eight_on_the_wall(clinic, now, opens):
    a_colleague(clinic)
    StaffedHours._base_manager.create(
        clinic=clinic, weekday=6, opens_at=time(8), closes_at=time(12)
    )
    Clinic.objects.update(next_digest_at=now - HOUR)
    assert plan_digests(now - timedelta(minutes=1)) == {}
    assert plan_digests(now) == {"planned": 1}
    assert Digest._base_manager.get().due_at == now


def test_hours_entered_this_morning_count_within_the_hour(clinic):
    a_colleague(clinic)
    Clinic.objects.update(next_digest_at=OPENS - 3 * HOUR)
    plan_digests(OPENS - 3 * HOUR)
    assert hint(clinic) == OPENS - 2 * HOUR
    StaffedHours._base_manager.create(
        clinic=clinic, weekday=3, opens_at=time(6), closes_at=time(12)
    )
    assert plan_digests(OPENS - 2 * HOUR) == {"planned": 1}


def test_each_clinic_opens_on_its_own_clock(clinic):
    west = due_clinic(time_zone="America/Los_Angeles")
    east, pacific = a_colleague(clinic), a_colleague(west)
    plan_digests(OPENS)
    assert readers() == {east}
    plan_digests(OPENS + 3 * HOUR)
    assert readers() == {east, pacific}


def test_who_works_in_two_clinics_gets_one_of_each(clinic):
    other = due_clinic()
    person = a_colleague(clinic)
    Membership._base_manager.create(clinic=other, staff=person, role=Role.LEAD)
    assert plan_digests(OPENS) == {"planned": 2}


def test_none_where_it_is_switched_off_or_the_clinic_is_closed_here():
    for fields in ({"is_active": False}, {"sends_digest": False}):
        a_colleague(due_clinic(**fields))
    assert plan_digests(OPENS) == {}


def test_none_for_who_wants_none_or_has_left(clinic):
    for changes in ({"wants_digest": False}, {"is_active": False}):
        person = a_colleague(clinic)
        Membership._base_manager.filter(staff=person).update(**changes)
    assert plan_digests(OPENS) == {}


def test_none_on_a_day_of_absence_when_somebody_stands_in(clinic):
    biller, lead = a_colleague(clinic), a_colleague(clinic, Role.LEAD)
    day = date(2026, 4, 30)
    Absence._base_manager.create(
        clinic=clinic,
        member=Membership._base_manager.get(staff=biller),
        away_from=day,
        away_through=day,
    )
    plan_digests(OPENS)
    assert readers() == {lead}


def test_a_clinic_whose_calendar_cannot_be_read_stops_no_other(clinic, caplog):
    broken = due_clinic()
    a_colleague(broken)
    here = a_colleague(clinic)
    Clinic.objects.filter(pk=broken.pk).update(time_zone="Nowhere/Land")
    assert plan_digests(OPENS) == {"planned": 1}
    assert readers() == {here}
    assert hint(broken) == OPENS + HOUR
    assert f"clinic {broken.pk}" in caplog.text


def test_many_clinics_are_taken_in_batches(clinic):
    a_colleague(clinic)
    for _ in range(4):
        a_colleague(due_clinic())
    assert plan_digests(OPENS, batch=2) == {"planned": 5}


def test_a_tick_with_nothing_to_look_at_asks_once(clinic, django_assert_num_queries):
    with django_assert_num_queries(1):
        plan_digests(OPENS - 2 * HOUR)
