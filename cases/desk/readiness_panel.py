"""The readiness checklist as a page shows it: what lacks first, each with the way to mend it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.urls import reverse

from cases.desk.steps import page_of
from cases.models import PriorAuthRequest
from priorauth.readiness.point import Mend, Point, Readiness
from priorauth.terms import EventKind, Role

_STEPS = {
    Mend.DRAFT: EventKind.REQUEST_CORRECTED,
    Mend.PLAN: EventKind.PLAN_FACTS_CHANGED,
    Mend.DOCUMENT: EventKind.DOCUMENT_ADDED,
}
_KEEPERS = (Role.OWNER, Role.LEAD, Role.BILLER)
_RECORDS = {
    # The page of the record, and who may change it: as `cases/admin/permissions.py` has it.
    Mend.COVERAGE: ("coverage", _KEEPERS),
    Mend.PAYER: ("payer", _KEEPERS),
    Mend.CLINIC: ("clinic", (Role.OWNER,)),
    Mend.REQUESTING: ("clinician", (Role.OWNER,)),
    Mend.RENDERING: ("clinician", (Role.OWNER,)),
    Mend.TRIALS: ("patient", _KEEPERS),
    Mend.SCORES: ("patient", _KEEPERS),
}


def readiness_panel(
    request: PriorAuthRequest,
    points: Sequence[Point],
    *,
    role: Role,
    offered: Collection[EventKind],
) -> dict[str, Any]:
    """The checklist for the reader's `role`; `offered` are the kinds of steps open to them now."""
    rows = [_row(request, point, role, offered) for point in points]
    held = (Readiness.OK, Readiness.CAUTION)
    open_rows = [row for row in rows if row["standing"] not in held]
    return {
        "open": sorted(open_rows, key=lambda row: (not row["stops"], row["standing"])),
        "care": [row for row in rows if row["standing"] == Readiness.CAUTION],
        "done": [row for row in rows if row["standing"] == Readiness.OK],
        "stops": sum(row["stops"] for row in rows),
        "count": len(rows),
    }


def _row(
    request: PriorAuthRequest, point: Point, role: Role, offered: Collection[EventKind]
) -> dict[str, Any]:
    is_open = point.standing is not Readiness.OK
    url = _url(request, point, role, offered) if is_open and point.mend else ""
    return {
        "label": point.label,
        "standing": point.standing,
        "word": "Stops it" if point.stops else point.word or point.standing.label,
        "own_word": point.word,
        "says": point.says,
        "source": point.source,
        "stops": point.stops,
        "url": url,
        "url_says": point.mend.label if point.mend else "",
        "ask": "" if url or not is_open else _ask(point.mend),
    }


def _url(
    request: PriorAuthRequest, point: Point, role: Role, offered: Collection[EventKind]
) -> str:
    """Where this role mends the point, at its field; "" when it may not."""
    mend = point.mend
    if mend in _STEPS:
        page = page_of(_STEPS[mend])
        if page is None or page.kind not in offered:
            return ""
        address = reverse("desk:step", args=[request.number, page.slug])
    elif mend is Mend.CODE_SETS:
        return reverse("desk:code_sets")
    else:
        model, roles = _RECORDS[mend]  # type: ignore[index]
        key = _key(request, mend)
        if role not in roles or key is None:
            return ""
        address = reverse(f"admin:cases_{model}_change", args=[key])
    is_list = mend in (Mend.TRIALS, Mend.SCORES)  # rows of their own under the patient
    return f"{address}#{point.field}" if is_list else f"{address}#id_{point.field}"


def _key(request: PriorAuthRequest, mend: Mend | None) -> int | None:
    return {
        Mend.COVERAGE: request.coverage_id,
        Mend.PAYER: request.coverage.plan.payer_id,
        Mend.CLINIC: request.clinic_id,
        Mend.TRIALS: request.patient_id,
        Mend.SCORES: request.patient_id,
        Mend.REQUESTING: request.requesting_clinician_id,
        Mend.RENDERING: request.rendering_clinician_id or request.requesting_clinician_id,
    }[mend]  # type: ignore[index]


def _ask(mend: Mend | None) -> str:
    if mend in (Mend.CLINIC, Mend.REQUESTING, Mend.RENDERING):
        return "The owner enters it."
    return "A biller mends it." if mend else ""
