"""The ICD-10-CM sets this installation knows: the packaged one and those loaded since."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings

from priorauth.codes.icd10cm import Icd10Sets
from priorauth.codes.icd10cm_order_file import fiscal_year_name


def loaded_sets_folder() -> Path:
    """Where `manage.py load_icd10cm` puts the official sets of other years."""
    return Path(settings.DATA_DIR) / "icd10cm"


@cache
def icd10_sets() -> Icd10Sets:
    """All sets on file; a set loaded later is seen without a restart."""
    return Icd10Sets([loaded_sets_folder()])


def set_not_on_file(on: date) -> str:
    """The name of the set for a date of service ("FY2027"), or "" when it is on file."""
    return "" if icd10_sets().table_for(on).covers(on) else fiscal_year_name(on)
