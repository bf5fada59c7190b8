"""What a reminder says, and that it can say nothing else."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from uuid import UUID

import pytest

from cases.mail.answer_link import answer_url
from cases.mail.reminder_mail import ReminderMail, UnfitForMail, build, message_id
from priorauth.terms import ClockKind, OwedBy

ID = UUID("0f0e0d0c-0b0a-4908-8706-050403020100")
NOW = datetime(2026, 4, 30, 12, tzinfo=UTC)


def a_mail(**changes) -> ReminderMail:
    values = {
        "reminder_id": ID,
        "case_number": "PA-K7Q2M9XD",
        "deadline_id": 4711,
        "kind": ClockKind.APPEAL_FILING,
        "owed_by": OwedBy.CLINIC,
        "urgency_word": "due soon",
        "rung": 2,
        "rungs": 4,
        "due_at": datetime(2026, 5, 2, 3, 59, 59, tzinfo=UTC),
        "zone": "America/New_York",
        "has_legal_limit": True,
        "to": "jo@clinic.example",
        **changes,
    }
    return ReminderMail(**values)


def built(mail: ReminderMail):
    return build(mail, at=NOW, message_id=message_id(mail.reminder_id))


def test_a_reminder_reads_like_this(settings):
    settings.SITE_URL = "https://desk.example.org"
    message = built(a_mail())
    assert message.get_content() == (
        "Case PA-K7Q2M9XD: due soon\n"
        "File the internal appeal - ours (reminder 2 of 4)\n"
        "Due: Fri, May 1, 2026, end of day EDT (America/New_York)\n"
        "\n"
        "Sign in to do it and record that it is done:\n"
        "https://desk.example.org/case/PA-K7Q2M9XD/\n"
        "\n"
        "Why this date:\n"
        "https://desk.example.org/case/PA-K7Q2M9XD/why/4711/\n"
        "\n"
        "Seen it, or not now? Sign in to say so; opening this link changes nothing:\n"
        f"{answer_url(ID, NOW)}\n"
        "\n"
        "You get this because you are on the case team. Do not reply to this mail.\n"
    )


def test_its_headers_are_these_and_no_others(settings):
    settings.MAIL_FROM = "Deadline desk <desk@desk.example.org>"
    settings.MAIL_DOMAIN = "desk.example.org"
    message = built(a_mail())
    assert dict(message.items()) == {
        "From": "Deadline desk <desk@desk.example.org>",
        "To": "jo@clinic.example",
        "Subject": "Case PA-K7Q2M9XD: due soon",
        "Date": "Thu, 30 Apr 2026 12:00:00 +0000",
        "Message-ID": f"<r.{ID}@desk.example.org>",
        "X-Reminder-Id": str(ID),
        "Auto-Submitted": "auto-generated",
        "List-Id": "<reminders.desk.example.org>",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "7bit",
        "MIME-Version": "1.0",
    }
    assert not message.is_multipart()


def test_an_hour_is_told_in_the_clinics_zone():
    mail = a_mail(due_at=datetime(2026, 11, 2, 18, 5, tzinfo=UTC), zone="America/Los_Angeles")
    assert mail.due_text == "Mon, Nov 2, 2026, 10:05 AM PST (America/Los_Angeles)"


def test_a_clinic_can_leave_the_time_out():
    content = built(a_mail(due_at=None)).get_content()
    assert "Due" not in content
    assert "2026" not in content


def test_theirs_says_what_to_do_and_claims_no_limit_without_law():
    mail = a_mail(owed_by=OwedBy.PAYER, kind=ClockKind.PA_DECISION, has_legal_limit=False)
    content = built(mail).get_content()
    assert "Expected by: " in content
    assert "Call the payer, then sign in and log the call:" in content
    assert (
        "Payer's limit: "
        in built(a_mail(owed_by=OwedBy.PAYER, kind=ClockKind.PA_DECISION)).get_content()
    )


def test_a_possible_repeat_says_so_first():
    message = built(a_mail(possible_dup=True))
    assert message.get_content().startswith("This mail may be a repeat")
    assert message["X-Reminder-Repeat"] == "possible"
    assert "repeat" not in built(a_mail()).get_content()


@pytest.mark.parametrize("kind", list(ClockKind))
@pytest.mark.parametrize("owed_by", list(OwedBy))
def test_every_kind_of_step_fits_the_one_shape(kind, owed_by, settings):
    settings.SITE_URL = "https://desk.example.org"
    shape = re.compile(
        r"Case PA-[0-9A-Z]{8}: (action due|due soon|due today|overdue)\n"
        r"[A-Za-z' -]+ - (ours|theirs) \(reminder \d+ of \d+\)\n"
        r"(Due|Payer's limit|Expected by): \w{3}, \w{3} \d+, \d{4}, [\w: ]+ \([\w/]+\)\n\n"
        r"[A-Za-z, ]+:\n"
        r"https://desk\.example\.org/case/PA-[0-9A-Z]{8}/\n\n"
        r"Why this date:\n"
        r"https://desk\.example\.org/case/PA-[0-9A-Z]{8}/why/\d+/\n\n"
        r"Seen it, or not now\? Sign in to say so; opening this link changes nothing:\n"
        r"https://desk\.example\.org/answer/[\w-]{22}\.\d{4}:[\w-]{43}/\n\n"
        r"You get this because you are on the case team\. Do not reply to this mail\.\n"
    )
    assert shape.fullmatch(built(a_mail(kind=kind, owed_by=owed_by)).get_content())


@pytest.mark.parametrize(
    "change",
    [
        {"case_number": "PA-K7Q2M9XD\nBcc: all@clinic.example"},
        {"case_number": "Maren Testperson"},
        {"case_number": "pa-k7q2m9xd"},
        {"to": "jo@clinic.example\r\nBcc: x@y.example"},
        {"to": "jo@clinic.example, sam@clinic.example"},
        {"to": ""},
        {"to": "jö@clinic.example"},
        {"kind": "ketamine"},
        {"urgency_word": "Maren"},
        {"rung": "Maren"},
        {"deadline_id": "Maren"},
        {"reminder_id": "Maren"},
    ],
)
def test_what_does_not_belong_in_a_mail_is_refused_without_being_repeated(change):
    with pytest.raises(UnfitForMail) as refusal:
        a_mail(**change)
    assert all(str(value) not in str(refusal.value) for value in change.values() if value)


def test_no_field_of_the_context_is_free_text():
    """Text gets in only as a checked case number, an address, or a word of our own lists."""
    text = {field.name for field in dataclasses.fields(ReminderMail) if field.type == "str"}
    assert text == {"case_number", "zone", "to"}
    with pytest.raises(Exception, match="Maren"):
        _ = a_mail(zone="Maren").due_text


def test_a_sender_name_with_a_line_break_adds_no_header(settings):
    """Settings refuse such a name at the start; the mail does not rely on it."""
    settings.MAIL_FROM = '"Desk\r\nBcc: x@y.example" <desk@localhost>'
    try:
        message = built(a_mail())
    except UnfitForMail:
        return
    assert "Bcc" not in message
    assert b"\nBcc" not in message.as_bytes()
