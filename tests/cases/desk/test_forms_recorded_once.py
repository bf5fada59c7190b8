"""A form sent twice, after one another or in the same instant, writes one row."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from cases.models import (
    Acknowledgement,
    Agreement,
    BenefitsCheck,
    Clinic,
    Document,
    Financing,
    IncomingDocument,
    InsurerCall,
    Invitation,
    OwnText,
    Patient,
    Payer,
    PayerStance,
    PlanClause,
    PriorAuthRequest,
    RecordedForm,
    StaffMember,
)
from cases.workflow.once import KEPT, delete_old
from priorauth.terms import Role
from tests.cases.admin.conftest import add_url, list_url
from tests.cases.desk import made
from tests.house.html_forms import form_in

TODAY = timezone.now().date()
CLICKS = 4


class Page:
    """A form of the desk and what a person types into it."""

    def __init__(self, model: type[Model], address: str, form: str, typed: dict[str, Any]) -> None:
        self.model, self.address, self.form, self.typed = model, address, form, typed

    def filled(self, browser: Client) -> dict[str, Any]:
        """What a browser sends: the fields of the page as they stand, typed over."""
        return form_in(browser.get(self.address).content.decode(), self.form) | self.typed

    def send(self, browser: Client, form: dict[str, Any]) -> Any:
        """Send it, a file read anew each time."""
        return browser.post(
            self.address, {name: each() if callable(each) else each for name, each in form.items()}
        )

    def written(self) -> int:
        """How many rows were made with what was typed."""
        rows = self.model._base_manager.all()
        return rows.exclude(pk__in=self.before).count()

    def begin(self) -> None:
        """Remember what is on file now."""
        self.before = list(self.model._base_manager.values_list("pk", flat=True))


def call(case: PriorAuthRequest) -> Page:
    typed = {
        "payer": case.coverage.plan.payer_id,
        "representative_name": "Lee",
        "reference_number": "Z-1",
    }
    return Page(InsurerCall, "/calls/new/", "", typed)


def offer(case: PriorAuthRequest) -> Page:
    typed = {"kind": "cash_price", "amount": "450.00", "decision": "offered"}
    return Page(Financing, f"/case/{case.number}/financing/", "", typed)


def agreement(case: PriorAuthRequest) -> Page:
    return _kept(Agreement, kind="contract", payer=case.coverage.plan.payer_id, code="96365",
                 rate="210.00", effective_from=TODAY.isoformat())  # fmt: skip


def benefits(case: PriorAuthRequest) -> Page:
    return _kept(BenefitsCheck, coverage=case.coverage_id, checked_on=TODAY.isoformat(),
                 channel="phone", network="in", benefit_line="medical")  # fmt: skip


def stance(case: PriorAuthRequest) -> Page:
    return _kept(PayerStance, payer=case.coverage.plan.payer_id, stance="excludes",
                 product="racemic_ketamine", title="Ketamine", policy_number="087",
                 reviewed_on=TODAY.isoformat())  # fmt: skip


def clause(case: PriorAuthRequest) -> Page:
    return _kept(PlanClause, plan=case.coverage.plan_id, kind="medical_necessity",
                 quote="Care that a prudent physician would give.", document="Booklet",
                 page="4", read_on=TODAY.isoformat())  # fmt: skip


def own_text(case: PriorAuthRequest) -> Page:
    return _kept(OwnText, name="First call", use="call", text="Good morning.", is_active="on")


def invitation(case: PriorAuthRequest) -> Page:
    return Page(Invitation, "/accounts/invite/", "", {"email": "new@example.org", "role": "biller"})


def seen(case: PriorAuthRequest) -> Page:
    row = made.deadline(case, act=timezone.now() + timedelta(days=10))
    address = f"/case/{case.number}/answer/{row.pk}/"
    return Page(Acknowledgement, address, "", {"decision": "seen"})


def put_off(case: PriorAuthRequest) -> Page:
    page = seen(case)
    until = timezone.now() + timedelta(hours=30)
    page.typed = {
        "decision": "later", "until": f"{until:%Y-%m-%dT%H:%M}", "reason": "Waits for the chart",
    }  # fmt: skip
    return page


def document(case: PriorAuthRequest) -> Page:
    typed = {"kind": "other", "file": _letter}
    return Page(Document, f"/case/{case.number}/document/", "", typed)


def paper(case: PriorAuthRequest) -> Page:
    kept = IncomingDocument(
        clinic=case.clinic, content_type="application/pdf", size_bytes=9, sha256="a" * 64,
        brought_by=StaffMember.objects.latest("pk"), brought_at=timezone.now(),
    )  # fmt: skip
    kept.file.save("document", ContentFile(b"%PDF-1.7\n"), save=False)
    kept.save()
    typed = {"who": case.number, "kind": "other", "only": "1"}
    return Page(Document, f"/file/{kept.pk}/", "", typed)


def _letter() -> SimpleUploadedFile:
    return SimpleUploadedFile("letter.pdf", b"%PDF-1.7\n", content_type="application/pdf")


def patient(case: PriorAuthRequest) -> Page:
    return _kept(Patient, first_name="Ada", last_name="Quill", birth_date="1980-01-02")


def _kept(model: type[Model], **typed: Any) -> Page:
    return Page(model, add_url(model), f"{model._meta.model_name}_form", typed)


PAGES = (
    call,
    offer,
    agreement,
    benefits,
    stance,
    clause,
    own_text,
    patient,
    invitation,
    seen,
    put_off,
    document,
    paper,
)


@pytest.fixture(autouse=True)
def mails(settings: Any, tmp_path: Path) -> None:
    settings.MAIL_FOLDER = settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def jo(clinic: Clinic) -> StaffMember:
    """The owner: who may invite, and all that a biller may."""
    return made.staff(clinic, Role.OWNER)


@pytest.fixture
def case(clinic: Clinic) -> PriorAuthRequest:
    return made.request(clinic)


def words(answer: Any) -> str:
    return " ".join(str(each) for each in get_messages(answer.wsgi_request))


@pytest.mark.parametrize("page_of", PAGES)
def test_a_second_click_gets_what_the_first_wrote(
    client: Client, case: PriorAuthRequest, page_of: Callable[[PriorAuthRequest], Page]
) -> None:
    page = page_of(case)
    page.begin()
    form = page.filled(client)
    first = page.send(client, form)
    assert first.status_code == 302, first.content.decode()[:3000]
    assert page.written() == 1
    second = page.send(client, form)
    assert (second.status_code, second.url) == (302, first.url)
    assert "already" in words(second)
    assert page.written() == 1


def test_the_same_typed_anew_is_a_new_row(client: Client, case: PriorAuthRequest) -> None:
    page = call(case)
    page.begin()
    for _ in range(2):
        client.post(page.address, page.filled(client))
    assert page.written() == 2


def test_a_refused_form_can_be_mended_and_sent(client: Client, case: PriorAuthRequest) -> None:
    page = agreement(case)
    page.begin()
    form = page.filled(client)
    refused = client.post(page.address, form | {"effective_from": ""})
    assert refused.status_code == 200
    mended = form_in(refused.content.decode(), page.form) | {"effective_from": TODAY.isoformat()}
    assert mended["form_token"] == form["form_token"]
    assert client.post(page.address, mended).status_code == 302
    assert page.written() == 1


def test_a_record_that_came_from_a_form_sent_twice_can_be_gone(
    client: Client, case: PriorAuthRequest
) -> None:
    page = agreement(case)
    form = page.filled(client)
    client.post(page.address, form)
    Agreement.objects.all().delete()
    again = client.post(page.address, form | {"_continue": "1"})
    assert (again.status_code, again.url) == (302, list_url(Agreement))
    assert not Agreement.objects.exists()


def test_a_form_names_itself_in_its_own_clinic_only(
    client: Client, case: PriorAuthRequest, signed_in: Callable[..., Client]
) -> None:
    page = call(case)
    page.begin()
    form = page.filled(client)
    client.post(page.address, form)
    there = made.clinic("Elsewhere")
    with scope(clinic=there):
        theirs = made.request(there)
        other = signed_in(made.staff(there, name="Ro Vance"))
        form = call(theirs).filled(other) | {"token": form["token"]}
        answer = other.post(page.address, form)
    assert answer.status_code == 302
    assert "twice" not in words(answer)
    assert page.written() == 2


def test_a_name_that_is_none_is_replaced(client: Client, case: PriorAuthRequest) -> None:
    page = agreement(case)
    page.begin()
    for _ in range(2):
        form = page.filled(client) | {"form_token": "no-uuid"}
        assert client.post(page.address, form).status_code == 302
    assert page.written() == 2


def test_names_of_forms_are_forgotten_after_a_while(clinic: Clinic) -> None:
    now = timezone.now()
    for age in (timedelta(0), KEPT - timedelta(minutes=1), KEPT):
        RecordedForm(clinic=clinic, token=str(uuid.uuid4()), recorded_at=now - age).save()
    assert delete_old(now) == 1
    assert RecordedForm.objects.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestTwoClicksInFlight:
    @pytest.fixture
    def clinic(self) -> Iterator[Clinic]:
        here = made.clinic()
        with scope(clinic=here):
            yield here

    @pytest.mark.parametrize("page_of", PAGES)
    def test_write_one_row_and_all_lead_to_it(
        self, client: Client, case: PriorAuthRequest, page_of: Callable[[PriorAuthRequest], Page]
    ) -> None:
        page = page_of(case)
        page.begin()
        form = page.filled(client)
        gate = Barrier(CLICKS)

        def click(_: int) -> tuple[int, str, bool]:
            browser = Client()
            browser.cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
            gate.wait(10)
            try:
                answer = page.send(browser, form)
                return (
                    answer.status_code,
                    answer.headers.get("Location", ""),
                    "already" in words(answer),
                )
            finally:
                connection.close()

        with ThreadPoolExecutor(CLICKS) as pool:
            told = list(pool.map(click, range(CLICKS)))
        assert page.written() == 1, told
        assert {status for status, _, _ in told} == {302}
        assert len({where for _, where, _ in told}) == 1
        assert sorted(twice for _, _, twice in told) == [False, True, True, True]
        assert Payer._base_manager.count() == 1
