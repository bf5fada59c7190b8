"""Who gets a rung: the backup, the leads, the owners; and who stands in for whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cases.models import Absence, Clinician, Deadline, Membership, PriorAuthRequest
from cases.workflow.due import Due
from cases.workflow.recipients import recipients, teams
from cases.workflow.reminding import tick
from priorauth.reminders import Audience
from priorauth.terms import ClockKind, OwedBy, Role
from tests.cases.one_case import STARTED, a_case, a_clinic, a_colleague, a_deadline, reminders

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    clinic = a_clinic()
    found = {"clinic": clinic, "biller": a_colleague(clinic), "backup": a_colleague(clinic)}
    found["lead"] = a_colleague(clinic, Role.LEAD)
    found["owner"] = a_colleague(clinic, Role.OWNER)
    member(found["biller"], backup=member(found["backup"]))
    return found


def member(staff, **changes):
    row = Membership._base_manager.get(staff=staff)
    if changes:
        Membership._base_manager.filter(pk=row.pk).update(**changes)
    return row


def away(staff, to=None, first=date(2026, 3, 2), last=date(2026, 3, 6)):
    row = member(staff)
    return Absence._base_manager.create(
        clinic_id=row.clinic_id, member=row, away_from=first, away_through=last,
        hand_over_to=member(to) if to else None,
    )  # fmt: skip


def told(deadline, now=STARTED, **rung):
    team = teams([deadline.clinic_id], now)[deadline.clinic_id]
    got = recipients(Due.of(deadline), team, **{"is_last": False, **rung})
    return {one.staff_id: one.stands_in_for for one in got}


@pytest.fixture
def deadline(people):
    return a_deadline(a_case(people["clinic"], people["biller"]))


def keys(people, *names):
    return {people[name].pk for name in names}


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        (Audience.RESPONSIBLE, ["biller"]),
        (Audience.BACKUP, ["biller", "backup"]),
        (Audience.LEADS, ["biller", "backup", "lead"]),
        (Audience.OWNERS, ["biller", "backup", "lead", "owner"]),
    ],
)
def test_each_level_reaches_those_before_it_too(people, deadline, audience, names):
    assert set(told(deadline, audience=audience)) == keys(people, *names)


def test_without_a_backup_the_leads_are_called_in_first(people, deadline):
    member(people["biller"], backup=None)
    assert set(told(deadline, audience=Audience.BACKUP)) == keys(people, "biller", "lead")


def test_reminders_of_somebody_away_go_to_who_stands_in_and_say_so(people, deadline):
    away(people["biller"], to=people["lead"])
    assert told(deadline) == {people["lead"].pk: people["biller"].pk}


def test_a_hand_over_to_somebody_who_is_away_too_goes_on_to_theirs(people, deadline):
    away(people["biller"], to=people["backup"])
    away(people["backup"], to=people["owner"])
    assert told(deadline) == {people["owner"].pk: people["biller"].pk}


def test_two_who_hand_over_to_each_other_do_not_lose_the_reminder(people, deadline):
    away(people["biller"], to=people["backup"])
    away(people["backup"], to=people["biller"])
    assert told(deadline) == {people["lead"].pk: people["biller"].pk}


def test_without_a_hand_over_the_backup_stands_in(people, deadline):
    away(people["biller"])
    assert told(deadline) == {people["backup"].pk: people["biller"].pk}


def test_with_everybody_away_it_goes_to_the_person_all_the_same(people, deadline):
    for name in ("biller", "backup", "lead", "owner"):
        away(people[name])
    assert told(deadline) == {people["biller"].pk: None}


def test_an_absence_counts_by_the_clinics_day(people, deadline):
    away(people["biller"], to=people["lead"], first=date(2026, 3, 3), last=date(2026, 3, 3))
    starts = STARTED.replace(day=3, hour=5)  # midnight in New York
    assert set(told(deadline, starts - timedelta(minutes=1))) == keys(people, "biller")
    assert set(told(deadline, starts)) == keys(people, "lead")
    assert set(told(deadline, starts + timedelta(hours=24))) == keys(people, "biller")


def test_what_only_the_clinician_can_do_goes_to_the_clinician_too(people):
    clinician = a_colleague(people["clinic"], Role.CLINICIAN)
    case = a_case(people["clinic"], people["biller"])
    speaks = Clinician._base_manager.create(
        clinic=people["clinic"], first_name="Ro", last_name="Ny", npi="1234567893", staff=clinician
    )
    PriorAuthRequest._base_manager.filter(pk=case.pk).update(requesting_clinician=speaks)
    peer = a_deadline(case, kind=ClockKind.PEER_TO_PEER)
    other = a_deadline(case)
    theirs = a_deadline(case, kind=ClockKind.PEER_TO_PEER, owed_by=OwedBy.PAYER)
    for one in (peer, other, theirs):
        one.request = PriorAuthRequest._base_manager.get(pk=case.pk)
    assert set(told(peer)) == {people["biller"].pk, clinician.pk}
    assert set(told(other)) == set(told(theirs)) == keys(people, "biller")


def test_a_team_is_read_in_two_queries_however_many_clinics(people, django_assert_num_queries):
    other = a_clinic()
    a_colleague(other)
    with django_assert_num_queries(2):
        teams([people["clinic"].pk, other.pk], STARTED)


def test_the_mail_says_that_its_reader_stands_in_and_names_nobody(
    people, deadline, settings, tmp_path
):
    settings.MAIL_FOLDER = tmp_path
    now = deadline.next_reminder_at
    away(people["biller"], to=people["lead"], first=date(2026, 1, 1), last=date(2026, 12, 31))
    tick(lambda: now)
    row = reminders(deadline=deadline)[0]
    assert (row.recipient, row.standing_in_for) == (people["lead"], people["biller"])
    text = next(tmp_path.rglob("*.eml")).read_text()
    assert "you stand in for a colleague of the case team who is away" in text


def test_unanswered_on_the_working_day_it_reaches_backup_lead_and_owner_in_turn(
    people, deadline, settings, tmp_path
):
    settings.MAIL_FOLDER = tmp_path
    now, seen = deadline.next_reminder_at, []
    while now is not None and now <= deadline.due_at:
        tick(lambda now=now: now)
        sent = [row for row in reminders(deadline=deadline) if row.planned_at == now]
        seen.append({row.recipient_id for row in sent})
        now = Deadline._base_manager.get(pk=deadline.pk).next_reminder_at
    assert seen[0] == keys(people, "biller")
    assert keys(people, "biller", "backup") in seen
    assert seen[-1] == keys(people, "biller", "backup", "lead", "owner")


def test_an_auditor_is_reminded_of_nothing_not_even_as_a_backup(people, deadline):
    auditor = a_colleague(people["clinic"], Role.AUDITOR)
    member(people["biller"], backup=member(auditor))
    got = told(deadline, audience=Audience.BACKUP)
    assert set(got) == keys(people, "biller", "lead")
    Membership._base_manager.filter(staff=people["biller"]).update(role=Role.AUDITOR)
    assert set(told(deadline)) == keys(people, "lead")
