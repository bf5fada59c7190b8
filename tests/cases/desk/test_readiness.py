"""The checklist before a request is sent: on the case page, on the form, and what it keeps."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from cases.demo.stories import Teller
from cases.models import Clinic, ClinicSite, PayerDemand, PriorAuthRequest, StaffMember
from cases.models.contacts import DocumentKind
from cases.workflow import submission
from cases.workflow.actor import Actor
from cases.workflow.documents import add_document
from priorauth.errors import MissingFact
from priorauth.terms import Channel, EventKind, Product, RequestStatus, Role
from tests.cases.conftest import FRIDAY
from tests.cases.desk.paper import Desk, shown

pytestmark = pytest.mark.usefixtures("friday_morning")


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    """A draft for 28 September with nothing wrong; no paper is on it yet."""
    return teller.opened(teller.at(1), plan=teller.cast.plans[0], starts_in=10)


def panel(answer) -> str:
    """The words of the checklist on a page."""
    html = answer.content.decode()
    start = html.index('<section class="pa-ready"')
    return re.sub(r"\s+", " ", html[start : html.index("</section>", start)])


def without_member_id(case: PriorAuthRequest) -> None:
    case.coverage.member_id = ""
    case.coverage.save()


def test_a_draft_shows_on_its_page_what_lacks_and_where_it_is_mended(desk, case):
    told = panel(desk.open(f"/case/{case.number}/"))
    assert "Can be sent, with gaps" in told
    assert "Nothing here shows which treatments failed" in told
    assert f'href="/case/{case.number}/document/#id_file"' in told


def test_a_point_that_stops_it_links_to_the_field_that_mends_it(desk, case):
    without_member_id(case)
    case.diagnoses.all().delete()
    told = panel(desk.open(desk.step(case, "submit")))
    assert "Not ready to send" in told
    assert f"/coverage/{case.coverage_id}/change/#id_member_id" in told
    assert f'href="/case/{case.number}/correct/#id_dx_1"' in told


def test_what_only_the_owner_may_mend_is_no_link_for_a_biller(desk, case, teller):
    Clinic.objects.filter(pk=case.clinic_id).update(npi="")
    ClinicSite.objects.update(npi="")
    told = panel(desk.open(f"/case/{case.number}/"))
    assert "The owner enters it." in told
    assert "/clinic/" not in told


def test_a_request_with_the_payer_shows_no_checklist(desk, case):
    assert desk.record(case, "submit", channel="portal", confirmation_number="R").status_code == 302
    assert "pa-ready" not in desk.open(f"/case/{case.number}/").content.decode()


def test_a_ready_request_is_not_asked_for_a_reason(desk, case):
    assert "override_reason" not in desk.form(desk.step(case, "submit"))


def test_what_stops_it_is_named_and_nothing_typed_is_lost(desk, case):
    without_member_id(case)
    answer = desk.record(case, "submit", channel="portal", confirmation_number="REF-1")
    assert "The request is not ready: Member ID." in answer.content.decode()
    assert shown(answer)["confirmation_number"] == ["REF-1"]
    case.refresh_from_db()
    assert case.status == RequestStatus.DRAFT


def test_a_reason_lets_it_go_out_and_stands_on_the_timeline(desk, case):
    without_member_id(case)
    why = "Payer took it under the date of birth <b>by phone</b>"
    answer = desk.record(
        case, "submit", channel="portal", confirmation_number="REF-1", override_reason=why
    )
    assert answer.status_code == 302
    told = desk.open(f"/case/{case.number}/").content.decode()
    assert "Was not ready" in told
    assert "Member ID" in told
    assert "under the date of birth &lt;b&gt;by phone&lt;/b&gt;" in told
    event = case.events.get(kind=EventKind.SUBMITTED)
    assert event.facts["overrode"] == ["Member ID"]
    assert why not in str(event.facts)


def test_a_shell_gets_the_same_refusal_and_an_import_tells_what_was_sent(case, teller):
    without_member_id(case)
    sent = {"channel": Channel.FAX, "sent": teller.moment(FRIDAY)}
    with pytest.raises(MissingFact, match="Member ID"):
        submission.submit(Actor(teller.cast.biller, Role.BILLER, FRIDAY), case, **sent)
    submission.submit(Actor(None, None, FRIDAY), case, **sent)
    assert case.submissions.get().override_reason == ""


def test_a_reason_for_nothing_is_not_kept(case, teller):
    submission.submit(
        Actor(teller.cast.biller, Role.BILLER, FRIDAY),
        case,
        channel=Channel.FAX,
        sent=teller.moment(FRIDAY),
        override_reason="typed in vain",
    )
    assert case.submissions.get().override_reason == ""
    assert "overrode" not in case.events.get(kind=EventKind.SUBMITTED).facts


def test_after_the_newest_code_set_the_diagnoses_are_a_caution_that_leads_to_the_sets(
    desk, case, settings, tmp_path: Path
):
    settings.MEDIA_ROOT = tmp_path
    add_document(
        Actor(None, None, FRIDAY), case, kind=DocumentKind.CLINICAL_NOTE, title="Note",
        content=b"%PDF-1.4 x", zone="America/New_York",
    )  # fmt: skip
    PriorAuthRequest.objects.filter(pk=case.pk).update(planned_start_on=date(2026, 10, 1))
    told = panel(desk.open(f"/case/{case.number}/"))
    assert "Ready to send" in told
    assert "1 with a caution" in told
    assert "valid in FY2026, the newest set on file; FY2027 is not loaded." in told
    assert "What lacks" not in told
    assert 'href="/codes/"' in told
    sets = desk.open("/codes/").content.decode()
    assert "April 2026 (FY2026)" in sets
    assert "load_icd10cm" in sets


def test_an_auditor_sees_the_checklist_without_links(case, teller):
    auditor = StaffMember.objects.get(username="auditor")
    told = panel(Desk(auditor).open(f"/case/{case.number}/"))
    assert "Nothing here shows" in told
    assert "href" not in told


def wants(case: PriorAuthRequest, **values: object) -> None:
    """The case's payer wants a letter of medical necessity, read in its manual."""
    PayerDemand(
        **{
            "clinic": case.clinic,
            "payer": case.coverage.plan.payer,
            "kind": DocumentKind.LETTER_OF_NECESSITY,
            "source": "Manual 2026, page 12",
            "checked_on": date(2026, 9, 1),
            **values,
        }
    ).save()


def test_a_paper_that_the_payer_demands_is_a_point_with_its_source(
    desk, case, settings, tmp_path: Path
):
    settings.MEDIA_ROOT = tmp_path
    wants(case, is_hard=True)
    told = panel(desk.open(f"/case/{case.number}/"))
    assert "Not ready to send" in told
    assert "This payer wants it with the request, and none is on the case." in told
    assert "Manual 2026, page 12, read Tue 1 Sep 2026" in told
    refused = desk.record(case, "submit", channel="portal", confirmation_number="R")
    assert "not ready: Letter of medical necessity." in refused.content.decode()
    add_document(
        Actor(None, None, FRIDAY), case, kind=DocumentKind.LETTER_OF_NECESSITY, title="Letter",
        content=b"%PDF-1.4 x", zone="America/New_York",
    )  # fmt: skip
    assert desk.record(case, "submit", channel="portal", confirmation_number="R").status_code == 302


def test_a_demand_for_the_other_product_or_of_another_payer_asks_nothing(desk, case, teller):
    wants(case, product=Product.ESKETAMINE)
    wants(case, payer=teller.cast.plans[2].payer, kind=DocumentKind.CONSENT)
    told = panel(desk.open(f"/case/{case.number}/"))
    assert "This payer wants it" not in told
