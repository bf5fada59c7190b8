"""What a report of a mail server says of a mail of ours."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.mail.bounce import Bounce, read_bounce
from tests.a_bounce import a_bounce

KEY = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
REASON = "it came back: 5.1.1 550 5.1.1 no such user here"


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
@pytest.mark.parametrize("header", ["X-Reminder-Id", "X-Digest-Id"])
def test_a_report_of_failure_names_our_mail_and_the_reason(kind, header):
    assert read_bounce(a_bounce(KEY, kind=kind, header=header)) == Bounce(
        KEY, REASON, is_address=True
    )


@pytest.mark.parametrize(
    ("status", "answer", "is_address"),
    [
        ("5.1.1", "550 5.1.1 no such user here", True),
        ("5.2.1", "550 5.2.1 disabled", True),
        ("5.0.0", "550 no such user here", True),
        ("", "551-5.1.6 moved away", True),
        ("5.0.0", "552 mailbox is full", False),
        ("5.0.0", "550 5.7.1 relaying denied", False),
        ("4.4.7", "550 5.1.1 no such user here", False),
        ("5.7.26", "550 5.7.26 not authenticated", False),
        ("5.1.8", "553 5.1.8 who are you", False),
        ("5.2.2", "552 5.2.2 over quota", False),
        ("5.0.0", "gone away", False),
    ],
)
def test_a_report_tells_an_address_that_is_at_fault_from_other_reasons(status, answer, is_address):
    raw = a_bounce(KEY, status=status).replace(b"550 5.1.1 no such user here", answer.encode())
    found = read_bounce(raw)
    assert found is not None
    assert found.is_address is is_address


def test_a_mail_that_is_only_late_is_no_bounce():
    assert read_bounce(a_bounce(KEY, action="delayed", status="4.4.1")) is None


def test_a_report_on_somebody_elses_mail_is_no_bounce():
    assert read_bounce(a_bounce(KEY, header="X-Other")) is None
    assert read_bounce(a_bounce("not a number")) is None


def test_a_copy_that_the_journal_could_not_take_says_nothing_of_the_mail(settings):
    settings.MAIL_JOURNAL = "journal@clinic.example"
    full = a_bounce(KEY).replace(b"rfc822; jo@clinic.example", b"rfc822; Journal@clinic.example")
    assert read_bounce(full) is None
    assert read_bounce(a_bounce(KEY)) is not None


def test_an_answer_by_a_person_is_no_bounce():
    assert read_bounce(b"From: jo@clinic.example\nX-Reminder-Id: " + str(KEY).encode()) is None


def test_a_reason_is_one_short_line():
    long = a_bounce(KEY).replace(b"no such user here", b"a\r\n \x1b[1mb " + b"x" * 5000)
    found = read_bounce(long)
    assert found is not None
    assert len(found.reason) == 200
    assert found.reason.isprintable()


@given(st.binary(max_size=200), st.integers(0, 800))
def test_whatever_is_in_a_mailbox_raises_nothing(noise, place):
    whole = a_bounce(KEY)
    read_bounce(noise)
    read_bounce(whole[:place] + noise + whole[place:])
