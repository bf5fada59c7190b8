"""When the payer had what we sent: most of its clocks count from there, not from sending."""

from __future__ import annotations

from django import forms

from cases.forms.moments import MomentField
from priorauth.deadlines.facts import Moment
from priorauth.errors import MissingFact
from priorauth.terms import Channel, Term


class ReceivedWhen(Term):
    """How a form says when the payer had something."""

    AT_ONCE = "at_once", "When it was sent (portal, phone, or the fax report says so)"
    OTHER = "other", "At another time"
    NOT_KNOWN = "not_known", "Not known yet: record it later"


class ReceiptPart(forms.Form):
    """The two fields that ask for the payer's receipt. Mixed into forms that send something."""

    receipt = forms.ChoiceField(
        label="When did the payer have it?",
        choices=ReceivedWhen.choices,
        initial=ReceivedWhen.AT_ONCE,
        widget=forms.RadioSelect,
        help_text="The payer's time to decide runs from here.",
    )
    received_by_payer = MomentField(
        label="The payer had it on",
        is_past=True,
        required=False,
        help_text="Leave the time empty if only the day is known.",
    )


def received_by_payer(form: forms.Form, sent: Moment | None, zone: str) -> Moment | None:
    """The payer's receipt as the form tells it, a date in the payer's `zone`; None: not known.

    Raises MissingFact when another time was chosen and not given, or mail is said to arrive at
    once.
    """
    how = form.cleaned_data["receipt"]
    if how == ReceivedWhen.OTHER:
        other: Moment | None = form.cleaned_data.get("received_by_payer")
        if other is None:
            raise MissingFact(
                "received_by_payer", "Enter when the payer had it, or choose “not known yet”."
            )
        return other
    if how == ReceivedWhen.NOT_KNOWN or sent is None:
        return None
    if form.cleaned_data.get("channel") == Channel.MAIL:
        raise MissingFact(
            "receipt", "A letter does not arrive the moment it is mailed: choose another answer."
        )
    return Moment.instant(sent.at, zone) if sent.at else Moment.day(sent.on, zone)
