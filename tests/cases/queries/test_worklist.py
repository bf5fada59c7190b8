"""The worklist's order, groups and pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Clinic, Deadline, PriorAuthRequest
from cases.queries import worklist
from cases.queries.worklist import Cursor, Filters, Whose, Worklist
from cases.queries.worklist_shelves import SHELVES, Group, Shelf, conditions, place_of
from priorauth.terms import ClockKind, OwedBy, RequestStatus, Standing
from tests.cases.desk import made
from tests.cases.desk.cost import assert_bounded
from tests.cases.desk.made import NOW, ZONE

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    here = made.clinic()
    with scope(clinic=here):
        yield here


def read(filters: Filters | None = None, **options: object) -> Worklist:
    return worklist.read(filters or Filters(), now=NOW, zone=ZONE, **options)  # type: ignore[arg-type]


def groups(found: Worklist) -> list[tuple[Group, int]]:
    return [(row["group"], row["id"]) for row in found.rows]


def test_every_group_has_its_rows_and_the_most_urgent_stands_first(clinic: Clinic) -> None:
    case = made.request(clinic)
    later = made.deadline(case, act=NOW + 9 * DAY)
    week = made.deadline(case, act=NOW + 3 * DAY)
    ending = made.deadline(
        case, act=NOW - DAY, due=NOW + 20 * DAY, kind=ClockKind.AUTHORIZATION_ENDS
    )
    passed = made.deadline(case, act=NOW - 9 * DAY, kind=ClockKind.PEER_TO_PEER)
    chase = made.deadline(case, act=NOW - HOUR, due=NOW + 9 * DAY, owed_by=OwedBy.PAYER)
    today = made.deadline(case, act=NOW + HOUR)
    done_late = made.deadline(case, act=NOW - DAY, due=NOW + 9 * DAY, legal_at=NOW + 9 * DAY)
    broken = made.deadline(case, act=NOW - HOUR, kind=ClockKind.PROMISE, owed_by=OwedBy.PAYER)
    overdue = made.deadline(
        case, act=NOW - 5 * DAY, due=NOW - 2 * DAY, legal_at=NOW - 2 * DAY, owed_by=OwedBy.PAYER
    )
    limit = made.deadline(case, act=NOW - HOUR, due=NOW + HOUR, legal_at=NOW + HOUR)
    booked = made.deadline(case, act=NOW - HOUR, due=NOW + 2 * DAY, kind=ClockKind.INFUSION_BOOKED)
    found = read()
    assert groups(found) == [
        (Group.BOOKED, booked.pk),
        (Group.LIMIT, limit.pk),
        (Group.OVERDUE, overdue.pk),
        (Group.BROKEN, broken.pk),
        (Group.TODAY, done_late.pk),
        (Group.TODAY, today.pk),
        (Group.CHASE, chase.pk),
        (Group.ENDING, ending.pk),
        (Group.PASSED, passed.pk),
        (Group.WEEK, week.pk),
        (Group.LATER, later.pk),
    ]
    assert found.counts == dict.fromkeys(Group, 1) | {Group.TODAY: 2}


def test_no_date_of_our_own_stands_above_a_legal_limit_about_to_pass(clinic: Clinic) -> None:
    case = made.request(clinic)
    own = [
        made.deadline(case, act=NOW - 40 * DAY, kind=ClockKind.SUBMIT_BY),
        made.deadline(case, act=NOW - 9 * DAY, due=NOW + DAY, kind=ClockKind.BY_HAND),
        made.deadline(case, act=NOW - 9 * DAY, due=NOW + DAY, kind=ClockKind.PEER_TO_PEER),
    ]
    law = made.deadline(case, act=NOW - HOUR, due=NOW + 2 * HOUR, legal_at=NOW + 2 * HOUR)
    found = [row["id"] for row in read().rows]
    assert found[0] == law.pk
    assert sorted(found[1:]) == [row.pk for row in own]


@pytest.mark.parametrize(
    ("legal", "group"),
    [
        # NOW is the Wednesday before Thanksgiving: the next business day is Friday the 27th.
        ("2026-11-25T15:00:00+00:00", Group.LIMIT),  # its last moment
        ("2026-11-28T05:59:59+00:00", Group.LIMIT),
        ("2026-11-28T06:00:00+00:00", Group.TODAY),
        ("2026-11-25T14:59:59+00:00", Group.OVERDUE),
    ],
)
def test_a_limit_is_about_to_pass_until_the_next_business_day_closes(
    clinic: Clinic, legal: str, group: Group
) -> None:
    at = datetime.fromisoformat(legal)
    made.deadline(made.request(clinic), act=NOW - DAY, due=at, legal_at=at)
    assert [each for each, _ in groups(read())] == [group]


def test_a_limit_of_the_payers_about_to_pass_is_none_of_ours(clinic: Clinic) -> None:
    soon = NOW + HOUR
    made.deadline(
        made.request(clinic), act=NOW - DAY, due=soon, legal_at=soon, owed_by=OwedBy.PAYER
    )
    assert [each for each, _ in groups(read())] == [Group.CHASE]


def test_ours_come_before_theirs_and_then_what_has_the_least_time_left(clinic: Clinic) -> None:
    case = made.request(clinic)
    theirs = made.deadline(case, act=NOW + HOUR, owed_by=OwedBy.PAYER)
    second = made.deadline(case, act=NOW + 5 * HOUR)
    first = made.deadline(case, act=NOW + 3 * HOUR)
    assert [row["id"] for row in read().rows] == [first.pk, second.pk, theirs.pk]


def test_an_infusion_booked_for_later_waits_until_it_is_time(clinic: Clinic) -> None:
    case = made.request(clinic)
    made.deadline(case, act=NOW + 2 * DAY, due=NOW + 9 * DAY, kind=ClockKind.INFUSION_BOOKED)
    made.deadline(case, act=NOW - 9 * DAY, due=NOW - HOUR, kind=ClockKind.INFUSION_BOOKED)
    assert [each for each, _ in groups(read())] == [Group.OVERDUE, Group.WEEK]


def test_what_a_group_counts_is_what_it_opens(clinic: Clinic) -> None:
    case = made.request(clinic)
    made_of_every_group(case, 2)
    made.deadline(case, act=NOW - DAY, due=NOW + DAY, kind=ClockKind.INFUSION_BOOKED)
    made.deadline(case, act=NOW - DAY, due=NOW + DAY, kind=ClockKind.UNITS_END)
    whole = read()
    for group in Group:
        opened = read(Filters(group=group))
        assert opened.counts == whole.counts
        assert len(opened.rows) == whole.counts[group]
        assert {row["group"] for row in opened.rows} <= {group}
    for side in OwedBy:
        shown = read(Filters(side=side))
        assert sum(shown.counts.values()) == len(shown.rows)
        assert {row["owed_by"] for row in shown.rows} == {side}


HOURS = st.integers(-200, 300)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kind=st.sampled_from(list(ClockKind)),
    side=st.sampled_from(list(OwedBy)),
    standing=st.sampled_from(list(Standing)),
    act=HOURS,
    due=HOURS,
    legal=st.none() | HOURS,
)
def test_a_live_row_stands_on_one_shelf_of_its_own_side_and_others_on_none(
    clinic: Clinic, kind: ClockKind, side: OwedBy, standing: Standing, act: int, due: int,
    legal: int | None,
) -> None:  # fmt: skip
    Deadline.objects.all().delete()
    row = made.deadline(
        made.request(clinic), act=NOW + act * HOUR, due=NOW + due * HOUR, kind=kind, owed_by=side,
        standing=standing, legal_at=None if legal is None else NOW + legal * HOUR,
    )  # fmt: skip
    shelves: list[Shelf] = [
        shelf
        for shelf, wanted in conditions(NOW, ZONE)
        if Deadline.objects.filter(wanted, pk=row.pk).exists()
    ]
    is_live = standing in (Standing.RUNNING, Standing.TOLLED)
    assert len(shelves) == is_live
    assert all(shelf.owed_by is side and shelf in SHELVES for shelf in shelves)
    row.refresh_from_db()
    if is_live:
        assert SHELVES[place_of(row, NOW, ZONE)[0]] == shelves[0]


def test_a_payer_past_its_chase_date_without_a_legal_limit_is_never_overdue(clinic: Clinic) -> None:
    made.deadline(
        made.request(clinic), act=NOW - 30 * DAY, owed_by=OwedBy.PAYER, kind=ClockKind.PA_DECISION
    )
    assert [group for group, _ in groups(read())] == [Group.CHASE]


def test_a_date_of_our_own_is_overdue_once_it_has_passed(clinic: Clinic) -> None:
    made.deadline(made.request(clinic), act=NOW - HOUR, kind=ClockKind.SUBMIT_BY)
    assert [group for group, _ in groups(read())] == [Group.OVERDUE]


def test_a_passed_printed_date_is_not_overdue_while_the_law_allows_more(clinic: Clinic) -> None:
    made.deadline(
        made.request(clinic), act=NOW - DAY, due=NOW - DAY, legal_at=NOW + 20 * DAY,
        printed_on=(NOW - DAY).date(),
    )  # fmt: skip
    assert [group for group, _ in groups(read())] == [Group.TODAY]


def test_a_missed_peer_to_peer_stands_below_the_work_of_today(clinic: Clinic) -> None:
    case = made.request(clinic)
    missed = made.deadline(case, act=NOW - 60 * DAY, kind=ClockKind.PEER_TO_PEER)
    still = made.deadline(case, act=NOW + HOUR, kind=ClockKind.PEER_TO_PEER)
    assert groups(read()) == [(Group.TODAY, still.pk), (Group.PASSED, missed.pk)]


def test_an_appeal_that_is_late_by_no_law_on_file_is_still_work_of_today(clinic: Clinic) -> None:
    made.deadline(made.request(clinic), act=NOW - 9 * DAY, kind=ClockKind.APPEAL_FILING)
    assert [group for group, _ in groups(read())] == [Group.TODAY]


def test_an_appointment_that_is_over_is_work_of_today(clinic: Clinic) -> None:
    made.deadline(made.request(clinic), act=NOW - 3 * DAY, kind=ClockKind.APPOINTMENT)
    assert [group for group, _ in groups(read())] == [Group.TODAY]


def test_a_stopped_clock_is_not_overdue(clinic: Clinic) -> None:
    made.deadline(
        made.request(clinic), act=NOW - DAY, legal_at=NOW - DAY, standing=Standing.TOLLED,
        owed_by=OwedBy.PAYER,
    )  # fmt: skip
    assert [group for group, _ in groups(read())] == [Group.TODAY]


def test_settled_deadlines_leave_the_list(clinic: Clinic) -> None:
    case = made.request(clinic)
    for standing in (Standing.MET, Standing.MISSED, Standing.SUPERSEDED):
        made.deadline(case, standing=standing)
    assert read().rows == []


def test_another_clinics_deadlines_are_not_there(clinic: Clinic) -> None:
    other = made.clinic("elsewhere")
    with scope(clinic=other):
        made.deadline(made.request(other))
    assert read().rows == []
    assert sum(read().counts.values()) == 0


def test_today_ends_at_the_clinics_midnight(clinic: Clinic) -> None:
    case = made.request(clinic)
    # 25 Nov in Chicago ends at 05:59:59 UTC on the 26th.
    midnight = datetime.fromisoformat("2026-11-26T05:59:59+00:00")
    last = made.deadline(case, act=midnight)
    first_of_tomorrow = made.deadline(case, act=midnight + timedelta(seconds=1))
    assert groups(read()) == [(Group.TODAY, last.pk), (Group.WEEK, first_of_tomorrow.pk)]


# ------------------------------------------------------------------ filters


def test_filters_narrow_rows_and_counts_alike(clinic: Clinic) -> None:
    jo = made.staff(clinic)
    mine = made.request(clinic, assigned_to=jo, payer="Prairie Mutual")
    denied = made.request(clinic, status=RequestStatus.DENIED)
    ours, theirs = made.deadline(mine), made.deadline(denied, owed_by=OwedBy.PAYER)
    payer = mine.coverage.plan.payer_id

    def keys(filters: Filters) -> list[int]:
        found = read(filters)
        assert sum(found.counts.values()) == len(found.rows)
        return [row["id"] for row in found.rows]

    assert keys(Filters(staff_id=jo.pk, whose=Whose.MINE)) == [ours.pk]
    assert keys(Filters(whose=Whose.NOBODY)) == [theirs.pk]
    assert keys(Filters(side=OwedBy.PAYER)) == [theirs.pk]
    assert keys(Filters(status=RequestStatus.DENIED)) == [theirs.pk]
    assert keys(Filters(payer_id=payer)) == [ours.pk]
    assert keys(Filters(payer_id=10**18)) == []
    assert keys(Filters(staff_id=jo.pk, whose=Whose.MINE, payer_id=payer)) == [ours.pk]
    assert keys(Filters(whose=Whose.NOBODY, payer_id=payer)) == []
    assert keys(Filters(status=RequestStatus.DENIED, payer_id=payer)) == []


def test_deadlines_whose_mail_reaches_nobody_are_told_and_can_be_shown_alone(
    clinic: Clinic,
) -> None:
    case = made.request(clinic)
    made.deadline(case)
    unreminded = made.deadline(case, reminder_problem="Nobody is assigned.")
    made.deadline(case, reminder_problem="Old.", standing=Standing.SUPERSEDED)
    found = read(Filters(only_trouble=True))
    assert [row["id"] for row in found.rows] == [unreminded.pk]
    assert found.trouble == read().trouble == 1


def test_choosing_a_group_leaves_the_other_counts_standing(clinic: Clinic) -> None:
    case = made.request(clinic)
    week, later = made.deadline(case, act=NOW + 3 * DAY), made.deadline(case, act=NOW + 30 * DAY)
    found = read(Filters(group=Group.LATER))
    assert [row["id"] for row in found.rows] == [later.pk]
    assert (found.counts[Group.WEEK], found.counts[Group.LATER]) == (1, 1)
    assert [row["id"] for row in read(Filters(group=Group.WEEK)).rows] == [week.pk]


# ------------------------------------------------------------------ pages


def pages(filters: Filters | None = None) -> list[list[int]]:
    """Every page forwards; and the same pages again, backwards."""
    seen, cursor = [], None
    forward: list[Worklist] = []
    while True:
        found = read(filters, cursor=cursor)
        forward.append(found)
        seen.append([row["id"] for row in found.rows])
        if found.later is None:
            break
        cursor = Cursor.read(str(found.later))
    back = [seen[-1]]
    while found.earlier is not None:
        found = read(filters, cursor=Cursor.read(str(found.earlier)))
        back.insert(0, [row["id"] for row in found.rows])
    assert [key for page in back for key in page][-len(seen[-1]) :] == seen[-1]
    assert {key for page in back for key in page} == {key for page in seen for key in page}
    assert forward[0].earlier is None
    return seen


def test_pages_hold_every_row_once_though_many_share_one_instant(clinic: Clinic) -> None:
    case = made.request(clinic)
    rows = []
    for number in range(130):
        act = NOW + (number % 4) * 5 * DAY - 4 * DAY
        rows.append(made.deadline(case, act=act, kind=ClockKind.APPEAL_FILING))
    seen = pages()
    assert [len(page) for page in seen] == [50, 50, 30]
    expected = Deadline.objects.filter(pk__in=[row.pk for row in rows]).order_by("act_at", "pk")
    assert [key for page in seen for key in page] == [row.pk for row in expected]


def test_a_full_last_page_has_no_next(clinic: Clinic) -> None:
    case = made.request(clinic)
    for _ in range(50):
        made.deadline(case)
    assert read().later is None
    made.deadline(case)
    assert read().later is not None


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(hours=st.lists(st.integers(-300, 300), min_size=1, max_size=40))
def test_any_rows_come_in_one_order_whatever_the_page_size(
    clinic: Clinic, hours: list[int]
) -> None:
    Deadline.objects.all().delete()
    case = made.request(clinic)
    for number, hour in enumerate(hours):
        kind = ClockKind.PROMISE if number % 3 == 0 else ClockKind.APPEAL_FILING
        legal = NOW + hour * HOUR if number % 5 == 0 else None
        side = OwedBy.PAYER if kind is ClockKind.PROMISE else OwedBy.CLINIC
        made.deadline(case, act=NOW + hour * HOUR, kind=kind, owed_by=side, legal_at=legal)
    whole = [row["id"] for row in read().rows]
    assert len(whole) == len(hours)
    size, worklist.PAGE = worklist.PAGE, 7
    try:
        assert [key for page in pages() for key in page] == whole
    finally:
        worklist.PAGE = size


@pytest.mark.parametrize("text", ["", "x", "AAAA", "MTIz", "é", "1~2~3~4~5", "fn5-fn4"])
def test_a_cursor_that_makes_no_sense_is_the_first_page(text: str) -> None:
    assert Cursor.read(text) is None


def test_a_cursor_comes_back_as_it_went() -> None:
    cursor = Cursor(NOW, 2, NOW + timedelta(microseconds=1), 77, True)
    assert Cursor.read(str(cursor)) == cursor


# ------------------------------------------------------------------ cost


def cost(filters: Filters | None = None) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read(filters)
    return len(queries)


def test_three_rows_cost_as_many_queries_as_a_hundred(clinic: Clinic) -> None:
    for _ in range(3):
        made.deadline(made.request(clinic))
    few = cost()
    for number in range(97):
        made.deadline(made.request(clinic), act=NOW + (number - 40) * DAY)
    assert cost() == few == 4


def made_of_every_group(case: PriorAuthRequest, each: int) -> None:
    for number in range(each):
        minutes = timedelta(minutes=number)
        for when in (-9 * DAY, -HOUR, HOUR, 3 * DAY, 30 * DAY):
            made.deadline(case, act=NOW + when + minutes, legal_at=NOW + when + minutes)
            made.deadline(case, act=NOW + when + minutes, kind=ClockKind.PEER_TO_PEER)
            made.deadline(
                case, act=NOW + when + minutes, kind=ClockKind.PROMISE, owed_by=OwedBy.PAYER
            )


def test_pages_turn_through_all_groups_and_back_though_only_some_are_asked_for(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_of_every_group(made.request(clinic), 4)
    whole = [row["id"] for row in read().rows]
    whole += [row["id"] for row in read(cursor=read().later).rows]
    assert len(whole) == 60
    for size in (2, 7, 13):
        monkeypatch.setattr(worklist, "PAGE", size)
        assert [key for page in pages() for key in page] == whole


def test_only_the_groups_that_can_fill_a_page_are_searched(clinic: Clinic) -> None:
    case = made.request(clinic)
    made_of_every_group(case, 2)
    for _ in range(2 * worklist.PAGE):
        made.deadline(case, act=NOW - DAY, legal_at=NOW - DAY)
    with CaptureQueriesContext(connection) as queries:
        first = read()
    assert {row["group"] for row in first.rows} == {Group.LIMIT, Group.OVERDUE}
    [keys] = [query["sql"] for query in queries if "part.*" in query["sql"]]
    assert keys.count("LIMIT") == 2


@pytest.mark.parametrize(
    "filters",
    [Filters(), Filters(side=OwedBy.PAYER), Filters(status=RequestStatus.DENIED)],
    ids=["all", "theirs", "one status"],
)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by what is in a table")
def test_every_group_is_read_from_an_index_of_its_own(clinic: Clinic, filters: Filters) -> None:
    made_of_every_group(made.request(clinic, status=RequestStatus.DENIED), 3)
    with CaptureQueriesContext(connection) as queries:
        read(filters)
    counting, page = (query["sql"] for query in queries if " AS part" in query["sql"])
    kept_apart = set() if filters.side is OwedBy.PAYER else {"deadline_apart_passed"}
    assert indexes_used(counting) >= GROUPS_INDEXES | kept_apart
    assert indexes_used(page) <= GROUPS_INDEXES | kept_apart | {"deadline_set_apart"}


GROUPS_INDEXES = {
    "deadline_may_pass", "deadline_may_be_broken", "deadline_never_late", "deadline_worklist"
}  # fmt: skip


def indexes_used(sql: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql)
        plan = [str(row[-1]) for row in cursor.fetchall()]
    assert not [step for step in plan if step.startswith("SCAN cases_")]
    used = {re.search(r"INDEX (\w+)", step) for step in plan if "cases_deadline " in step}
    return {found[1] for found in used if found}


def test_no_page_is_found_by_counting_rows_off(clinic: Clinic) -> None:
    for _ in range(60):
        made.deadline(made.request(clinic))
    second = read().later
    with CaptureQueriesContext(connection) as queries:
        read(cursor=second)
    assert_bounded(queries)


def test_counting_stops_beyond_a_thousand(clinic: Clinic) -> None:
    case = made.request(clinic)
    one = made.deadline(case)
    Deadline.objects.bulk_create(
        [
            Deadline(
                clinic=clinic, request=case, key=f"k{n}", kind=one.kind, owed_by=one.owed_by,
                due_at=one.due_at, act_at=one.act_at, started_at=NOW, computed_at=NOW,
            )
            for n in range(1005)
        ]
    )  # fmt: skip
    assert read().counts[Group.WEEK] == 1001
