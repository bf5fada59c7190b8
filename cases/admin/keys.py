"""Keys that come from a browser: anything at all may stand where a row's key should."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model


def may_be_key(model: type[Model], value: Any) -> bool:
    """Whether `value` can be the key of a row of `model`: of its kind, and in its range."""
    try:
        model._meta.pk.clean(value, None)
    except ValidationError:
        return False
    return True
