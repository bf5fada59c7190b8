"""The ICD-10-CM sets this installation knows: the packaged one and those loaded since."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from priorauth.codes.icd10cm import Icd10Sets


def loaded_sets_folder() -> Path:
    """Where `manage.py load_icd10cm` puts the official sets of other years."""
    return Path(settings.DATA_DIR) / "icd10cm"


@cache
def icd10_sets() -> Icd10Sets:
    """All sets on file; a set loaded later is seen without a restart."""
    return Icd10Sets([loaded_sets_folder()])
