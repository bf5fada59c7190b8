"""Selects that are compiled once: the same rows as the ORM's, and only those of the open scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from cases.models import Clinic, Deadline, Payer, SavedFilter
from cases.queries import call_drafts, incoming, saved_filters, unsettled_reminders, worklist
from cases.queries.kept_selects import KeptSelect, Slots, in_scope, instant, keep, numbered
from cases.queries.limited import counts, union_rows
from cases.queries.worklist import Filters, Whose
from priorauth.terms import OwedBy, RequestStatus
from tests.cases.desk import made
from tests.cases.desk.made import NOW, ZONE

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    here = made.clinic()
    with scope(clinic=here):
        yield here


def due_before() -> KeptSelect:
    return keep(lambda: Deadline.objects.filter(act_at__lt=instant("by")).order_by("pk").values())


def test_a_kept_select_has_the_rows_that_the_orm_gives(clinic: Clinic) -> None:
    made.deadline(made.request(clinic), act=NOW, legal_at=NOW + DAY, is_believed=True)
    made.deadline(made.request(clinic), act=NOW + 2 * DAY)
    rows = due_before().rows(in_scope(by=NOW + DAY))
    assert rows == list(Deadline.objects.filter(act_at__lt=NOW + DAY).values())
    assert len(rows) == 1
    assert due_before().rows(in_scope(by=NOW)) == []


def test_it_is_run_with_the_clinic_of_the_scope_that_is_open(clinic: Clinic) -> None:
    kept, other = due_before(), made.clinic("elsewhere")
    here = made.deadline(made.request(clinic))
    with scope(clinic=other):
        there = made.deadline(made.request(other))
        assert [row["id"] for row in kept.rows(in_scope(by=NOW + 99 * DAY))] == [there.pk]
    assert [row["id"] for row in kept.rows(in_scope(by=NOW + 99 * DAY))] == [here.pk]


def test_it_is_not_run_outside_the_scope_of_one_clinic(db: None) -> None:
    here, other = made.clinic(), made.clinic("elsewhere")
    with pytest.raises(LookupError):
        in_scope(by=NOW)
    with scope(clinic=[here, other]), pytest.raises(LookupError):
        in_scope(by=NOW)


def test_what_would_read_every_clinic_is_not_kept(clinic: Clinic) -> None:
    with pytest.raises(LookupError, match="No clinic in the select of Deadline"):
        keep(lambda: Deadline._base_manager.values("pk"))


def test_a_value_that_is_missing_is_never_left_out_in_silence(clinic: Clinic) -> None:
    with pytest.raises(KeyError):
        due_before().rows(in_scope())


def test_several_numbers_stand_in_one_list(clinic: Clinic) -> None:
    keys = [made.deadline(made.request(clinic)).pk for _ in range(3)]
    kept = keep(lambda: Deadline.objects.filter(pk__in=Slots("key", 2)).order_by("pk").values("pk"))
    found = kept.rows(in_scope(**numbered("key", keys[1:])))
    assert [row["pk"] for row in found] == keys[1:]


def test_what_is_counted_beside_the_list_is_of_the_open_scope(clinic: Clinic) -> None:
    jo, other = made.staff(clinic), made.clinic("elsewhere")
    member = jo.memberships.get()
    saved = SavedFilter.objects.create(clinic=clinic, owner=member, name="x", query={"side": "us"})
    assert [row["query"] for row in saved_filters.seen_by(member)] == [saved.query]
    with scope(clinic=other):
        assert saved_filters.seen_by(member) == []
        beside = [call_drafts.begun_keys(jo), incoming.waiting_keys(), *unsettled_reminders.held()]
        assert all(other.pk in given for _, given in beside)
        assert counts(beside) == [0] * len(beside)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(side=OwedBy.PAYER),
        Filters(whose=Whose.NOBODY),
        Filters(whose=Whose.MINE, staff_id=1),
        Filters(status=RequestStatus.DRAFT),
        Filters(only_trouble=True),
    ],
    ids=["all", "theirs", "nobody's", "mine", "one status", "trouble"],
)
def test_every_query_of_the_list_names_its_clinic_and_no_other(
    clinic: Clinic, filters: Filters
) -> None:
    other = made.clinic("elsewhere")
    for here in (clinic, other):
        with scope(clinic=here):
            for number in range(60):
                made.deadline(made.request(here), act=NOW + number * DAY, reminder_problem="No.")
    for here in (clinic, other):
        with scope(clinic=here):
            with CaptureQueriesContext(connection) as queries:
                found = worklist.read(filters, now=NOW, zone=ZONE)
                while found.later:
                    found = worklist.read(filters, now=NOW, zone=ZONE, cursor=found.later)
            keys = [row["id"] for row in found.rows]
            assert Deadline.objects.filter(pk__in=keys).count() == len(keys)
            assert set(found.payers) <= set(Payer.objects.values_list("pk", "name"))
        for query in queries:
            selects = query["sql"].count('FROM "cases_')
            assert query["sql"].count(f'"clinic_id" = ({here.pk})') >= selects > 0


def test_a_union_of_nothing_asks_nothing(clinic: Clinic) -> None:
    assert union_rows([]) == counts([]) == []


def test_words_and_numbers_that_never_differ_stand_in_the_select(clinic: Clinic) -> None:
    other = made.deadline(made.request(clinic), rule="50%s o'clock \\")
    made.deadline(made.request(clinic))
    kept = keep(
        lambda: Deadline.objects.filter(
            rule="50%s o'clock \\", revision=1, act_at__lt=instant("by")
        ).values("pk")
    )
    assert "'50%%s o''clock \\'" in kept.sql
    assert len(kept.given) == 2
    assert kept.rows(in_scope(by=NOW + 99 * DAY)) == [{"pk": other.pk}]
