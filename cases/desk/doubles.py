"""Patients on file twice: found, compared side by side, joined, and taken back. A lead's work."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.page import case_url, render_page
from cases.models import Patient, PatientMerge
from cases.queries.doubles import doubles, with_their_rows
from cases.workflow.actor import Actor
from cases.workflow.filling_in import FILLED, what_fills
from cases.workflow.joining_patients import join, may_join, take_back
from priorauth.calendars.wording import say_count
from priorauth.errors import PriorAuthError

TITLE = "Patients on file twice"
JOINED = 20
"""Joinings listed, the newest first."""
_FACTS = ("first_name", "last_name", "birth_date", *FILLED)


@require_safe
def doubles_page(request: DeskRequest) -> HttpResponse:
    """Who may be on file twice, and what was joined."""
    if refused := _refusal(request):
        return refused
    zone = times.zone_of(request.clinic)
    groups = [
        {
            "why": group.why,
            "first": _person(group.patients[0]),
            "others": [
                {**_person(one), "url": _compare_url(group.patients[0].pk, one.pk)}
                for one in group.patients[1:]
            ],
        }
        for group in doubles()
    ]
    rows = PatientMerge.objects.select_related("kept", "merged_by", "undone_by")[:JOINED]
    joined = [_joined(row, zone) for row in rows]
    context = {"groups": groups, "joined": joined}
    return render_page(request, "desk/doubles.html", context, title=TITLE)


@require_http_methods(["GET", "HEAD", "POST"])
def join_page(request: DeskRequest, patient: int) -> HttpResponse:
    """Both records side by side with what would move; joined by the button only."""
    if refused := _refusal(request):
        return refused
    asked = request.POST if request.method == "POST" else request.GET
    kept, gone = _found(patient), _found(asked.get("other", ""))
    if kept.pk == gone.pk:
        raise Http404
    if request.method == "POST":
        try:
            join(_actor(request), kept, gone, seen=_seen(asked.get("seen", "")))
        except PriorAuthError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(_compare_url(kept.pk, gone.pk))
        messages.success(request, f"Joined: everything is under patient {kept.pk} now.")
        return HttpResponseRedirect(reverse("desk:doubles"))
    context = {
        "kept": _person(kept),
        "gone": _person(gone),
        "facts": _facts(kept, gone),
        "seen": f"{kept.version}.{gone.version}",
        "swap_url": _compare_url(gone.pk, kept.pk),
        "is_other_person": kept.birth_date != gone.birth_date,
    }
    return render_page(request, "desk/join.html", context, title="Join two patients")


@require_POST
def take_back_page(request: DeskRequest, patientmerge: int) -> HttpResponse:
    """Make two records of one again."""
    if refused := _refusal(request):
        return refused
    row = PatientMerge.objects.filter(pk=patientmerge).first()
    if row is None:
        raise Http404
    try:
        back = take_back(_actor(request), row)
        messages.success(request, f"Taken back: patient {back.pk} is on file again.")
    except PriorAuthError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("desk:doubles"))


def _refusal(request: DeskRequest) -> HttpResponse | None:
    if may_join(request.role):
        return None
    why = "Patients are joined by an owner or a lead: ask one of them."
    return render_page(request, "desk/not_allowed.html", {"why": why}, title=TITLE, status=403)


def _actor(request: DeskRequest) -> Actor:
    return Actor(request.user, request.role, timezone.now())


def _found(key: object) -> Patient:
    """The patient of that number in the current clinic. Raises Http404."""
    text = str(key)
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    found = with_their_rows(Patient.objects.filter(pk=int(text))).first()
    if found is None:
        raise Http404
    return found


def _seen(text: str) -> tuple[int, int]:
    """The versions of both as compared; what a browser cannot have sent matches none."""
    found = re.fullmatch(r"([0-9]{1,10})\.([0-9]{1,10})", text)
    return (int(found[1]), int(found[2])) if found else (-1, -1)


def _compare_url(kept: int, gone: int) -> str:
    return f"{reverse('desk:join', args=[kept])}?other={gone}"


def _person(one: Patient) -> dict[str, Any]:
    return {
        "pk": one.pk,
        "name": one.full_name,
        "born": times.say_born(one.birth_date),
        "chart": one.chart_number,
        "coverages": [f"{each.plan}, {each.member_id}" for each in one.coverages.all()],
        "cases": [(each.number, case_url(each.number)) for each in one.requests.all()],
    }


def _facts(kept: Patient, gone: Patient) -> list[dict[str, Any]]:
    """The columns of both, one by one, and which value stays."""
    filled = what_fills(kept, gone)
    return [_fact(kept, gone, name, is_filled=bool(filled.get(name))) for name in _FACTS]


def _fact(kept: Patient, gone: Patient, name: str, *, is_filled: bool) -> dict[str, Any]:
    ours, theirs = getattr(kept, name), getattr(gone, name)
    label = str(Patient._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return {
        "label": f"{label[:1].upper()}{label[1:]}",
        "kept": ours or "–",
        "gone": theirs or "–",
        "differs": bool(theirs and ours != theirs and not is_filled),
        "is_filled": is_filled,
    }


def _joined(row: PatientMerge, zone: str) -> dict[str, Any]:
    moved = [
        say_count(len(keys), _NAMES.get(name.partition(".")[0], "other rows"))
        for name, keys in row.moved.items()
    ]
    return {
        "pk": row.pk,
        "name": row.kept.full_name,
        "kept_id": row.kept_id,
        "gone_id": row.gone_id,
        "moved": ", ".join(moved) or "nothing hung on it",
        "by": str(row.merged_by or ""),
        "at": times.say_at(row.merged_at, zone),
        "undone": f"Taken back by {row.undone_by}, {times.say_at(row.undone_at, zone)}"
        if row.undone_at
        else "",
    }


_NAMES = {
    "priorauthrequest": "cases",
    "coverage": "coverages",
    "representative": "consents",
    "agreement": "agreements",
    "patientmerge": "earlier joinings",
}
