"""What is checked in a field of that name, wherever it stands, and how the value is then kept."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from cases.mail.plain_mail import telling_sender
from priorauth.codes import ein, npi, phone, place_of_service, procedure, taxonomy
from priorauth.codes import state as us_state
from priorauth.errors import PriorAuthError
from priorauth.patient_mail import telling_word

US_ZONES = [
    ("America/New_York", "Eastern (New York)"),
    ("America/Chicago", "Central (Chicago)"),
    ("America/Denver", "Mountain (Denver)"),
    ("America/Phoenix", "Mountain without summer time (Phoenix)"),
    ("America/Los_Angeles", "Pacific (Los Angeles)"),
    ("America/Anchorage", "Alaska (Anchorage)"),
    ("Pacific/Honolulu", "Hawaii (Honolulu)"),
    ("America/Puerto_Rico", "Atlantic (Puerto Rico)"),
    ("Pacific/Guam", "Chamorro (Guam)"),
    ("Pacific/Pago_Pago", "Samoa (Pago Pago)"),
]
OLDEST_BIRTH = date(1890, 1, 1)


def known_zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"{name} is not a time zone. Choose one such as America/New_York.")
    return name


def zip_code(text: str) -> str:
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{5}([0-9]{4})?", digits):
        raise ValidationError(f"A ZIP code has five digits, or nine as 12345-6789; {text} has not.")
    return digits if len(digits) == 5 else f"{digits[:5]}-{digits[5:]}"


def birth_date(day: date) -> date:
    if day > timezone.localdate():
        raise ValidationError("This date of birth is in the future. Check the year.")
    if day < OLDEST_BIRTH:
        raise ValidationError("Nobody born then is alive. Write the year with four digits.")
    return day


def neutral_name(name: str) -> str:
    if word := telling_word(name):
        raise ValidationError(
            f"“{word}” tells what patients are treated for. Enter a name that does not, such as "
            "Dr. Lee's office."
        )
    return name


def neutral_sender(is_on: bool) -> bool:
    if is_on and (word := telling_sender()):
        raise ValidationError(
            f"“{word}” stands in the sender's address of this installation and tells what patients "
            "are treated for. Mail to patients can be switched on when MAIL_FROM and MAIL_DOMAIN "
            "hold no such word."
        )
    return is_on


def mail_address(address: str) -> str:
    if not address.isascii():
        raise ValidationError(
            "Mail servers do not take this address everywhere: it holds a letter with an accent or "
            "of another script."
        )
    return address


def past_day(day: date) -> date:
    if day > timezone.localdate():
        raise ValidationError("This day is in the future. Enter the day the patient said so.")
    return day


CHECKS: dict[str, Callable[[Any], Any]] = {
    "npi": npi.validate,
    "tin": ein.format,
    "taxonomy": taxonomy.validate,
    "place_of_service": place_of_service.validate,
    "phone": phone.format,
    "fax": phone.format,
    "appeals_fax": phone.format,
    "patient_mail_phone": phone.format,
    "patient_mail_name": neutral_name,
    "writes_to_patients": neutral_sender,
    "Patient.email": mail_address,
    "mail_agreed_on": past_day,
    "mail_withdrawn_on": past_day,
    "PayerLine.number": phone.format,
    "ExpectedPayment.code": procedure.validate,
    "Agreement.code": procedure.validate,
    "state": us_state.validate,
    "issue_state": us_state.validate,
    "zip_code": zip_code,
    "time_zone": known_zone,
    "birth_date": birth_date,
    "subscriber_birth_date": birth_date,
}


def check_for(model_name: str, field: str) -> Callable[[Any], Any] | None:
    """The check of this field of this model, raising ValidationError; None when it has none."""
    check = CHECKS.get(f"{model_name}.{field}") or CHECKS.get(field)
    if check is None:
        return None

    def checked(value: Any) -> Any:
        try:
            return check(value)
        except PriorAuthError as error:
            raise ValidationError(str(error)) from error

    return checked
