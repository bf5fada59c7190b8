"""The case with its appeal letter in the making, as the pages of the letter see them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from cases.access import DeskRequest
from cases.desk.at_case import AtCase, read_case
from cases.models import AppealLetter
from cases.workflow import appeal_letters as letters
from cases.workflow.actor import Actor
from cases.workflow.appeal_letters import Choices
from priorauth.letters.assembling import Letter, Part, parts_from


@dataclass(frozen=True, slots=True)
class AtLetter:
    """The case with its letter in the making, as one page sees them."""

    case: AtCase
    actor: Actor
    kept: AppealLetter | None
    parts: tuple[Part, ...]
    chosen: Choices

    def letter(self) -> Letter:
        """The letter as it stands with these parts and choices."""
        return letters.letter_of(self.actor, self.case.request, self.parts, self.chosen)

    @property
    def url(self) -> str:
        """Where it is written."""
        return letter_url(self.case.request.number)


def letter_url(number: str) -> str:
    """Where the letter of that case is written."""
    return reverse("desk:appeal_letter", args=[number])


def at_letter(request: DeskRequest, number: str) -> AtLetter:
    """The case of that number with its letter. Raises Http404 for a case that is not here."""
    case = read_case(request, number)
    hand = case.at_hand
    kept = letters.open_letter(case.request)
    return AtLetter(
        case,
        Actor(hand.staff, hand.role, hand.now, request.POST.get("token", "")[:36]),
        kept,
        parts_from(kept.parts) if kept else (),
        letters.choices_of(case.request, kept),
    )
