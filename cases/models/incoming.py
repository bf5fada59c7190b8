"""A fax or letter between its arrival and its case."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.base import ClinicOwned
from cases.models.contacts import Document, document_path

WAITS = Q(settled_at=None)


class IncomingDocument(ClinicOwned):
    """One uploaded file: it waits until somebody files it on a case or throws it away.

    Filed, its file belongs to the `Document` too and its text stays to be looked up; thrown away,
    file and text are gone and the reason stays.
    """

    file = models.FileField(upload_to=document_path)
    content_type = models.CharField(max_length=40, editable=False)
    size_bytes = models.PositiveBigIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    pages = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="0: locked with a password."
    )
    text = models.TextField(
        blank=True, editable=False, help_text="As far as it could be read; pages by form feeds."
    )
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    brought_at = models.DateTimeField()

    settled_at = models.DateTimeField(null=True, help_text="Filed or thrown away; empty: waits.")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    filed_as = models.OneToOneField(
        Document, on_delete=models.CASCADE, null=True, related_name="incoming"
    )
    thrown_away_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-brought_at", "-pk"]
        verbose_name = "incoming document"
        indexes = [
            models.Index(fields=["clinic", "brought_at"], name="incoming_waits", condition=WAITS)
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "sha256"], name="incoming_waits_once", condition=WAITS
            ),
            models.CheckConstraint(
                condition=WAITS | Q(filed_as__isnull=False) | ~Q(thrown_away_because=""),
                name="incoming_filed_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Incoming document {self.pk}"
