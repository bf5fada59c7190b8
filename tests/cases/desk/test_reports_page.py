"""The reports over rows of one clinic: what stands on the page and in the files."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import (
    Appeal,
    Authorization,
    Determination,
    ExpectedPayment,
    InsurerCall,
    LineDetermination,
    PayerBreach,
    PeerToPeer,
    PriorAuthRequest,
    ServiceLine,
)
from cases.queries.reports import Span, decided_cases, ended_authorizations, missed_limits
from priorauth.terms import (
    AppealOutcome,
    Channel,
    ClockKind,
    EventKind,
    LineStatus,
    Outcome,
    RequestStatus,
)
from tests.cases.desk import made

YEAR = Span(date(2026, 1, 1), date(2026, 12, 31), made.ZONE)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(made.NOW, tick=False):
        yield


def decide(
    case: PriorAuthRequest,
    outcome: Outcome,
    on: date = date(2026, 11, 10),
    units: int | None = None,
) -> Determination:
    event = made.event(case, EventKind.DETERMINED, happened_on=on)
    said = Determination(clinic=case.clinic, request=case, event=event)
    said.save()
    line = case.lines.get()
    LineDetermination(
        clinic=case.clinic, determination=said, line=line, outcome=outcome, units_approved=units
    ).save()
    line.units_approved = units
    line.save()
    return said


def a_request(clinic, sent: date | None = date(2026, 11, 3), **values) -> PriorAuthRequest:
    case = made.request(clinic, **{"status": RequestStatus.DENIED, **values})
    if sent:
        made.event(case, EventKind.SUBMITTED, happened_on=sent)
    return case


def test_days_run_from_the_payers_receipt_where_it_is_known(clinic):
    case = a_request(clinic)
    made.event(case, EventKind.RECEIVED_BY_PAYER, happened_on=date(2026, 11, 5))
    decide(case, Outcome.APPROVED, units=6)
    (found,) = decided_cases(YEAR)
    assert found.days == 5


def test_a_case_counts_on_the_day_of_its_first_decision_alone(clinic):
    case = a_request(clinic)
    decide(case, Outcome.DENIED, on=date(2025, 12, 20))
    decide(case, Outcome.APPROVED, on=date(2026, 2, 1), units=6)
    assert decided_cases(YEAR) == []
    (found,) = decided_cases(Span(date(2025, 12, 20), date(2025, 12, 20), made.ZONE))
    assert found.is_denied
    assert found.lines[0].approved_now == 6


def test_a_decision_that_was_undone_never_happened(clinic):
    case = a_request(clinic)
    wrong = decide(case, Outcome.DENIED)
    made.event(case, EventKind.STEP_UNDONE, happened_at=made.NOW, undoes=wrong.event)
    assert decided_cases(YEAR) == []
    decide(case, Outcome.APPROVED, on=date(2026, 11, 12), units=6)
    (found,) = decided_cases(YEAR)
    assert not found.is_denied


def test_a_decision_at_an_hour_counts_on_the_clinics_day(clinic):
    case = a_request(clinic, sent=None)
    late = datetime(2027, 1, 1, 3, tzinfo=UTC)  # still the 31st of December in Chicago
    event = made.event(case, EventKind.DETERMINED, happened_at=late)
    Determination(clinic=clinic, request=case, event=event).save()
    (found,) = decided_cases(YEAR)
    assert found.decided_on == date(2026, 12, 31)
    assert found.days is None


def test_an_open_appeal_is_no_overturn_and_a_won_one_is(clinic):
    for outcome in ("", AppealOutcome.OVERTURNED):
        case = a_request(clinic)
        decide(case, Outcome.DENIED)
        filed = made.event(case, EventKind.APPEAL_FILED, happened_on=date(2026, 11, 12))
        Appeal(
            clinic=clinic, request=case, event=filed, channel=Channel.FAX, outcome=outcome
        ).save()
    assert sorted(case.is_overturned for case in decided_cases(YEAR)) == [False, True]


def a_second_line(case: PriorAuthRequest, said: Determination) -> ServiceLine:
    """A refused line of the drug beside that of the infusion."""
    drug = ServiceLine(
        clinic=case.clinic, request=case, position=2, code="J3490", units_total=6,
        status=LineStatus.DENIED,
    )  # fmt: skip
    drug.save()
    LineDetermination(
        clinic=case.clinic, determination=said, line=drug, outcome=Outcome.DENIED
    ).save()
    return drug


def an_appeal(case: PriorAuthRequest, outcome: AppealOutcome, *lines: ServiceLine) -> None:
    filed = made.event(case, EventKind.APPEAL_FILED, happened_on=date(2026, 11, 12))
    appeal = Appeal(
        clinic=case.clinic, request=case, event=filed, channel=Channel.FAX, outcome=outcome
    )
    appeal.save()
    appeal.lines.set(lines)


def overturned_codes() -> dict[str, bool | None]:
    """By code: whether it was overturned, None where nobody contested it."""
    (found,) = decided_cases(YEAR)
    return {one.code: one.is_overturned if one.is_contested else None for one in found.lines}


def test_an_appeal_of_one_line_is_no_contest_of_the_other(clinic):
    case = a_request(clinic)
    said = decide(case, Outcome.DENIED)
    first = case.lines.get()
    a_second_line(case, said)
    an_appeal(case, AppealOutcome.OVERTURNED, first)
    assert overturned_codes() == {"96365": True, "J3490": None}


def test_of_lines_appealed_together_and_overturned_in_part_those_approved_were_won(clinic):
    case = a_request(clinic)
    said = decide(case, Outcome.DENIED)
    first = case.lines.get()
    drug = a_second_line(case, said)
    an_appeal(case, AppealOutcome.PARTLY_OVERTURNED, first, drug)
    case.lines.filter(code="96365").update(status=LineStatus.APPROVED)
    assert overturned_codes() == {"96365": True, "J3490": False}


def test_a_peer_to_peer_contests_every_line_that_was_refused(clinic):
    case = a_request(clinic)
    a_second_line(case, decide(case, Outcome.DENIED))
    held = made.event(case, EventKind.PEER_TO_PEER_HELD, happened_on=date(2026, 11, 12))
    PeerToPeer(clinic=clinic, request=case, event=held, outcome=AppealOutcome.UPHELD).save()
    assert overturned_codes() == {"96365": False, "J3490": False}


def test_a_line_that_the_first_decision_left_open_was_asked(clinic):
    case = a_request(clinic)
    decide(case, Outcome.DENIED)
    ServiceLine(clinic=clinic, request=case, position=2, code="J3490", units_total=6).save()
    (found,) = decided_cases(YEAR)
    assert [one.code for one in found.lines] == ["96365"]
    assert found.undecided == ("J3490",)


def test_a_line_that_an_appeal_approved_in_full_was_won_back(clinic):
    case = a_request(clinic)
    decide(case, Outcome.DENIED)
    case.lines.update(status=LineStatus.APPROVED)  # as the replay leaves it: no units are named
    (found,) = decided_cases(YEAR)
    assert (found.lines[0].first_approved, found.lines[0].approved_now) == (0, 6)


def test_a_line_cut_at_first_and_approved_in_full_on_appeal_won_back_what_was_cut(clinic):
    case = a_request(clinic)
    decide(case, Outcome.PARTLY_APPROVED, units=2)
    case.lines.update(status=LineStatus.APPROVED)  # the replay leaves the units as they were
    (found,) = decided_cases(YEAR)
    assert (found.lines[0].first_approved, found.lines[0].approved_now) == (2, 6)


def test_a_line_approved_at_first_with_fewer_units_stays_so(clinic):
    case = a_request(clinic)
    decide(case, Outcome.APPROVED, units=4)
    case.lines.update(status=LineStatus.APPROVED)
    (found,) = decided_cases(YEAR)
    assert (found.lines[0].first_approved, found.lines[0].approved_now) == (4, 4)


def test_a_limit_missed_by_hours_was_missed_by_a_day(clinic):
    breach(a_request(clinic))
    limit = datetime(2026, 11, 9, 5, 59, 59, tzinfo=UTC)
    for late, days in ((timedelta(hours=3), 1), (timedelta(days=1), 1), (timedelta(hours=25), 2)):
        (found,) = missed_limits(YEAR, now=limit + late)
        assert found.days_late == days


def test_a_missed_limit_makes_the_case_late(clinic):
    case = a_request(clinic)
    decide(case, Outcome.DENIED)
    breach(case)
    (found,) = decided_cases(YEAR)
    assert found.had_limit
    assert found.was_late


def breach(case: PriorAuthRequest) -> None:
    PayerBreach(
        clinic=case.clinic,
        request=case,
        payer=case.coverage.plan.payer,
        key="service|pa_decision|r|1",
        kind=ClockKind.PA_DECISION,
        rule="fed-erisa-pa-standard",
        citation="29 CFR 2560.503-1(f)(2)(iii)(A)",
        limit_at=datetime(2026, 11, 9, 5, 59, 59, tzinfo=UTC),
        noticed_at=made.NOW,
    ).save()


def a_price(clinic, dollars: str, since: date = date(2026, 1, 1), payer=None) -> None:
    ExpectedPayment(
        clinic=clinic,
        payer=payer,
        code="96365",
        amount=Decimal(dollars),
        effective_from=since,
        source="Fee schedule",
    ).save()


def test_a_payers_own_price_goes_before_the_one_of_any_payer(clinic):
    case = a_request(clinic)
    decide(case, Outcome.DENIED)
    a_price(clinic, "100.00")
    assert decided_cases(YEAR)[0].lines[0].unit_cents == 10_000
    a_price(clinic, "80.50", payer=case.coverage.plan.payer)
    assert decided_cases(YEAR)[0].lines[0].unit_cents == 8_050


def test_the_price_of_the_day_of_decision_holds(clinic):
    decide(a_request(clinic), Outcome.DENIED)
    a_price(clinic, "100.00", since=date(2026, 1, 1))
    a_price(clinic, "120.00", since=date(2026, 11, 11))  # the day after
    assert decided_cases(YEAR)[0].lines[0].unit_cents == 10_000


def test_units_of_an_approval_that_ends_within_thirty_days_are_listed(clinic):
    case = a_request(clinic)
    said = decide(case, Outcome.APPROVED, units=6)
    for ends in (date(2026, 12, 25), date(2026, 12, 26)):
        given = Authorization(clinic=clinic, request=case, event=said.event, effective_through=ends)
        given.save()
        given.lines.set(case.lines.all())
    june = Span(date(2026, 6, 1), date(2026, 6, 30), made.ZONE)
    found = ended_authorizations(june, today=date(2026, 11, 25))
    assert [row.ends_on for row in found] == [date(2026, 12, 25)]


# ------------------------------------------------------------------ the page


def page(client: Client, slug: str = "outcomes", **asked: str):
    return client.get(reverse("desk:report", args=[slug]), asked)


def test_the_menu_leads_to_the_decisions_of_this_year(client, clinic):
    decide(a_request(clinic), Outcome.DENIED)
    response = client.get(reverse("desk:reports"), follow=True)
    said = response.content.decode()
    assert "1 of 1 (100%)" in said
    assert "Thu 1 Jan 2026 through Wed 25 Nov 2026" in said


@pytest.mark.parametrize("slug", ["outcomes", "turnaround", "money", "units", "breaches"])
def test_a_clinic_without_cases_is_told_what_would_fill_each_report(client, slug):
    said = page(client, slug).content.decode()
    assert "What this rests on" in said
    assert "in this span" in said or "units" in said


def test_one_payer_is_reported_alone(client, clinic):
    decide(a_request(clinic), Outcome.DENIED)
    other = a_request(clinic, payer="Prairie Mutual")
    decide(other, Outcome.DENIED)
    key = str(other.coverage.plan.payer_id)
    said = page(client, first="2026-01-01", last="2026-11-25", payer=key).content.decode()
    assert '<td data-name="Payer">Prairie Mutual</td>' in said
    assert '<td data-name="Payer">Northfield Health</td>' not in said


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"first": "2026-12-01", "last": "2026-11-01"}, "It lies before the first day"),
        ({"first": "1999-01-01", "last": "2026-11-01"}, "Nothing is on file before 2015"),
        ({"first": "yesterday", "last": "2026-11-01"}, "This is no day"),
        ({"first": "2016-01-01", "last": "2026-11-01"}, "Five years at most"),
        ({"first": "2026-01-01", "last": "2026-11-01", "payer": "x"}, "This payer is not on file"),
    ],
)
def test_a_span_that_cannot_be_is_said_beside_the_field_and_kept(client, asked, words):
    response = page(client, **asked)
    said = response.content.decode()
    assert response.status_code == 400
    assert words in said
    assert f'value="{asked["first"]}"' in said


def test_a_missed_limit_leads_to_its_case(client, clinic):
    case = a_request(clinic)
    breach(case)
    said = page(client, "breaches").content.decode()
    assert reverse("desk:case", args=[case.number]) in said
    assert "29 CFR 2560.503-1(f)(2)(iii)(A)" in said


def leads_of(said: str) -> list[str]:
    """The addresses behind the figures of a page."""
    return [html.unescape(one) for one in re.findall(r'href="([^"]*figure=[^"]*)"', said)]


def test_a_figure_leads_to_the_list_of_its_cases_of_the_same_days_and_payer(client, clinic):
    case = a_request(clinic, patient="Zqx Markerperson")
    decide(case, Outcome.DENIED)
    outside = a_request(clinic)
    decide(outside, Outcome.DENIED, on=date(2026, 10, 1))
    payer = str(case.coverage.plan.payer_id)
    for slug in ("outcomes", "turnaround", "money"):
        said = page(client, slug, first="2026-11-01", last="2026-11-25", payer=payer)
        leads = leads_of(said.content.decode())
        assert leads
        for address in leads:
            found = client.get(address).content.decode()
            assert reverse("desk:case", args=[case.number]) in found
            assert reverse("desk:case", args=[outside.number]) not in found
            assert "Markerperson" not in address + found


def test_the_list_of_cases_can_be_taken_along_too(client, clinic):
    case = a_request(clinic)
    decide(case, Outcome.DENIED)
    said = page(client, first="2026-11-01", last="2026-11-25").content.decode()
    address = next(one for one in leads_of(said) if "figure=Denied" in one)
    assert case.number in client.get(f"{address}&as=csv").content.decode("utf-8-sig")
    assert client.get(f"{address}&as=pdf").content.startswith(b"%PDF-")
    listed = client.get(address).content.decode()
    assert "Northfield Health: Denied" in listed
    assert reverse("desk:report", args=["outcomes"]) + "?first=2026-11-01" in listed


def test_a_figure_that_counts_nothing_any_more_says_so_and_one_that_never_was_is_not_found(client):
    asked = {"table": "By payer", "row": "Northfield Health", "figure": "Denied"}
    said = page(client, **asked).content.decode()
    assert "No case counts here" in said
    assert "Northfield Health" not in said  # words of an address alone are not repeated
    assert page(client, **{**asked, "figure": "Nonesuch"}).status_code == 404
    assert page(client, **{**asked, "table": "Nonesuch"}).status_code == 404
    assert page(client, "units", **asked).status_code == 404


def test_a_slow_decision_leads_to_its_case(client, clinic):
    case = a_request(clinic)
    decide(case, Outcome.DENIED)
    assert reverse("desk:case", args=[case.number]) in page(client, "turnaround").content.decode()


def test_the_days_of_a_report_are_written_as_elsewhere_on_the_desk(client, clinic):
    case = a_request(clinic)
    breach(case)
    said = page(client, "breaches").content.decode()
    assert "Sun 8 Nov 2026" in said
    assert "2026-11-08" not in said.partition("What this rests on")[0].partition("Each limit")[2]
    assert "(Central time)" in said
    rows = page(client, "breaches", **{"as": "csv"}).content.decode("utf-8-sig")
    assert f"2026-11-08,{case.number}" in rows
    given = decide(case, Outcome.APPROVED, units=6)
    approval = Authorization(
        clinic=clinic, request=case, event=given.event, effective_through=date(2026, 12, 1)
    )
    approval.save()
    approval.lines.set(case.lines.all())
    assert "Tue 1 Dec 2026" in page(client, "units").content.decode()


def test_a_limit_that_ends_with_the_payers_day_stands_at_that_day(clinic):
    case = a_request(clinic)
    breach(case)
    payer = case.coverage.plan.payer
    payer.time_zone = "America/Los_Angeles"
    payer.save()
    PayerBreach.objects.update(limit_at=datetime(2026, 11, 9, 7, 59, 59, tzinfo=UTC))
    (found,) = missed_limits(YEAR, now=made.NOW)
    assert found.limit_on == date(2026, 11, 8)
    for day, count in ((8, 1), (9, 0)):
        span = Span(date(2026, 11, day), date(2026, 11, day), made.ZONE)
        assert len(missed_limits(span, now=made.NOW)) == count


def test_no_report_names_a_patient(client, clinic):
    case = a_request(clinic, patient="Zqx Markerperson", member_id="ZQXMEMBER1")
    decide(case, Outcome.DENIED)
    breach(case)
    for slug in ("outcomes", "turnaround", "money", "units", "breaches"):
        answers = [page(client, slug)]
        answers += [page(client, slug, **{"as": kind}) for kind in ("csv", "xlsx")]
        for answer in answers:
            assert answer.status_code == 200
            assert b"Markerperson" not in answer.content
            assert b"ZQXMEMBER1" not in answer.content


def test_the_file_holds_the_same_days_as_the_page(client, clinic):
    decide(a_request(clinic), Outcome.DENIED, on=date(2026, 11, 10))
    decide(a_request(clinic), Outcome.DENIED, on=date(2026, 10, 10))
    answer = page(client, first="2026-11-01", last="2026-11-25", **{"as": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert next(row for row in rows if row[:1] == ["Northfield Health"])[:2] == [
        "Northfield Health",
        "1",
    ]
    assert answer["Content-Disposition"] == 'attachment; filename="outcomes-20261101-20261125.csv"'


def test_the_pdf_is_a_pdf(client, clinic):
    decide(a_request(clinic), Outcome.DENIED)
    answer = page(client, "money", **{"as": "pdf"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_the_file_of_days_that_cannot_be_is_the_page_that_says_so(client):
    answer = page(client, first="2026-12-01", last="2026-11-01", **{"as": "pdf"})
    assert answer.status_code == 400
    assert "swap them" in answer.content.decode()


def test_a_report_that_does_not_exist_is_not_found(client):
    assert page(client, "nonesuch").status_code == 404
    assert page(client, **{"as": "exe"}).status_code == 404


def test_calls_of_the_case_are_counted_with_their_minutes(client, clinic):
    case = a_request(clinic)
    decide(case, Outcome.APPROVED, units=6)
    for minutes, hold in ((30, 21), (None, None)):
        event = made.event(case, EventKind.CALL_LOGGED, happened_at=made.NOW)
        InsurerCall(
            clinic=clinic,
            request=case,
            event=event,
            payer=case.coverage.plan.payer,
            representative_name="Dana",
            reference_number="R1",
            minutes=minutes,
            hold_minutes=hold,
        ).save()
    (found,) = decided_cases(YEAR)
    assert (found.calls, found.call_minutes, found.hold_minutes) == (2, 30, 21)


def test_as_many_queries_for_ten_cases_as_for_two(clinic):
    def spent() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            decided_cases(YEAR)
        return len(caught)

    for _ in range(2):
        decide(a_request(clinic), Outcome.DENIED)
    few = spent()
    for _ in range(8):
        decide(a_request(clinic), Outcome.DENIED, on=date(2026, 11, 10) - timedelta(days=1))
    assert spent() == few
