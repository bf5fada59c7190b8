"""The mail to a patient can hold nothing but fixed sentences and how to reach the office."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from uuid import UUID

import pytest

from cases.mail.patient_mail import PatientLetter, build, message_id
from cases.mail.plain_mail import UnfitForMail
from priorauth.patient_mail import Wording

KEY = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
AT = datetime(2026, 9, 18, 14, 30, tzinfo=UTC)
FIT = {
    "mail_id": KEY,
    "wording": Wording.NEWS,
    "office": "Dr. Lee's office",
    "phone": "(212) 555-0100",
    "to": "kim@mail.example",
}


def built(**fields):
    return build(PatientLetter(**{**FIT, **fields}), at=AT, message_id=message_id(KEY))


def test_the_whole_mail(settings):
    settings.MAIL_FROM = "Reminders <no-reply@clinic.example>"
    settings.MAIL_DOMAIN = "clinic.example"
    mail = built()
    assert dict(mail.items()) == {
        "From": '"Dr. Lee\'s office" <no-reply@clinic.example>',
        "To": "kim@mail.example",
        "Subject": "A message from our office",
        "Date": "Fri, 18 Sep 2026 14:30:00 +0000",
        "Message-ID": f"<m.{KEY}@clinic.example>",
        "Auto-Submitted": "auto-generated",
        "List-Id": "<office.clinic.example>",
        "X-Office-Message-Id": str(KEY),
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "7bit",
        "MIME-Version": "1.0",
    }
    assert mail.get_content() == (
        "Hello,\n\n"
        "There is news for you.\n\n"
        "You can reach Dr. Lee's office at (212) 555-0100 during office hours. Or wait for us to "
        "call you.\n\n"
        "We put no details into mail on purpose. Please do not reply to this mail: nobody reads "
        "the answers. If you would rather get no mail from us, tell us when you call.\n"
    )


def test_a_possible_repeat_says_so_in_words_and_in_a_header():
    mail = built(possible_dup=True)
    assert mail["X-Office-Message-Repeat"] == "possible"
    assert mail.get_content().startswith("This mail may be a repeat")


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("Desk <desk@sunrise-ketamine.com>", "sunrise.com"),
        ("Sunrise Ketamine <desk@sunrise.com>", "sunrise.com"),
        ("Desk <desk@sunrise.com>", "sunrise-ketamine.com"),
    ],
)
def test_none_is_written_under_an_address_that_tells_the_treatment(settings, sender, domain):
    settings.MAIL_FROM, settings.MAIL_DOMAIN = sender, domain
    with pytest.raises(UnfitForMail, match="MAIL_FROM, MAIL_DOMAIN"):
        built()


@pytest.mark.parametrize("wording", list(Wording))
def test_each_sentence_stands_as_it_is(wording):
    assert wording.label in built(wording=wording).get_content()


def test_nothing_but_our_own_sentences_fits():
    """A new field is looked at: no type here may hold free text about a patient."""
    assert {field.name for field in dataclasses.fields(PatientLetter)} == {*FIT, "possible_dup"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"mail_id": "6f9619ff"},
        {"wording": "Your ketamine was denied."},
        {"office": ""},
        {"office": "Lakeview Ketamine Clinic"},
        {"office": "Dr. Lee\nBcc: x@example.org"},
        {"office": "x" * 61},
        {"phone": ""},
        {"phone": "ask for Maren"},
        {"to": ""},
        {"to": "kim"},
        {"to": "kim@mail.example, lee@mail.example"},
        {"to": "kim@mail.example\nBcc: x@example.org"},
        {"to": "kím@mail.example"},
    ],
)
def test_what_is_unfit_is_refused_without_being_named(wrong):
    with pytest.raises(UnfitForMail) as refusal:
        built(**wrong)
    (value,) = wrong.values()
    assert not value or str(value) not in str(refusal.value)
