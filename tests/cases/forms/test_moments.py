"""Days and hours as they are typed, on a clinic's wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms

from cases.forms.moments import DayField, MomentField
from cases.forms.wall_clock import readings, zone_label
from priorauth.deadlines.facts import Moment

ZONE = "America/New_York"
NOW = datetime(2026, 9, 18, 14, 0, tzinfo=UTC)  # Friday, 10:00 in New York


def placed(field: DayField, now: datetime = NOW) -> DayField:
    field.place(ZONE, now)
    return field


def typed(on: str = "", time: str = "", **more: str) -> dict[str, str]:
    return {"on": on, "time": time, "which": "", "sure": "", "unknown": "", **more}


def refusal(field: DayField, value: dict[str, str]) -> str:
    with pytest.raises(forms.ValidationError) as caught:
        field.clean(value)
    return str(caught.value.messages[0])


def test_day_and_hour_become_an_instant_on_the_clinics_clock():
    moment = placed(MomentField()).clean(typed("2026-09-17", "16:30"))
    assert moment == Moment(date(2026, 9, 17), datetime(2026, 9, 17, 20, 30, tzinfo=UTC), ZONE)


def test_without_an_hour_only_the_day_is_kept():
    assert placed(MomentField()).clean(typed("2026-09-17")) == Moment.day(date(2026, 9, 17), ZONE)


def test_a_day_at_the_payers_is_a_date_there_and_the_hour_stays_the_clinics():
    field = placed(MomentField())
    field.zone_of_day = "America/Los_Angeles"
    assert field.clean(typed("2026-09-17")).zone == "America/Los_Angeles"
    moment = field.clean(typed("2026-09-17", "01:00"))
    assert moment.at == datetime(2026, 9, 17, 5, 0, tzinfo=UTC)
    assert moment.on == date(2026, 9, 16)


def test_an_hour_that_the_spring_change_skips_is_refused():
    field = placed(MomentField())
    assert "did not exist" in refusal(field, typed("2026-03-08", "02:30"))


def test_an_hour_that_the_autumn_change_repeats_asks_which():
    field = placed(MomentField(), datetime(2026, 11, 20, tzinfo=UTC))
    assert "came twice" in refusal(field, typed("2026-11-01", "01:30"))
    first = field.clean(typed("2026-11-01", "01:30", which="first"))
    second = field.clean(typed("2026-11-01", "01:30", which="second"))
    assert first.at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert second.at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_the_question_which_hour_stands_in_the_form_with_the_zones_names():
    class Form(forms.Form):
        when = placed(MomentField(), datetime(2026, 11, 20, tzinfo=UTC))

    html = str(Form({"when_on": "2026-11-01", "when_time": "01:30"})["when"])
    assert "01:30 EDT" in html
    assert "01:30 EST" in html
    assert 'name="when_which"' in html
    ordinary = str(Form({"when_on": "2026-11-02", "when_time": "01:30"})["when"])
    assert 'name="when_which"' not in ordinary


@pytest.mark.parametrize(
    ("on", "time"), [("2026-09-19", ""), ("2026-09-18", "10:06"), ("2026-09-18", "23:00")]
)
def test_what_happened_cannot_lie_in_the_future(on: str, time: str):
    assert "in the future" in refusal(placed(MomentField(is_past=True)), typed(on, time))


def test_a_browsers_clock_may_run_five_minutes_ahead():
    assert placed(MomentField(is_past=True)).clean(typed("2026-09-18", "10:05")) is not None


@pytest.mark.parametrize(("on", "time"), [("2026-09-17", ""), ("2026-09-18", "09:59")])
def test_an_appointment_cannot_lie_in_the_past(on: str, time: str):
    assert "has passed" in refusal(placed(MomentField(is_ahead=True)), typed(on, time))


def test_a_date_before_2020_is_asked_about_and_before_2005_refused():
    field = placed(DayField())
    assert "Yes, this date is right" in refusal(field, typed("2019-12-31"))
    assert field.clean(typed("2019-12-31", sure="1")) == date(2019, 12, 31)
    assert field.clean(typed("2020-01-01")) == date(2020, 1, 1)
    assert "before 2005" in refusal(field, typed("2004-12-31", sure="1"))


def test_a_coverage_may_have_begun_long_ago():
    old = placed(DayField(may_be_old=True))
    assert "Check the year" in refusal(old, typed("1990-12-31"))
    assert old.clean(typed("1990-12-31", sure="1")) == date(1990, 12, 31)


def test_a_date_more_than_two_years_ahead_asks_for_a_tick():
    field = placed(DayField())
    assert field.clean(typed("2028-09-19")) == date(2028, 9, 19)
    assert "Yes, this date is right" in refusal(field, typed("2028-09-20"))
    assert field.clean(typed("2028-09-20", sure="1")) == date(2028, 9, 20)


def test_the_tick_is_offered_only_where_it_helps():
    def html(field: DayField, on: str) -> str:
        form_class: Any = type("Form", (forms.Form,), {"day": placed(field)})
        return str(form_class({"day_on": on})["day"])

    assert 'name="day_sure"' in html(DayField(), "2031-01-01")
    assert 'name="day_sure"' not in html(DayField(), "2026-10-01")
    assert 'name="day_sure"' not in html(DayField(is_past=True), "2031-01-01")
    assert 'name="day_sure"' in html(DayField(is_past=True), "2011-01-01")
    assert 'name="day_sure"' not in html(DayField(), "1991-01-01")
    assert 'name="day_sure"' in html(DayField(may_be_old=True), "1991-01-01")


def test_date_not_known_is_a_tick_and_not_an_empty_box():
    field = placed(MomentField(may_be_unknown=True))
    assert field.clean(typed(unknown="1")) is None
    assert refusal(field, typed()) == "Enter the date."
    assert "not both" in refusal(field, typed("2026-09-17", unknown="1"))
    assert refusal(placed(MomentField()), typed(unknown="1")) == "Enter the date."


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (typed("", "10:00"), "Enter the day as well"),
        (typed("31.12.2026"), "not a date"),
        (typed("2026-02-30"), "not a date"),
        (typed("2026-09-17", "25:00"), "not a time"),
    ],
)
def test_what_is_no_date_or_time_is_said_so(value: dict[str, str], words: str):
    assert words in refusal(placed(MomentField()), value)


def test_a_clock_that_runs_in_hours_needs_the_time():
    assert "runs in hours" in refusal(placed(MomentField(needs_time=True)), typed("2026-09-17"))


def test_american_dates_and_times_are_read_where_a_browser_has_no_pickers():
    moment = placed(MomentField()).clean(typed("09/17/2026", "4:30 PM"))
    assert moment.at == datetime(2026, 9, 17, 20, 30, tzinfo=UTC)


def test_the_initial_hour_is_shown_on_the_clinics_clock_and_the_zone_named():
    class Form(forms.Form):
        when = placed(MomentField())

    html = str(Form(initial={"when": NOW})["when"])
    assert 'value="2026-09-18"' in html
    assert 'value="10:00"' in html
    assert "Eastern time" in html


def test_readings_of_a_wall_clock():
    assert len(readings(datetime(2026, 9, 18, 10, 0), ZONE)) == 1
    assert readings(datetime(2026, 3, 8, 2, 30), ZONE) == []
    assert len(readings(datetime(2026, 11, 1, 1, 0), ZONE)) == 2


def test_zones_are_called_as_people_call_them():
    assert zone_label("America/Chicago") == "Central time"
    assert zone_label("America/Indiana/Knox") == "Knox time"


def test_the_present_minute_of_an_hour_that_came_again_lies_not_ahead():
    now = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 1:30 in New York, the second time
    field = placed(MomentField(is_past=True), now)
    assert field.clean(typed("2026-11-01", "01:30", which="second")).at == now
    assert "lies in the future" in refusal(field, typed("2026-11-01", "01:40", which="second"))
