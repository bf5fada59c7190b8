"""A spreadsheet between its upload and its import: kept in the database only, and not for long."""

from __future__ import annotations

from django.db import models

from cases.models.base import ClinicOwned
from cases.models.staff import StaffMember


class ImportFile(ClinicOwned):
    """One uploaded sheet and what it would become, or became. Deleted a day after its upload.

    Its bytes stand here, and not in a file, so that every worker finds them and nothing with
    patient data is left on a disk. `report` is what the page shows: see workflow/sheets.py.
    """

    filename = models.CharField(max_length=200)
    content = models.BinaryField(default=b"", help_text="Emptied once the sheet is imported.")
    mapping = models.JSONField(default=dict, help_text="What a person said a column holds.")
    assigned_to = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    report = models.JSONField(default=dict)
    rejects = models.BinaryField(default=b"", help_text="The refused rows as CSV, to be mended.")

    uploaded_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    claimed_at = models.DateTimeField(null=True, help_text="Since when somebody imports it.")
    imported_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return f"Uploaded sheet {self.pk}"
