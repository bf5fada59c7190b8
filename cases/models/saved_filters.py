"""Choices of the worklist that somebody gave a name."""

from __future__ import annotations

from django.db import models

from cases.models.base import ClinicOwned


class SavedFilter(ClinicOwned):
    """A named link to the worklist. `query` holds filters as an address spells them, no more.

    Only known filters with values of their own sort get in (`cases/workflow/saved_filters.py`), so
    that no address made of it can hold what a patient is known by.
    """

    owner = models.ForeignKey(
        "cases.Membership",
        on_delete=models.CASCADE,
        related_name="saved_filters",
        help_text="Whose filter it is.",
    )
    name = models.CharField(max_length=40, help_text="A few words. No patient's name.")
    query = models.JSONField(default=dict, help_text="What the list is narrowed to.")
    is_shared = models.BooleanField(
        "shared", default=False, help_text="Everybody in the clinic sees the link."
    )

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="filter_name_once"),
        ]

    def __str__(self) -> str:
        return f"Saved filter {self.pk}"
