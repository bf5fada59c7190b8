"""The clinic's own texts: what is said on calls, answered to refusals, written to colleagues."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from cases.models.base import Edited, term_field
from priorauth import placeholders
from priorauth.codes import denial_reasons
from priorauth.terms import Term


class TextUse(Term):
    """Where a text is offered."""

    CALL = "call", "Said on a call"
    DENIAL = "denial", "Answer to a refusal"
    MAIL = "mail", "Mail to a colleague or patient"


class OwnText(Edited):
    """One text with names left open in braces, filled from the case where it is offered."""

    name = models.CharField(max_length=80, help_text="As staff look for it. No patient details.")
    use = term_field(TextUse, verbose_name="offered for")
    reason = models.CharField(
        "denial reason",
        max_length=40,
        blank=True,
        choices=denial_reasons.choices,
        help_text="Offered only for a refusal with this reason. Empty: any.",
    )
    text = models.TextField(
        help_text=f"May leave open: {placeholders.say_names(False)}. "
        f"In a mail only {placeholders.say_names(True)}."
    )
    is_active = models.BooleanField(
        default=True, help_text="Untick to offer it no more; it stays on file."
    )

    class Meta:
        ordering = ["use", "name"]
        verbose_name = "own text"
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "use", "name"],
                name="own_text_once",
                violation_error_message="A text of this name is on file.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse open names that cannot be filled, and in a mail those that tell of a patient."""
        wrong = {}
        if why := placeholders.refusal(self.text, for_mail=self.use == TextUse.MAIL):
            wrong["text"] = why
        if self.reason and self.use != TextUse.DENIAL:
            wrong["reason"] = "Only an answer to a refusal has a reason: leave this empty."
        if wrong:
            raise ValidationError(wrong)
