"""The import page: a look first, then one import, then the rest to mend."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled
from openpyxl import Workbook

from cases.models import CaseEvent, ImportFile, InsurerCall, Membership, PriorAuthRequest
from cases.workflow import sheets
from priorauth.terms import EventKind, Role
from tests.cases.desk import made

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HEADING = ["Patient Name", "DOB", "Insurance", "Member ID", "CPT", "Dx", "Status", "Urgent?"]
KAI = ["Kai Weiss", "3/5/1980", "Northfield Health", "S1", "96365", "F33.2", "draft", "Y"]
ZOE = ["Zoë Núñez", "2/29/1984", "Northfield Health", "S2", "96365", "F33.2", "draft", ""]
BAD = ["Ada Quill", "13/45/1980", "Northfield Health", "S3", "96365", "F33.2", "draft", ""]


def sheet_of(*rows: list[str], heading: list[str] = HEADING, name: str = "t.csv") -> Any:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([heading, *rows])
    return SimpleUploadedFile(name, text.getvalue().encode(), "text/csv")


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture(autouse=True)
def all_clinics() -> Any:
    """The tests look into every clinic; the pages open their own scope."""
    with scopes_disabled():
        yield


@pytest.fixture
def clinic() -> Any:
    return made.clinic()


@pytest.fixture
def biller(clinic: Any) -> Any:
    return made.staff(clinic)


@pytest.fixture
def jos(biller: Any) -> Client:
    client = Client()
    client.force_login(biller)
    return client


def upload(jos: Client, file: Any) -> Any:
    return jos.post(reverse("desk:import"), {"file": file}, follow=True)


def pressed(jos: Client, page: Any, do: str, **changes: str) -> Any:
    """What a browser sends from the preview, with `changes` chosen, when `do` is pressed."""
    form = page.context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    return jos.post(page.request["PATH_INFO"], {**fields, **changes, "do": do}, follow=True)


def column(page: Any, heading: str) -> str:
    """The name of the select of a column."""
    return next(name for name, said in page.context["form"].columns if said == heading)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


# ------------------------------------------------------------------ looking


def test_a_look_says_what_would_become_of_each_row_and_writes_no_case(jos):
    page = upload(jos, sheet_of(KAI, BAD, ZOE))

    said = text_of(page)
    assert "<b>2</b> rows become cases" in said
    assert "<b>1</b> cannot be read" in said
    assert "UTF-8 text with commas between the cells; headings in row 1" in said
    assert "Impossible date of birth" in said
    assert "13/45/1980 is no date: write it as MM/DD/YYYY." in said
    assert "Import 2 rows" in said
    assert not PriorAuthRequest.objects.exists()


def test_looking_again_changes_nothing(jos):
    page = upload(jos, sheet_of(KAI))
    before = ImportFile.objects.values().get()

    again = jos.get(page.request["PATH_INFO"])

    assert "Import 1 row" in text_of(again)
    assert ImportFile.objects.values().get() == before
    assert not CaseEvent.objects.exists()


def test_a_row_that_is_here_already_is_counted_as_such(jos):
    pressed(jos, upload(jos, sheet_of(KAI)), "import")
    said = text_of(upload(jos, sheet_of(KAI, ZOE)))
    assert "<b>1</b> row becomes a case" in said
    assert "<b>1</b> already here" in said


def test_an_excel_workbook_is_read_too(jos):
    book, file = Workbook(), io.BytesIO()
    book.active.title = "Requests"
    for line in (HEADING, KAI):
        book.active.append(line)
    book.save(file)
    page = upload(jos, SimpleUploadedFile("t.xlsx", file.getvalue()))
    assert "Excel workbook, sheet Requests; headings in row 1" in text_of(page)
    assert "Import 1 row" in text_of(page)


# ------------------------------------------------------------------ columns


def test_a_missing_column_is_asked_for_by_name_and_said_once(jos):
    heading = ["Klient" if name == "Patient Name" else name for name in HEADING]
    page = upload(jos, sheet_of(KAI, heading=heading))
    assert "Which column holds: Patient name?" in text_of(page)
    assert "Import 1 row" not in text_of(page)

    page = pressed(jos, page, "columns", **{column(page, "Klient"): "name"})
    assert "Import 1 row" in text_of(page)
    assert ImportFile.objects.get().mapping == {"Klient": "name"}

    pressed(jos, page, "import")
    assert PriorAuthRequest.objects.get().patient.last_name == "Weiss"


def test_a_column_that_nobody_explains_is_left_out_and_shown(jos):
    page = upload(jos, sheet_of([*KAI, "blue"], heading=[*HEADING, "Mood"]))
    assert "Columns that were not recognised <b>1</b>" in text_of(page)
    page = pressed(jos, page, "columns", **{column(page, "Mood"): "ignore"})
    assert "not recognised" not in text_of(page).replace("Not recognised", "")


def test_a_column_understood_wrongly_can_be_put_right(jos):
    page = upload(jos, sheet_of([*KAI, "G7"], heading=[*HEADING, "Plan"]))
    page = pressed(jos, page, "columns", **{column(page, "Plan"): "group"})
    pressed(jos, page, "import")
    coverage = PriorAuthRequest.objects.get().coverage
    assert (coverage.group_number, coverage.plan.name) == ("G7", "Plan not named")


def test_two_columns_cannot_hold_the_same_thing(jos):
    page = upload(jos, sheet_of([*KAI, "x"], heading=[*HEADING, "Mood"]))
    page = pressed(jos, page, "columns", **{column(page, "Mood"): "payer"})
    assert "“Insurance” is said to hold payer too" in text_of(page)
    assert page.context["form"][column(page, "Mood")].value() == "payer"
    assert ImportFile.objects.get().mapping == {}


def test_columns_changed_and_import_pressed_at_once_is_looked_at_first(jos):
    page = upload(jos, sheet_of([*KAI, "call her"], heading=[*HEADING, "Mood"]))
    page = pressed(jos, page, "import", **{column(page, "Mood"): "note"})
    assert "Nothing is imported yet: the columns have changed" in text_of(page)
    assert not PriorAuthRequest.objects.exists()
    pressed(jos, page, "import")
    assert PriorAuthRequest.objects.get().notes.get().text == "call her"


# ------------------------------------------------------------------ importing


def test_import_makes_the_cases_and_leads_to_them(jos, biller):
    page = pressed(jos, upload(jos, sheet_of(KAI, BAD)), "import")

    request = PriorAuthRequest.objects.get()
    said = text_of(page)
    assert reverse("desk:case", args=[request.number]) in said
    assert "1 case is on file" in said
    assert "Rows that were not imported <b>1</b>" in said
    assert request.assigned_to == biller
    assert request.events.get(kind=EventKind.REQUEST_OPENED).recorded_by == biller


def test_the_cases_go_to_whom_was_chosen_or_to_nobody(jos, clinic):
    lead = made.staff(clinic, Role.LEAD, "Sam Ortega")
    page = upload(jos, sheet_of(KAI))
    pressed(jos, page, "import", assigned_to=str(lead.pk))
    page = upload(jos, sheet_of(ZOE))
    pressed(jos, page, "import", assigned_to="")
    assert [each.assigned_to for each in PriorAuthRequest.objects.order_by("pk")] == [lead, None]


def test_somebody_of_another_clinic_cannot_be_chosen(jos):
    stranger = made.staff(made.clinic("elsewhere"))
    page = pressed(jos, upload(jos, sheet_of(KAI)), "import", assigned_to=str(stranger.pk))
    assert "Choose somebody who works in this clinic." in text_of(page)
    assert not PriorAuthRequest.objects.exists()


def test_an_auditor_cannot_be_chosen_even_when_made_one_meanwhile(jos, clinic):
    pat = made.staff(clinic, Role.LEAD, "Pat Novotny")
    page = upload(jos, sheet_of(KAI))
    assert "Pat Novotny" in text_of(page)
    Membership._base_manager.filter(staff=pat).update(role=Role.AUDITOR)
    page = pressed(jos, page, "import", assigned_to=str(pat.pk))
    assert "Choose somebody who works" in text_of(page)
    assert not PriorAuthRequest.objects.exists()


def test_pressed_twice_it_imports_once(jos):
    page = upload(jos, sheet_of(KAI, ZOE))
    first = pressed(jos, page, "import")
    second = pressed(jos, page, "import")
    assert PriorAuthRequest.objects.count() == 2
    assert "2 cases are on file" in text_of(first)
    assert "2 cases are on file" in text_of(second)


def test_while_one_imports_another_only_waits(jos, now):
    page = upload(jos, sheet_of(KAI))
    ImportFile.objects.update(claimed_at=NOW)
    waiting = pressed(jos, page, "import")
    assert "The import is at work" in text_of(waiting)
    assert not PriorAuthRequest.objects.exists()

    now.shift(sheets.CLAIM)  # its worker is dead
    pressed(jos, page, "import")
    assert PriorAuthRequest.objects.count() == 1


def test_what_breaks_an_import_leaves_it_ready_to_go_on(jos, monkeypatch):
    page = upload(jos, sheet_of(KAI))
    jos.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(sheets, "import_rows", lambda *args, **options: 1 / 0)
        assert pressed(jos, page, "import").status_code == 500
    pressed(jos, page, "import")
    assert PriorAuthRequest.objects.count() == 1


def test_an_urgent_row_needs_no_reason_from_whoever_imports(jos):
    pressed(jos, upload(jos, sheet_of(KAI)), "import")
    opened = CaseEvent.objects.get(kind=EventKind.REQUEST_OPENED)
    assert opened.facts["urgency"] == "expedited"
    assert "reason_given" not in opened.facts  # the sheet does not say


def test_whoever_imports_is_not_taken_for_who_called(jos, biller):
    row = [*KAI[:6], "submitted", "", "6/6/2026", "6/7/2026", "Priya S.", "C-857"]
    heading = [*HEADING, "Date Submitted", "Last Call", "Rep", "Call Ref"]
    pressed(jos, upload(jos, sheet_of(row, heading=heading)), "import")
    call = InsurerCall.objects.get()
    assert (call.representative_name, call.made_by) == ("Priya S.", None)


# ------------------------------------------------------------------ mending


def test_the_refused_rows_are_downloaded_mended_and_fed_back(jos):
    page = pressed(jos, upload(jos, sheet_of(KAI, BAD)), "import")
    address = reverse("desk:import_rejects", args=[ImportFile.objects.get().pk])
    assert address in text_of(page)
    download = jos.get(address)
    assert download.headers["Content-Disposition"].startswith('attachment; filename="rows-to-mend')
    assert download.headers["Cache-Control"] == "no-store, private"
    lines = list(csv.reader(io.StringIO(download.content.decode("utf-8-sig"))))
    assert lines == [
        [*HEADING, "Row", "Column", "What is wrong"],
        [
            *BAD,
            "3",
            "DOB",
            "Impossible date of birth: 13/45/1980 is no date: write it as MM/DD/YYYY.",
        ],
    ]

    mended = download.content.replace(b"13/45/1980", b"3/5/1981")
    page = upload(jos, SimpleUploadedFile("rows-to-mend.csv", mended))
    assert "Import 1 row" in text_of(page)
    pressed(jos, page, "import")
    assert set(PriorAuthRequest.objects.values_list("patient__last_name", flat=True)) == {
        "Weiss",
        "Quill",
    }


def test_a_formula_in_a_refused_row_is_harmless_in_the_download(jos):
    evil = ["=cmd|' /C calc'!A0", *BAD[1:]]
    upload(jos, sheet_of(evil))
    download = jos.get(
        reverse("desk:import_rejects", args=[ImportFile.objects.get().pk])
    ).content.decode("utf-8-sig")
    assert "'=cmd|" in download
    assert "\n=cmd" not in download


def test_without_refused_rows_there_is_nothing_to_download(jos):
    upload(jos, sheet_of(KAI))
    address = reverse("desk:import_rejects", args=[ImportFile.objects.get().pk])
    assert jos.get(address).status_code == 404


# ------------------------------------------------------------------ files that cannot be read


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("a.csv", b""), "This file is empty"),
        (SimpleUploadedFile("a.csv", b"\n\n"), "The file is empty"),
        (SimpleUploadedFile("a.pdf", b"%PDF-1.7 x"), "This is a PDF, not a table"),
        (SimpleUploadedFile("a.xls", b"\xd0\xcf\x11\xe0 x"), "This is an old Excel file"),
        (SimpleUploadedFile("a.xlsx", b"PK\x03\x04 x"), "This is not an Excel workbook"),
        (SimpleUploadedFile("a.csv", b'Patient,DOB\n"open,1\n'), "is never closed"),
    ],
    ids=["nothing", "blank", "pdf", "xls", "broken xlsx", "quote"],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(jos, file, said):
    page = upload(jos, file)
    assert page.status_code == 200
    assert said in text_of(page)
    assert not ImportFile.objects.exists()


def test_no_file_is_asked_for(jos):
    assert "Choose a file first." in text_of(jos.post(reverse("desk:import"), {}))


def test_a_file_above_the_limit_is_refused_with_its_size(jos):
    page = upload(jos, SimpleUploadedFile("a.csv", b"x" * (sheets.MOST_BYTES + 1024 * 1024)))
    assert "The file has 11 MB; up to 10 MB are taken." in text_of(page)
    assert not ImportFile.objects.exists()


def test_a_file_far_above_the_limit_never_touches_the_disk(jos, settings, tmp_path):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "absent")  # writing there would fail
    settings.MEDIA_ROOT = tmp_path
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cases.forms.imports.MOST_BYTES", 2000)
        page = upload(jos, SimpleUploadedFile("a.csv", b"x" * 5000))
    assert "up to 10 MB are taken" in text_of(page)
    assert list(tmp_path.iterdir()) == []


def test_more_rows_than_one_request_imports_are_led_to_the_command(jos, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    assert "Import 2 rows" in text_of(upload(jos, sheet_of(KAI, ZOE)))
    said = text_of(upload(jos, sheet_of(KAI, ZOE, BAD)))
    assert "t.csv has more than 2 rows" in said
    assert "manage.py import_requests FILE --clinic lakeside" in said
    assert ImportFile.objects.count() == 1


# ------------------------------------------------------------------ who, and how long


@pytest.mark.parametrize("role", [Role.OWNER, Role.LEAD, Role.BILLER])
def test_who_may_import(client, clinic, role):
    client.force_login(made.staff(clinic, role))
    assert client.get(reverse("desk:import")).status_code == 200
    assert reverse("desk:import") in text_of(client.get(reverse("desk:worklist")))


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.AUDITOR])
def test_who_may_not(jos, client, clinic, role):
    upload(jos, sheet_of(KAI, BAD))
    sheet = ImportFile.objects.get()
    client.force_login(made.staff(clinic, role))
    for address in (
        reverse("desk:import"),
        reverse("desk:sheet", args=[sheet.pk]),
        reverse("desk:import_rejects", args=[sheet.pk]),
    ):
        page = client.get(address)
        assert page.status_code == 403
        assert "owners, leads and billers" in text_of(page)
        assert "Ada" not in text_of(page)
        assert client.post(address, {"do": "import"}).status_code == 403
    assert reverse("desk:import") not in text_of(client.get(reverse("desk:worklist")))
    assert not PriorAuthRequest.objects.exists()


@pytest.mark.parametrize("do", ["import", "columns", "discard"])
def test_another_clinics_sheet_answers_as_one_that_never_was(jos, client, do):
    page = upload(jos, sheet_of(KAI, BAD))
    client.force_login(made.staff(made.clinic("elsewhere")))
    sheet = ImportFile.objects.get()
    for name in ("desk:sheet", "desk:import_rejects"):
        theirs = client.get(reverse(name, args=[sheet.pk]))
        absent = client.get(reverse(name, args=[999_999]))
        assert theirs.status_code == absent.status_code == 404
        assert "Ada" not in text_of(theirs)
        assert "This sheet is not here" in text_of(theirs)
    assert client.post(page.request["PATH_INFO"], {"do": do}).status_code == 404
    assert ImportFile.objects.filter(imported_at=None).exists()


def test_the_import_page_lists_the_sheets_of_this_clinic_only(jos, client):
    upload(jos, sheet_of(KAI, name="our-tracker.csv"))
    assert "our-tracker.csv" in text_of(jos.get(reverse("desk:import")))
    client.force_login(made.staff(made.clinic("elsewhere")))
    assert "our-tracker.csv" not in text_of(client.get(reverse("desk:import")))


def test_a_form_without_its_csrf_token_is_refused(biller):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(biller)
    assert careful.post(reverse("desk:import"), {"file": sheet_of(KAI)}).status_code == 403


def test_a_sheet_is_deleted_when_asked(jos):
    page = pressed(jos, upload(jos, sheet_of(KAI)), "discard")
    assert "The sheet is deleted. Nothing was imported." in text_of(page)
    assert not ImportFile.objects.exists()


def test_after_its_import_the_bytes_are_gone(jos):
    pressed(jos, upload(jos, sheet_of(KAI, BAD)), "import")
    sheet = ImportFile.objects.get()
    assert bytes(sheet.content) == b""
    assert bytes(sheet.rejects) != b""


def test_after_a_day_it_is_gone_from_the_page_and_then_from_the_database(jos, biller, now):
    page = upload(jos, sheet_of(KAI))
    now.shift(timedelta(days=1))
    jos.force_login(biller)
    assert jos.get(page.request["PATH_INFO"]).status_code == 404
    assert sheets.delete_expired(NOW + timedelta(hours=23, minutes=59)) == 0
    assert sheets.delete_expired(NOW + timedelta(days=1)) == 1
    assert not ImportFile.objects.exists()


def test_no_address_and_no_title_names_the_file_or_a_patient(jos):
    page = upload(jos, sheet_of(KAI, name="Kai Weiss.csv"))
    assert page.request["PATH_INFO"] == reverse("desk:sheet", args=[ImportFile.objects.get().pk])
    title = text_of(page).split("<title>")[1].split("</title>")[0]
    assert "Weiss" not in title
    assert str(ImportFile.objects.get()) == f"Uploaded sheet {ImportFile.objects.get().pk}"


def test_a_person_who_was_taken_out_meanwhile_gets_no_cases(jos, clinic):
    other = made.staff(clinic, Role.BILLER, "Sam Ortega")
    page = upload(jos, sheet_of(KAI))
    Membership.objects.filter(staff=other).update(is_active=False)
    page = pressed(jos, page, "import", assigned_to=str(other.pk))
    assert "Choose somebody who works in this clinic." in text_of(page)
    assert not PriorAuthRequest.objects.exists()
