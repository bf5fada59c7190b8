"""What a morning digest says, and that it can say nothing else."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from cases.mail.digest_mail import DigestLine, DigestMail, Part, build, message_id
from cases.mail.plain_mail import UnfitForMail
from priorauth.terms import ClockKind, OwedBy

ID = UUID("0f0e0d0c-0b0a-4908-8706-050403020100")
NOW = datetime(2026, 4, 30, 12, tzinfo=UTC)
DUE = datetime(2026, 5, 2, 3, 59, 59, tzinfo=UTC)


def a_line(**changes) -> DigestLine:
    values = {
        "part": Part.TODAY,
        "case_number": "PA-K7Q2M9XD",
        "kind": ClockKind.APPEAL_FILING,
        "owed_by": OwedBy.CLINIC,
        "urgency_word": "due soon",
        "due_at": DUE,
        "zone": "America/New_York",
        "has_legal_limit": True,
        **changes,
    }
    return DigestLine(**values)


def a_mail(**changes) -> DigestMail:
    late = a_line(
        part=Part.OVERDUE,
        case_number="PA-ZZZZ2222",
        kind=ClockKind.PA_DECISION,
        owed_by=OwedBy.PAYER,
        urgency_word="overdue",
        due_at=datetime(2026, 4, 29, 21, 30, tzinfo=UTC),
    )
    values = {
        "digest_id": ID,
        "day": date(2026, 4, 30),
        "lines": (late, a_line()),
        "overdue": 1,
        "broken": 0,
        "today": 3,
        "week": 5,
        "counted_up_to": 1000,
        "zone": "America/New_York",
        "is_whole_clinic": False,
        "stands_in": False,
        "to": "jo@clinic.example",
        **changes,
    }
    return DigestMail(**values)


def built(mail: DigestMail):
    return build(mail, at=NOW, message_id=message_id(mail.digest_id))


def test_a_digest_reads_like_this(settings):
    settings.SITE_URL = "https://desk.example.org"
    assert built(a_mail()).get_content() == (
        "Thursday, April 30, 2026: 1 overdue, 3 for today\n"
        "In the seven days after today: 5\n"
        "\n"
        "OVERDUE\n"
        "\n"
        "PA-ZZZZ2222: overdue\n"
        "Payer's decision on the request - theirs. Payer's limit: Wed, Apr 29, 2026, 5:30 PM EDT\n"
        "https://desk.example.org/case/PA-ZZZZ2222/\n"
        "\n"
        "FOR TODAY\n"
        "\n"
        "PA-K7Q2M9XD: due soon\n"
        "File the internal appeal - ours. Due: Fri, May 1, 2026, end of day EDT\n"
        "https://desk.example.org/case/PA-K7Q2M9XD/\n"
        "\n"
        "... and 2 more on the worklist:\n"
        "https://desk.example.org/?whose=mine&mailed=1\n"
        "\n"
        "These are your cases, in the order of the worklist. Times are those of America/New_York. "
        "Reminders come all the same. To get no digest, ask an owner: the switch is under People. "
        "Do not reply to this mail.\n"
    )


def test_its_headers_are_these_and_no_others(settings):
    settings.MAIL_FROM = "Deadline desk <desk@desk.example.org>"
    settings.MAIL_DOMAIN = "desk.example.org"
    assert dict(built(a_mail()).items()) == {
        "From": "Deadline desk <desk@desk.example.org>",
        "To": "jo@clinic.example",
        "Subject": "1 overdue, 3 for today: morning digest",
        "Date": "Thu, 30 Apr 2026 12:00:00 +0000",
        "Message-ID": f"<d.{ID}@desk.example.org>",
        "X-Digest-Id": str(ID),
        "Auto-Submitted": "auto-generated",
        "List-Id": "<digests.desk.example.org>",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "7bit",
        "MIME-Version": "1.0",
    }


def test_the_clinics_list_says_so_and_leads_to_the_whole_worklist(settings):
    settings.SITE_URL = "https://desk.example.org"
    content = built(a_mail(is_whole_clinic=True, today=1, week=0)).get_content()
    link = "https://desk.example.org/?whose=everybody&mailed=1"
    assert f"The worklist:\n{link}\n\nThis is the clinic's list" in content
    assert "seven days" not in content
    assert "more" not in content


def test_who_stands_in_is_told(settings):
    settings.SITE_URL = "https://desk.example.org"
    content = built(a_mail(stands_in=True)).get_content()
    assert "It holds those of a colleague who is away, too." in content
    assert "https://desk.example.org/?whose=everybody&mailed=1\n" in content


def test_a_clinic_can_leave_the_time_out():
    lines = [dataclasses.replace(line, due_at=None) for line in a_mail().lines]
    content = built(a_mail(lines=lines)).get_content()
    assert "File the internal appeal - ours\nhttp" in content
    assert "Due" not in content


def test_more_than_can_be_counted_is_said_as_at_least():
    mail = a_mail(overdue=1001, broken=2, today=0)
    assert mail.summary == "1,000+ overdue, 2 promised but not done"
    assert mail.more == "1,000+"


def test_a_possible_repeat_says_so_first():
    message = built(a_mail(possible_dup=True))
    assert message.get_content().startswith("This mail may be a repeat")
    assert message["X-Digest-Repeat"] == "possible"
    assert "repeat" not in built(a_mail()).get_content()


@pytest.mark.parametrize(
    "change",
    [
        {"to": "jo@clinic.example\r\nBcc: x@y.example"},
        {"to": ""},
        {"digest_id": "Maren"},
        {"day": "Maren"},
        {"today": "Maren"},
        {"lines": ("Maren",)},
    ],
)
def test_what_does_not_belong_in_a_digest_is_refused_without_being_repeated(change):
    with pytest.raises(UnfitForMail) as refusal:
        a_mail(**change)
    assert all(str(value) not in str(refusal.value) for value in change.values() if value)


@pytest.mark.parametrize(
    "change",
    [
        {"case_number": "Maren Testperson"},
        {"kind": "ketamine"},
        {"owed_by": "Maren"},
        {"part": "Maren"},
        {"urgency_word": "Maren"},
    ],
)
def test_what_does_not_belong_in_a_line_is_refused_without_being_repeated(change):
    with pytest.raises(UnfitForMail) as refusal:
        a_line(**change)
    assert all(value not in str(refusal.value) for value in change.values())


def test_no_field_is_free_text():
    """Text gets in only as a checked case number or address, a zone, or a word of our own."""
    of = {
        (model.__name__, field.name)
        for model in (DigestLine, DigestMail)
        for field in dataclasses.fields(model)
        if field.type == "str"
    }
    assert of == {
        ("DigestLine", "case_number"),
        ("DigestLine", "urgency_word"),
        ("DigestLine", "zone"),
        ("DigestMail", "zone"),
        ("DigestMail", "to"),
    }
    with pytest.raises(Exception, match="Maren"):
        _ = a_line(zone="Maren").what
