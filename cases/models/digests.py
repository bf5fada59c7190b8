"""The morning digest: one row of the outbox for each person, clinic and day."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from cases.models.outgoing import Outgoing


class Digest(Outgoing):
    """What is due in one clinic on one local `day`, to one recipient, for ever unique.

    Written when the clinic's staffed hours of that day begin (`due_at`), of no use once they have
    ended (`expires_at`). What it lists is read when it is sent, so that it says what is true then.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests"
    )
    day = models.DateField(help_text="On the clinic's calendar.")

    class Meta(Outgoing.Meta):
        constraints = [
            models.UniqueConstraint(fields=["clinic", "day", "recipient"], name="digest_once_a_day")
        ]

    def __str__(self) -> str:
        return f"Digest of {self.day} ({self.pk})"
