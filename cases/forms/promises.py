"""What became of promises made before, asked on the form of a call: one question a promise."""

from __future__ import annotations

from django import forms

from cases.models import InsurerCall
from cases.models.contacts import PromiseStanding
from priorauth.calendars.local_time import local_date
from priorauth.calendars.wording import say_day
from priorauth.terms import Term

MOST_ASKED = 3
"""Promises that one call is asked about, those for the earliest time."""


class Became(Term):
    """What a call brought to light about a promise. Left empty, it stays open."""

    KEPT = "kept", "Kept"
    BROKEN = "broken", "Not kept"
    ANEW = "anew", "Not kept, promised anew"

    @property
    def standing(self) -> PromiseStanding:
        """How the old promise stands from now on."""
        return PromiseStanding.KEPT if self is Became.KEPT else PromiseStanding.BROKEN


def field_name(call: InsurerCall) -> str:
    """The name of the question about the promise of `call`."""
    return f"settles_{call.pk}"


def became_field(call: InsurerCall, zone: str) -> forms.ChoiceField:
    """The question about the promise of `call`; `zone` (IANA) is the clinic's."""
    when = f" on {say_day(call.called_on)}" if call.called_on else ""
    by = f" for {say_day(local_date(call.promised_by_at, zone))}" if call.promised_by_at else ""
    return forms.ChoiceField(
        label=f"{call.promise}, promised{when} by {call.representative_name}{by}",
        choices=[("", "Still open"), *Became.choices()],
        widget=forms.RadioSelect,
        required=False,
        help_text="Promised anew: say below for when.",
    )
