"""The case page: everything on one page, in a number of queries that no case changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from cases.models import (
    Authorization,
    CallAnswer,
    CaseEvent,
    Clinic,
    Determination,
    Diagnosis,
    Document,
    InsurerCall,
    LineDetermination,
    Note,
    PriorAuthRequest,
    ServiceLine,
    StaffMember,
    Submission,
)
from cases.models.contacts import DocumentKind
from priorauth.terms import (
    Channel,
    ClockKind,
    EventKind,
    Funding,
    LineOfBusiness,
    Outcome,
    OwedBy,
    Role,
)
from tests.cases.desk import made
from tests.cases.desk.cost import assert_bounded
from tests.cases.desk.made import NOW

DAY = timedelta(days=1)


def words(html: str) -> str:
    """The text that a person reads."""
    body = re.sub(r"<(script|style).*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def page(client: Client, case: PriorAuthRequest, query: str = "") -> str:
    response = client.get(f"/case/{case.number}/{query}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def case(clinic: Clinic, jo: StaffMember) -> PriorAuthRequest:
    """Submitted, called about, and refused."""
    one = made.request(clinic, patient="Zoë O'Brien", member_id="XJ777", assigned_to=jo)
    Diagnosis(clinic=clinic, request=one, rank=1, code="F33.2", title="Depression").save()
    sent = made.event(
        one, EventKind.SUBMITTED, happened_at=NOW - 9 * DAY, recorded_by=jo,
        facts={"channel": "portal"},
    )  # fmt: skip
    Submission(
        clinic=clinic, request=one, event=sent, channel=Channel.PORTAL, confirmation_number="CF-1"
    ).save()
    called = made.event(one, EventKind.CALL_LOGGED, happened_at=NOW - 5 * DAY, recorded_by=jo)
    call = InsurerCall(
        clinic=clinic, request=one, event=called, payer=one.coverage.plan.payer,
        started_at=NOW - 5 * DAY, called_on=(NOW - 5 * DAY).date(),
        representative_name="Dana K.", reference_number="R-42", promise="A decision",
        promised_by_at=NOW + DAY, promise_standing="open", made_by=jo,
    )  # fmt: skip
    call.save()
    CallAnswer(clinic=clinic, call=call, question="criteria", answer="said_yes", words="p 3").save()
    decided = made.event(
        one, EventKind.DETERMINED, happened_on=date(2026, 11, 23), learned_at=NOW, recorded_by=jo,
        facts={"adverse": True, "outcomes": ["1=denied"], "notice_dated": {"date": "2026-11-23"}},
    )  # fmt: skip
    decision = Determination(
        clinic=clinic, request=one, event=decided, reasons=["experimental_investigational"],
        reasons_verbatim="Not proven <b>here</b>.", notice_dated_on=date(2026, 11, 23),
        appeal_by_on=date(2027, 5, 19),
    )  # fmt: skip
    decision.save()
    LineDetermination(
        clinic=clinic, determination=decision, line=one.lines.get(), outcome=Outcome.DENIED
    ).save()
    made.deadline(
        one, act=NOW + 20 * DAY, due=NOW + 30 * DAY, legal_at=NOW + 30 * DAY,
        derivation={"says": "Sixty days.", "if_missed": "The right is lost."},
    )  # fmt: skip
    return one


def test_it_holds_everything_that_is_known_of_the_case(
    client: Client, case: PriorAuthRequest
) -> None:
    text = words(page(client, case))
    for told in (
        "Zoë O&#x27;Brien", case.number, "02/29/1980", "XJ777", "Northfield Health", "96365",
        "F33.2", "Depression", "File the internal appeal", "legal limit", "The right is lost.",
        "Submitted to the payer", "Confirmation number CF-1", "Dana K.", "R-42", "A decision",
        "Not proven &lt;b&gt;here&lt;/b&gt;.", "Date on the notice Mon 23 Nov 2026",
        "Appeal by, as printed Wed 19 May 2027", "Line 1, 96365 Denied", "Jo Lind",
    ):  # fmt: skip
        assert told in text, told


def test_both_times_of_an_event_are_told(client: Client, case: PriorAuthRequest) -> None:
    text = words(page(client, case))
    assert "Payer&#x27;s determination Mon 23 Nov 2026" in text
    assert "written down Wed 25 Nov 2026, 09:00 CST" in text


def test_numbers_a_representative_asks_for_can_be_copied(
    client: Client, case: PriorAuthRequest
) -> None:
    copied = set(re.findall(r'data-pa-copy="([^"]+)"', page(client, case)))
    assert {case.number, "XJ777", "02/29/1980", "Zoë O&#x27;Brien"} <= copied


def test_the_patient_is_named_in_neither_title_nor_addresses(
    client: Client, case: PriorAuthRequest
) -> None:
    html = page(client, case)
    title = re.search(r"<title>(.*?)</title>", html, re.S)
    assert title is not None
    assert "Brien" not in title.group(1)
    assert case.number in title.group(1)
    assert not [link for link in re.findall(r'(?:href|action)="([^"]*)"', html) if "rien" in link]


def test_the_life_cycle_decides_which_steps_are_offered(
    client: Client, case: PriorAuthRequest
) -> None:
    html = page(client, case)
    steps = html[html.index('class="pa-steps"') : html.index('class="pa-columns"')]
    assert "Record appeal filed" in steps
    assert "Log call" in steps
    assert "Record submission" not in steps


def test_an_auditor_sees_all_and_is_offered_nothing(
    auditor: Client, case: PriorAuthRequest
) -> None:
    html = page(auditor, case)
    assert "Dana K." in html
    assert 'class="pa-steps"' not in html
    assert "pa-undo" not in html
    assert "/undo/" not in html


def test_an_unknown_plan_says_why_no_limit_can_be_named(
    client: Client, case: PriorAuthRequest
) -> None:
    unknown = words(page(client, case))
    assert "The kind of plan is not known" in unknown
    assert "(kind of plan not known yet)" in unknown
    plan = case.coverage.plan
    plan.line_of_business, plan.funding = LineOfBusiness.EMPLOYER, Funding.INSURED
    plan.save()
    assert "The kind of plan is not known" not in page(client, case)
    assert "fully insured)" in words(page(client, case))


def test_what_the_law_says_to_a_silent_payer_is_told_with_its_section_and_the_next_step(
    client: Client, clinic: Clinic
) -> None:
    """42 CFR 438.404(c)(5): 7 days from 3 November are over on the 10th, and it is the 25th."""
    silent = made.request(clinic)
    plan = silent.coverage.plan
    plan.line_of_business = LineOfBusiness.MEDICAID_MANAGED_CARE
    plan.rating_period_start = date(2026, 7, 1)
    plan.save()
    made.event(silent, EventKind.SUBMITTED, happened_at=NOW - 22 * DAY, facts={"channel": "portal"})
    html = page(client, silent)
    text = words(html)
    assert "What the law says now" in text
    assert "The payer has not decided the request in time" in text
    assert "42 CFR 438.404(c)(5)" in text
    assert "Next: File the appeal." in text
    advice = html[html.index('class="pa-advice"') : html.index('id="h-next"')]
    assert "Record appeal filed" in advice
    assert "Denied" not in text


@pytest.mark.parametrize(("renewed", "is_said"), [(date(2025, 12, 1), False), (None, True)])
def test_a_law_that_waits_for_the_plan_to_renew_is_said_once_it_has(
    client: Client, clinic: Clinic, renewed: date | None, *, is_said: bool
) -> None:
    """Minn. Stat. 62M.07 binds plans issued or renewed from 2026; not known: it is named."""
    case = made.request(clinic)
    plan = case.coverage.plan
    plan.line_of_business, plan.issue_state = LineOfBusiness.INDIVIDUAL, "MN"
    plan.issued_or_renewed_on = renewed
    plan.save()
    assert ("62M.07" in words(page(client, case))) is is_said


def test_a_case_that_the_law_has_nothing_to_say_to_has_no_such_box(
    client: Client, case: PriorAuthRequest
) -> None:
    assert "What the law says now" not in page(client, case)


def test_the_coverage_is_shown_as_it_was_when_sent(client: Client, case: PriorAuthRequest) -> None:
    PriorAuthRequest._base_manager.filter(pk=case.pk).update(
        coverage_snapshot={"payer": "Old Payer", "member_id": "OLD1", "funding": "insured"}
    )
    text = words(page(client, case))
    assert "Payer Old Payer Member ID OLD1 Funding Fully insured" in text


# ------------------------------------------------------------------ the wall


def test_another_clinics_case_is_answered_like_one_that_does_not_exist(
    client: Client, clinic: Clinic
) -> None:
    other = made.clinic("elsewhere")
    with scope(clinic=other):
        theirs = made.request(other)
        clock = made.deadline(theirs)
        event = theirs.events.get()
    nobody = "PA-00000000"
    for tail in ("", f"why/{clock.pk}/", "document/1/"):
        there = client.get(f"/case/{theirs.number}/{tail}")
        nowhere = client.get(f"/case/{nobody}/{tail}")
        assert there.status_code == nowhere.status_code == 404
        assert there.content.decode().replace(theirs.number, nobody) == nowhere.content.decode()
    assert client.post(f"/case/{theirs.number}/undo/{event.pk}/").status_code == 404
    assert client.post(f"/case/{nobody}/undo/{event.pk}/").status_code == 404
    assert not CaseEvent._base_manager.filter(undoes=event).exists()


def test_rows_of_another_case_do_not_open_under_this_one(
    client: Client, clinic: Clinic, case: PriorAuthRequest
) -> None:
    other = made.request(clinic)
    clock = made.deadline(other)
    assert client.get(f"/case/{case.number}/why/{clock.pk}/").status_code == 404
    event = other.events.get()
    assert client.post(f"/case/{case.number}/undo/{event.pk}/").status_code == 404


# ------------------------------------------------------------------ undo


def test_a_biller_takes_back_what_she_recorded_and_it_stays_struck_through(
    client: Client, case: PriorAuthRequest
) -> None:
    event = case.events.get(kind=EventKind.DETERMINED)
    response = client.post(f"/case/{case.number}/undo/{event.pk}/", follow=True)
    html = response.content.decode()
    assert "is taken back" in html
    assert "<del>Payer&#x27;s determination</del>" in html
    assert "Undone by Jo Lind" in html
    assert CaseEvent._base_manager.filter(undoes=event).count() == 1


def test_a_refusal_to_undo_is_said_in_words_and_changes_nothing(
    client: Client, case: PriorAuthRequest
) -> None:
    event = case.events.get(kind=EventKind.SUBMITTED)
    html = client.post(f"/case/{case.number}/undo/{event.pk}/", follow=True).content.decode()
    assert "Nothing was undone." in html
    assert "A later step rests on" in html
    assert not CaseEvent._base_manager.filter(undoes=event).exists()


def test_a_biller_gets_no_button_for_what_others_recorded(
    clinic: Clinic, case: PriorAuthRequest, signed_in: Callable[[StaffMember], Client]
) -> None:
    kim = signed_in(made.staff(clinic, Role.BILLER, "Kim Vale"))
    assert "/undo/" not in page(kim, case)
    lead = signed_in(made.staff(clinic, Role.LEAD, "Lea Moss"))
    assert page(lead, case).count("/undo/") == 3


def test_an_undo_is_a_post(client: Client, case: PriorAuthRequest) -> None:
    event = case.events.get(kind=EventKind.DETERMINED)
    assert client.get(f"/case/{case.number}/undo/{event.pk}/").status_code == 405


# ------------------------------------------------------------------ timeline


def test_the_timeline_narrows_by_links(client: Client, case: PriorAuthRequest) -> None:
    html = page(client, case, "?show=calls")
    timeline = html[html.index('class="pa-timeline"') : html.index('class="pa-aside"')]
    assert "Insurer call" in timeline
    assert "Submitted to the payer" not in timeline
    assert "pa-timeline" in page(client, case, "?show=nonsense")


def test_a_long_timeline_shows_its_newest_part_and_offers_the_rest(
    client: Client, case: PriorAuthRequest
) -> None:
    notes(case, 60)
    html = page(client, case)
    assert "Remark 59" in html
    assert "Remark 3<" not in html
    assert "Show 14 earlier events" in html
    assert "Remark 3<" in page(client, case, "?all=1")


def notes(case: PriorAuthRequest, count: int) -> None:
    for number in range(count):
        told = made.event(case, EventKind.NOTE_ADDED, happened_at=NOW - DAY)
        Note(clinic=case.clinic, request=case, event=told, text=f"Remark {number}").save()


def test_the_page_costs_the_same_whatever_else_is_on_file(
    client: Client, clinic: Clinic, case: PriorAuthRequest
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, case)
        assert_bounded(queries)
        return len(queries)

    page(client, case)
    alone = cost()
    for number in range(20):
        other = made.request(clinic)
        notes(other, 2)
        made.deadline(other, act=NOW + (number - 10) * DAY)
    assert cost() == alone


def test_a_huge_case_costs_as_many_queries_as_a_small_one(
    client: Client, clinic: Clinic, case: PriorAuthRequest, jo: StaffMember
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, case, "?all=1")
        assert_bounded(queries)
        return len(queries)

    document(case, 0)
    notes(case, 1)
    Authorization(
        clinic=clinic, request=case, event=case.events.get(kind=EventKind.DETERMINED),
    ).save()  # fmt: skip
    page(client, case)
    small = cost()
    notes(case, 150)
    for number in range(2, 12):
        ServiceLine(clinic=clinic, request=case, position=number, code="96366").save()
        made.deadline(case, owed_by=OwedBy.PAYER, kind=ClockKind.PA_DECISION)
        document(case, number)
        told = made.event(case, EventKind.CALL_LOGGED, happened_at=NOW - DAY, recorded_by=jo)
        call = InsurerCall(
            clinic=clinic, request=case, event=told, payer=case.coverage.plan.payer,
            called_on=(NOW - DAY).date(), representative_name="Sam", reference_number="R",
            made_by=jo,
        )  # fmt: skip
        call.save()
        CallAnswer(clinic=clinic, call=call, question="criteria", answer="said_no").save()
        decided = made.event(case, EventKind.DETERMINED, happened_at=NOW - DAY)
        decision = Determination(clinic=clinic, request=case, event=decided)
        decision.save()
        for line in case.lines.all():
            LineDetermination(
                clinic=clinic, determination=decision, line=line, outcome=Outcome.DENIED
            ).save()
    assert cost() == small


def document(case: PriorAuthRequest, number: int) -> None:
    told = made.event(case, EventKind.DOCUMENT_ADDED, happened_at=NOW - DAY)
    Document(
        clinic=case.clinic, request=case, event=told, kind=DocumentKind.DENIAL_LETTER,
        title=f"Letter {number}", file=f"documents/{number}", content_type="application/pdf",
        size_bytes=2048, sha256=f"{number:064d}",
    ).save()  # fmt: skip


def test_a_date_of_ours_can_be_let_pass_from_where_it_stands(
    client: Client, auditor: Client, clinic: Clinic
) -> None:
    case = made.request(clinic)
    ours = made.deadline(case)
    fact = made.deadline(case, kind=ClockKind.MISSING_FACT)
    theirs = made.deadline(case, owed_by=OwedBy.PAYER)
    address = f"/case/{case.number}/let-pass/?of=date-{ours.pk}"
    html = page(client, case)
    assert f'href="{address}"' in html
    assert f"date-{fact.pk}" not in html
    assert f"date-{theirs.pk}" not in html
    assert client.get(address).status_code == 200
    assert "let-pass" not in page(auditor, case)
