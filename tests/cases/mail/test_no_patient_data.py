"""Markers planted in every column of every record of a case: none may reach any mail."""

from __future__ import annotations

import email
import re
from datetime import UTC, date, datetime
from email.policy import default

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from cases.mail import plain_mail
from cases.models import (
    Absence,
    Acknowledgement,
    CaseEvent,
    Clinic,
    Coverage,
    Deadline,
    Diagnosis,
    InsurerCall,
    Invitation,
    Membership,
    Note,
    Patient,
    PatientMail,
    Payer,
    PayerBreach,
    Plan,
    PriorAuthRequest,
    ServiceLine,
    StaffMember,
)
from cases.workflow import staffing
from cases.workflow.reminding import tick
from priorauth.answering import AnswerKind
from priorauth.patient_mail import PatientMailKind, Wording
from priorauth.reminders import ReminderState
from priorauth.terms import EventKind, RequestStatus, Role
from tests.cases.one_case import STARTED, a_case, a_clinic, a_colleague, a_deadline

pytestmark = pytest.mark.django_db

OPENS = datetime(2026, 4, 30, 12, tzinfo=UTC)  # Thursday, 08:00 in New York
PLANTED_DAY = date(1971, 2, 3)
FILLED = (
    Absence,
    Acknowledgement,
    CaseEvent,
    Clinic,
    Coverage,
    Deadline,
    Diagnosis,
    InsurerCall,
    Note,
    Patient,
    Payer,
    PayerBreach,
    Plan,
    PriorAuthRequest,
    ServiceLine,
    StaffMember,
)
# What a mail is made of, by design, and what decides whether and to whom it goes.
MEANT_FOR_MAIL = {
    ("Clinic", "time_zone"),
    ("Acknowledgement", "kind"),
    ("Deadline", "kind"),
    ("Deadline", "owed_by"),
    ("Deadline", "standing"),
    ("PriorAuthRequest", "number"),
    ("StaffMember", "email"),
}


def plant() -> list[str]:
    """Fill every text and date column of every row with a marker of its own; the markers."""
    markers = []
    for model in FILLED:
        for field in model._meta.concrete_fields:
            if (model.__name__, field.name) in MEANT_FOR_MAIL or field.primary_key:
                continue
            if isinstance(field, models.CharField | models.TextField):
                marker = f"zq{len(markers)}x"
                if (field.max_length or 99) >= len(marker):
                    markers.append(marker)
                    _fill(model, field, marker)
            elif type(field) is models.DateField:
                model._base_manager.update(**{field.name: PLANTED_DAY})
            elif isinstance(field, models.JSONField):
                marker = f"zq{len(markers)}x"
                model._base_manager.update(**{field.name: {"note": marker}})
                markers.append(marker)
    return markers


def _fill(model: type[models.Model], field: models.Field, marker: str) -> None:
    """The marker in every row, with the row's number where no two may be alike."""
    for pk in model._base_manager.values_list("pk", flat=True):
        value = f"{marker}{pk}" if field.unique or field.name == "username" else marker
        model._base_manager.filter(pk=pk).update(**{field.name: value})


@pytest.fixture
def planted():
    clinic = a_clinic(sends_digest=True, next_digest_at=STARTED)
    biller = a_colleague(clinic)
    a_colleague(clinic, Role.LEAD)
    case = a_case(clinic, biller)
    ServiceLine._base_manager.create(clinic=clinic, request=case, code="96365")
    Diagnosis._base_manager.create(clinic=clinic, request=case, code="F33.2")
    event = CaseEvent._base_manager.create(
        clinic=clinic,
        request=case,
        kind=EventKind.REQUEST_OPENED,
        zone="America/New_York",
        learned_at=STARTED,
    )
    Note._base_manager.create(clinic=clinic, request=case, event=event)
    InsurerCall._base_manager.create(
        clinic=clinic,
        request=case,
        payer=Payer._base_manager.get(),
        called_on=PLANTED_DAY,
        representative_name="Kim",
        reference_number="R-1",
        promised_by_at=STARTED,
    )
    PayerBreach._base_manager.create(
        clinic=clinic,
        request=case,
        payer=Payer._base_manager.get(),
        key="key",
        limit_at=STARTED,
        noticed_at=STARTED,
    )
    deadline = a_deadline(case)
    Absence._base_manager.create(
        clinic=clinic,
        member=Membership._base_manager.get(staff=biller),
        away_from=PLANTED_DAY,
        away_through=PLANTED_DAY,
        note="away",
    )
    Acknowledgement._base_manager.create(
        clinic=clinic,
        deadline=deadline,
        kind=AnswerKind.PUT_OFF,
        answered_by=biller,
        answered_at=STARTED,
        until=STARTED,
        reason="later",
    )
    return deadline, plant()


def every_word(folder) -> str:
    """All headers and parts of all mails, decoded, as one text."""
    words = []
    for path in sorted(folder.rglob("*.eml")):
        raw = path.read_bytes()
        message = email.message_from_bytes(raw, policy=default)
        words.append(raw.decode("utf-8"))
        words += [f"{name}: {value}" for name, value in message.items()]
        words += [part.get_content() for part in message.walk() if not part.is_multipart()]
    return "\n".join(words)


