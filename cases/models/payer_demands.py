"""Papers that a payer wants with a request, as staff read it in its policy or manual."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from cases.models.base import Edited, term_field
from cases.models.contacts import DocumentKind
from cases.models.payers import Payer
from priorauth.terms import Product


class PayerDemand(Edited):
    """One kind of paper; the checklist before sending asks for it. `product` empty: any."""

    payer = models.ForeignKey(Payer, on_delete=models.CASCADE, related_name="demands")
    kind = term_field(DocumentKind, verbose_name="paper")
    product = term_field(Product, blank=True, help_text="Empty: any.")
    is_hard = models.BooleanField(
        "stops it",
        default=False,
        help_text="Without it nothing is sent, unless somebody says why.",
    )
    source = models.CharField(
        "where it stands", max_length=200, help_text="Policy or manual, with number and page."
    )
    checked_on = models.DateField(help_text="When somebody last read it there.")

    class Meta:
        ordering = ["payer", "kind", "pk"]
        verbose_name = "paper wanted with a request"
        verbose_name_plural = "papers wanted with a request"
        constraints = [
            models.UniqueConstraint(
                fields=["payer", "kind", "product"],
                name="paper_wanted_once",
                violation_error_message="This payer's wish for this paper is on file already.",
            )
        ]

    def __str__(self) -> str:
        return f"{DocumentKind(self.kind).label} for {self.payer}"

    def clean(self) -> None:
        """Refuse a reading that is still to come."""
        if self.checked_on and self.checked_on > timezone.localdate() + timedelta(days=1):
            raise ValidationError({"checked_on": "This day lies ahead: write when it was read."})
