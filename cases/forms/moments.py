"""When something happened, as exactly as it is known, and dates as printed on letters.

One form field holds a day, an hour that may be left out, and the questions that some answers
raise: which of two equal hours it was, and whether an odd date is really meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cases.forms.wall_clock import readings, short_zone, zone_label
from priorauth.calendars.local_time import zone_named
from priorauth.deadlines.facts import Moment

FIRST_YEAR = 2020
"""A date before that year looks like a slip and needs a tick."""
OLDEST_YEAR = 2005
"""No deadline is counted from further back; only a birthday or the start of a coverage is."""
FAR_AHEAD = timedelta(days=2 * 366)
CLOCK_SKEW = timedelta(minutes=5)  # the browser's clock may run ahead of ours


@dataclass(frozen=True, slots=True)
class QuickDate:
    """A button that fills the field: `time` is HH:MM, or "" to leave the hour alone."""

    label: str
    on: date
    time: str = ""


class DayWidget(forms.Widget):
    """A day with the tick that an odd date asks for."""

    template_name = "desk/forms/moment.html"
    input_type = "date"
    parts: tuple[str, ...] = ("on", "sure")
    use_fieldset = True
    has_time = False
    may_be_unknown = False
    may_be_old = False
    is_past = False
    zone = "UTC"
    now: datetime | None = None
    quick: Sequence[QuickDate] = ()
    offers_now = False
    """A button for the minute at which it is pressed; needs a script."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        return {part: (data.get(f"{name}_{part}") or "").strip() for part in self.parts}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return all(f"{name}_{part}" not in data for part in self.parts)

    def id_for_label(self, id_: str, index: str = "0") -> str:
        return id_

    def format_value(self, value: Any) -> dict[str, str]:
        """The parts as text, from what was typed or from an initial date or instant."""
        if isinstance(value, Mapping):
            return {part: value.get(part, "") for part in self.parts}
        if isinstance(value, datetime):
            local = value.astimezone(zone_named(self.zone))
            return {"on": local.date().isoformat(), "time": f"{local:%H:%M}"}
        return {"on": value.isoformat()} if isinstance(value, date) else {}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        parts = self.format_value(value)
        on, hour = _typed_day(parts.get("on", "")), _typed_time(parts.get("time", ""))
        context["widget"] |= {
            "parts": parts,
            "has_time": self.has_time,
            "may_be_unknown": self.may_be_unknown,
            "zone": zone_label(self.zone),
            "is_odd": on is not None and self._may_be_meant(on),
            "twice": self._twice(on, hour) if self.has_time else (),
            "quick": self.quick,
            "now_in": self.zone if self.offers_now else "",
            "is_invalid": "aria-invalid" in (attrs or {}),
        }
        return context

    def _may_be_meant(self, on: date) -> bool:
        """An odd date that a tick would let through."""
        if self.now is None or not is_odd(on, self.now.date()):
            return False
        if on.year < FIRST_YEAR:
            return self.may_be_old or on.year >= OLDEST_YEAR
        return not self.is_past

    def _twice(self, on: date | None, hour: time | None) -> list[tuple[str, str]]:
        if on is None or hour is None:
            return []
        found = readings(datetime.combine(on, hour), self.zone)
        if len(found) < 2:
            return []
        first, second = (short_zone(at, self.zone) for at in found)
        return [
            ("first", f"{hour:%H:%M} {first}, the first time"),
            ("second", f"{hour:%H:%M} {second}, after the clocks went back"),
        ]

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


class MomentWidget(DayWidget):
    parts = ("on", "time", "which", "sure", "unknown")
    has_time = True