def test_no_marker_reaches_any_header_or_part(planted, settings, tmp_path):
    settings.MAIL_FOLDER = tmp_path
    deadline, markers = planted
    assert len(markers) >= 50
    last = deadline.due_at  # inside the last rung: the lead gets one too
    tick(lambda: last)
    text = every_word(tmp_path)
    assert text.count("X-Reminder-Id") == 2 * 2
    assert [marker for marker in markers if marker in text] == []
    assert "1971" not in text
    assert not re.search(r"ketamine|infusion|psych|depress", text, re.IGNORECASE)


def test_no_marker_reaches_an_invitation_or_a_new_password(planted, client, mailoutbox):
    """What these two name is staff: who invites, and the sign-in name of whoever asked."""
    _, markers = planted
    clinic, person = Clinic.objects.get(), StaffMember.objects.order_by("pk").first()
    about_staff = {person.first_name, person.last_name, person.username}
    # Sent by the test itself, since a commit never comes here.
    staffing._mail_invitation(
        Invitation(clinic=clinic, email="new@clinic.example", invited_by=person), "token"
    )
    client.post(reverse("accounts:forgotten"), {"email": person.email})
    assert len(mailoutbox) == 2
    text = "\n".join(one.message().as_string() for one in mailoutbox)
    found = [marker for marker in markers if marker in text]
    assert [one for one in found if not any(one in word for word in about_staff)] == []
    assert "1971" not in text


def test_no_marker_reaches_a_digest(planted, settings, tmp_path):
    settings.MAIL_FOLDER = tmp_path
    _, markers = planted
    tick(lambda: OPENS)
    text = every_word(tmp_path)
    assert text.count("X-Digest-Id") == 2 * 2  # the biller's and the lead's
    assert [marker for marker in markers if marker in text] == []
    assert "1971" not in text
    assert not re.search(r"ketamine|infusion|psych|depress", text, re.IGNORECASE)


@pytest.mark.parametrize("wording", list(Wording))
def test_no_marker_reaches_a_mail_to_a_patient(planted, settings, tmp_path, wording):
    """The clinic's own neutral name and number are all that comes from the database."""
    settings.MAIL_FOLDER = tmp_path
    deadline, markers = planted
    case = deadline.request
    Clinic.objects.update(
        writes_to_patients=True,
        patient_mail_name="Dr. Lee's office",
        patient_mail_phone="(212) 555-0100",
    )
    Patient._base_manager.update(
        email="to@mail.example",
        email_problem="",
        mail_agreed_on=PLANTED_DAY,
        mail_withdrawn_on=None,
    )
    PriorAuthRequest._base_manager.update(status=RequestStatus.DENIED)
    at = datetime(2026, 4, 30, 15, tzinfo=UTC)  # 11:00 in New York
    for kind in PatientMailKind:
        PatientMail._base_manager.create(
            clinic=case.clinic,
            request=case,
            event=CaseEvent._base_manager.get(),
            kind=kind,
            wording=wording,
            address="to@mail.example",
            due_at=at,
            not_before=at,
            planned_at=at,
            expires_at=deadline.due_at,
            message_id=f"<{kind}@test>",
            possible_dup=kind is PatientMailKind.NEWS,
        )
    tick(lambda: at)
    assert {one.state for one in PatientMail._base_manager.all()} == {ReminderState.SENT}
    raws = [path.read_bytes() for path in tmp_path.rglob("*.eml")]
    of_patients = [raw for raw in raws if b"X-Office-Message-Id" in raw]
    assert len(of_patients) == len(PatientMailKind)
    text = every_word(tmp_path)
    assert [marker for marker in markers if marker in text] == []
    case_number = PriorAuthRequest._base_manager.values_list("number", flat=True).get()
    telling = r"ketamine|infusion|psych|depress|insur|payer|authori|denied|approv|1971|https?:|PA-"
    for raw in of_patients:
        assert case_number.encode() not in raw
        assert re.search(telling, raw.decode(), re.IGNORECASE) is None


def test_the_net_catches_a_template_that_leaks(planted, settings, tmp_path, monkeypatch):
    """A test that cannot fail proves nothing: the same check on a template with a leak in it."""
    settings.MAIL_FOLDER = tmp_path
    deadline, markers = planted
    name = Patient._base_manager.values_list("last_name", flat=True).get()
    render = plain_mail.render_to_string
    monkeypatch.setattr(plain_mail, "render_to_string", lambda *given: render(*given) + f"\n{name}")
    tick(lambda: deadline.due_at)
    text = every_word(tmp_path)
    assert [marker for marker in markers if marker in text] == [name]


def test_every_record_that_belongs_to_a_case_was_filled():
    """A new table of a case has to be planted too, or named here as holding no text of a patient's.

    Tables that hang on a case through another one are reached by no mail code either; they are
    counted so that somebody looks.
    """
    about_a_case = {
        model.__name__
        for model in apps.get_app_config("cases").get_models()
        if any(
            getattr(field, "related_model", None) in (PriorAuthRequest, Patient)
            for field in model._meta.concrete_fields
        )
    }
    looked_at = {
        "Agreement",
        "Appeal",
        "AppealLetter",
        "Authorization",
        "CallDraft",
        "Determination",
        "Document",
        "ExternalReview",
        "Financing",
        "InformationRequest",
        "InfusionSession",
        "PatientMail",
        "PatientMerge",
        "PeerToPeer",
        "SeriesPlan",
        "Representative",
        "ScaleScore",
        "Submission",
        "TreatmentTrial",
    }
    assert about_a_case - {model.__name__ for model in FILLED} <= looked_at
