"""The letter with which a refusal is appealed: drafted, made ready, signed, then locked."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.base import Edited, term_field
from priorauth.terms import AppealLevel

SENT_FIELDS = frozenset({"appeal", "appeal_id"})
"""All that may change on a signed letter: with which appeal it went out."""


class AppealLetter(Edited):
    """One version of the letter on a case. At most one of a case is not signed yet.

    Until it is signed, only what people changed is kept: `parts` lists the paragraphs in their
    order, each {"id", "text" (None: as it follows from the file), "base", "heading", "is_out",
    "vouched", "known", "is_mine"}. A signed one keeps all that was printed in `content`, with the
    record behind each number and name in `traced`, and is never changed; what comes after is a new
    row.
    """

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="appeal_letters"
    )
    number = models.PositiveSmallIntegerField("version of the letter", default=1)
    level = term_field(AppealLevel, default=AppealLevel.FIRST)
    is_expedited = models.BooleanField(default=False)
    parts = models.JSONField(default=list, blank=True)
    calls = models.JSONField(default=list, blank=True, help_text="Calls that are cited.")
    enclosed = models.JSONField(
        null=True, blank=True, help_text="Documents that go with it; empty: the usual ones."
    )
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField("begun")
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField("last changed")
    ready_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ready_at = models.DateTimeField("ready to sign", null=True)

    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField("signed", null=True)
    signed_as = models.CharField(
        max_length=250, blank=True, help_text="Name, credentials and NPI, or role, as printed."
    )
    content = models.JSONField(default=dict, blank=True, help_text="All words as printed.")
    traced = models.JSONField(
        default=dict, blank=True, help_text="The record behind each number, date and name."
    )
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    sha256 = models.CharField(
        "hash of the PDF", max_length=64, blank=True, help_text="SHA-256 of the signed file."
    )
    document = models.OneToOneField(
        "cases.Document",
        on_delete=models.PROTECT,
        null=True,
        related_name="appeal_letter",
        help_text="The signed PDF on the case.",
    )
    event = models.OneToOneField(
        "cases.CaseEvent", on_delete=models.PROTECT, null=True, related_name="appeal_letter"
    )
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="superseded_by",
        help_text="The signed version that this one takes the place of.",
    )
    appeal = models.ForeignKey(
        "cases.Appeal",
        on_delete=models.SET_NULL,
        null=True,
        related_name="letters",
        help_text="The appeal with which it went out.",
    )

    class Meta:
        ordering = ["-number", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(signed_at=None), name="one_letter_in_the_making"
            ),
            models.UniqueConstraint(fields=["request", "number"], name="letter_version_once"),
            models.CheckConstraint(
                condition=Q(signed_at=None) | ~Q(sha256=""), name="signed_letter_has_its_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"Appeal letter {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As usual; of a signed letter only the appeal it went out with is written."""
        changed = kwargs.get("update_fields")
        is_small = changed is not None and set(changed) <= SENT_FIELDS
        if self.pk is not None and not self._state.adding and not is_small:
            kept = AppealLetter._base_manager.filter(pk=self.pk, signed_at__isnull=False)
            if kept.exists():
                raise TypeError("A signed letter is never changed: write a new version.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """As usual; a signed letter is never deleted."""
        if self.signed_at is not None:
            raise TypeError("A signed letter is never deleted: write a new version.")
        return super().delete(*args, **kwargs)
