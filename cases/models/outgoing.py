"""What every row of the outbox shares: one mail to one person, and where it stands."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.base import ClinicOwned, term_field
from priorauth.reminders import ReminderState

UNSETTLED = Q(state__in=[ReminderState.UNCERTAIN, ReminderState.HELD])


class Outgoing(ClinicOwned):
    """One mail to one `recipient` or `address`, which each kind of mail defines for itself.

    `state` moves only as `priorauth.reminders.MOVES` says, each time by one conditional UPDATE.
    `due_at` is when the mail came due, `not_before` when the next try may be made. `possible_dup`
    marks the one resend of a mail that may have arrived; the mail says so too.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="After this the mail is useless.")

    state = term_field(ReminderState, default=ReminderState.PLANNED)
    lease_owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    resends = models.PositiveSmallIntegerField(default=0)
    possible_dup = models.BooleanField(default=False, help_text="An earlier copy may have arrived.")

    message_id = models.CharField(max_length=255, unique=True)
    body_sha256 = models.CharField(max_length=64, blank=True)
    smtp_code = models.PositiveSmallIntegerField(null=True)
    smtp_text = models.CharField(max_length=200, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    planned_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    armed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        help_text="Who said what became of a held mail.",
    )
    settled_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["-planned_at", "id"]
        indexes = [
            models.Index(fields=["state", "not_before"], name="%(class)s_to_send"),
            models.Index(
                fields=["clinic", "not_before", "id"],
                condition=Q(state=ReminderState.PLANNED),
                name="%(class)s_waiting",
            ),
            models.Index(fields=["clinic", "-sent_at"], name="%(class)s_newest_sent"),
            models.Index(
                fields=["clinic", "state", "id"], condition=UNSETTLED, name="%(class)s_in_doubt"
            ),
        ]
