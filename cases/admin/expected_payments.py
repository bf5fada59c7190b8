"""The price list behind the amounts of the reports."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.filters import RelatedOnlyFieldListFilter

from cases.admin.base import ScopedModelAdmin
from cases.admin.permissions import Family
from cases.models import ExpectedPayment


@admin.register(ExpectedPayment)
class ExpectedPaymentAdmin(ScopedModelAdmin):
    family = Family.DIRECTORY
    list_display = ("code", "payer", "amount", "effective_from", "source")
    list_select_related = ("payer",)
    list_filter = (("payer", RelatedOnlyFieldListFilter),)
    fields = (("code", "payer"), ("amount", "effective_from"), "source")
    help_texts = {
        "amount": "What you expect to be paid for one unit. Only reports use it: no claim does.",
    }