class DayField(forms.Field):
    """A calendar day, such as a date printed on a letter. Clean value: a date or None.

    `is_past`: it cannot lie ahead of today in the clinic. A day before 2020 or more than two years
    ahead is asked about, not refused; before 2005 only `may_be_old` takes it.
    """

    widget = DayWidget
    default_error_messages = {
        "required": "Enter the date.",
        "no_date": "This is not a date. Enter month, day and year.",
        "future": "This date lies in the future: today is %(today)s. Record it once it has "
        "happened, or correct the date.",
        "past": "This date has passed: today is %(today)s. Enter a day to come.",
        "too_old": "This date lies before 2005. Check the year.",
        "odd": "%(on)s is unusual here. Check the year; if it is right, tick “Yes, this date is "
        "right” and save again.",
    }

    def __init__(
        self,
        *,
        is_past: bool = False,
        is_ahead: bool = False,
        may_be_old: bool = False,
        **options: Any,
    ) -> None:
        self.is_past, self.is_ahead, self.may_be_old = is_past, is_ahead, may_be_old
        self.zone = "UTC"
        self.now: datetime | None = None
        super().__init__(**options)

    def place(self, zone: str, now: datetime) -> None:
        """Tell the field where and when it is asked. `now` is an aware instant."""
        self.zone, self.now = zone, now.astimezone(zone_named(zone))
        self.widget.zone, self.widget.now = self.zone, self.now
        self.widget.is_past, self.widget.may_be_old = self.is_past, self.may_be_old

    def clean(self, value: Any) -> Any:
        on = self._day(value)
        if on is None:
            return None
        self._judge(on, bool(value.get("sure")))
        return on

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data and data.get("on"))

    def _day(self, value: Mapping[str, str] | None) -> date | None:
        text = (value or {}).get("on", "")
        if not text:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        on = _typed_day(text)
        if on is None:
            raise ValidationError(self.error_messages["no_date"], code="no_date")
        return on

    def _judge(self, on: date, is_sure: bool) -> None:
        today = self._today()
        if self.is_past and on > today:
            self._refuse("future", today=f"{today:%b} {today.day}, {today.year}")
        if self.is_ahead and on < today:
            self._refuse("past", today=f"{today:%b} {today.day}, {today.year}")
        if on.year < OLDEST_YEAR and not self.may_be_old:
            self._refuse("too_old")
        if is_odd(on, today) and not is_sure:
            self._refuse("odd", on=f"{on:%B} {on.day}, {on.year}")

    def _today(self) -> date:
        if self.now is None:
            raise LookupError("This field was not told what time it is: call place() first.")
        return self.now.date()

    def _refuse(self, code: str, **params: str) -> None:
        raise ValidationError(self.error_messages[code], code=code, params=params)


class MomentField(DayField):
    """A day and perhaps an hour on the clinic's clock. Clean value: a Moment or None.

    Without an hour only the day is kept, unless `needs_time`. `may_be_unknown` offers the tick
    "date not known", whose clean value is None. `zone_of_day` names another zone in which the day
    is a date (the payer's); the hour is always the clinic's.
    """

    widget = MomentWidget
    default_error_messages = {
        "time_alone": "Enter the day as well, not only the time.",
        "no_time": "This is not a time. Enter hours and minutes, such as 2:30 PM.",
        "needs_time": "Enter the time as well: this clock runs in hours.",
        "skipped": "%(hour)s did not exist on that day: the clocks went forward. Enter a time "
        "before or after the change.",
        "twice": "%(hour)s came twice on that day, when the clocks went back. Choose which one.",
        "future_time": "This lies in the future: it is %(now)s now. Record it once it has "
        "happened, or correct the time.",
        "past_time": "This has passed: it is %(now)s now. Enter a time to come.",
        "known": "Either enter the date or tick “date not known”, not both.",
    }

    def __init__(
        self, *, needs_time: bool = False, may_be_unknown: bool = False, **options: Any
    ) -> None:
        self.needs_time, self.may_be_unknown = needs_time, may_be_unknown
        self.zone_of_day = ""
        super().__init__(**options)
        self.widget.may_be_unknown = may_be_unknown

    def clean(self, value: Any) -> Moment | None:
        value = value or {}
        if self.may_be_unknown and value.get("unknown"):
            if value.get("on"):
                self._refuse("known")
            return None
        if value.get("time") and not value.get("on"):
            self._refuse("time_alone")
        on = self._day(value)
        if on is None:
            return None
        if not value.get("time"):
            if self.needs_time:
                self._refuse("needs_time")
            self._judge(on, bool(value.get("sure")))
            return Moment.day(on, self.zone_of_day or self.zone)
        hour = _typed_time(value["time"])
        if hour is None:
            self._refuse("no_time")
        at = self._instant(datetime.combine(on, hour), value.get("which", ""))  # type: ignore[arg-type]
        self._judge(on, bool(value.get("sure")))
        self._judge_instant(at)
        return Moment.instant(at, self.zone_of_day or self.zone)

    def _instant(self, wall: datetime, which: str) -> datetime:
        found = readings(wall, self.zone)
        if not found:
            self._refuse("skipped", hour=f"{wall:%H:%M}")
        if len(found) == 2 and which not in ("first", "second"):
            self._refuse("twice", hour=f"{wall:%H:%M}")
        return found[-1] if which == "second" else found[0]

    def _judge_instant(self, at: datetime) -> None:
        self._today()
        now = f"{self.now:%H:%M %Z}"
        # On a local clock an addition forgets which of two equal hours it began in: UTC has one.
        if self.is_past and at > self.now.astimezone(UTC) + CLOCK_SKEW:  # type: ignore[union-attr]
            self._refuse("future_time", now=now)
        if self.is_ahead and at <= self.now:  # type: ignore[operator]
            self._refuse("past_time", now=now)


def is_odd(on: date, today: date) -> bool:
    """Whether a date is so far from today that a person should say it is meant."""
    return on.year < FIRST_YEAR or on > today + FAR_AHEAD


def _typed_day(text: str) -> date | None:
    try:
        return forms.DateField().to_python(text)
    except ValidationError:
        return None


def _typed_time(text: str) -> time | None:
    formats = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p"]
    try:
        return forms.TimeField(input_formats=formats).to_python(text)
    except ValidationError:
        return None
