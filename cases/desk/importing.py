"""Import of the clinic's own spreadsheet: choose, see what would happen, import, mend."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.import_words import imported, looked_at
from cases.desk.page import render_page
from cases.forms.imports import ChooseSheetForm, SheetForm
from cases.models import ImportFile
from cases.workflow import sheets
from cases.workflow.actor import Actor
from priorauth.errors import ImpossibleFact, UnreadableFile

View = Callable[..., HttpResponse]
TITLE = "Import a spreadsheet"


def importers_only(view: View) -> View:
    """Owners, leads and billers; others are told so."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.role in sheets.MAY_IMPORT:
            return view(request, *args, **kwargs)
        why = "Spreadsheets are imported by owners, leads and billers. Ask one of them."
        return render_page(request, "desk/not_allowed.html", {"why": why}, title=TITLE, status=403)

    return guarded


@importers_only
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: DeskRequest) -> HttpResponse:
    """Choose a file; a readable one leads to its preview."""
    form = ChooseSheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = ChooseSheetForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                sheet = sheets.upload(
                    _actor(request), request.clinic, filename=file.name, content=file.read()
                )
            except UnreadableFile as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("desk:sheet", pk=sheet.pk)
    context = {"form": form, "sheets": _recent(request), "most_rows": f"{sheets.MOST_ROWS:,}"}
    return render_page(request, "desk/import.html", context, title=TITLE)


@importers_only
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: DeskRequest, pk: int) -> HttpResponse:
    """What the sheet would become, and after its import what it became."""
    found = _sheets().filter(pk=pk).defer("content", "rejects").first()
    if found is None:
        return _gone(request)
    if found.imported_at is not None or sheets.is_at_work(found, timezone.now()):
        return _after(request, found)
    if request.method != "POST":
        return _preview(request, found, SheetForm(sheet=found))
    if request.POST.get("do") == "discard":
        found.delete()
        messages.success(request, "The sheet is deleted. Nothing was imported.")
        return redirect("desk:import")
    return _act(request, found, SheetForm(request.POST, sheet=found))


@importers_only
@require_safe
def rejects(request: DeskRequest, pk: int) -> HttpResponse:
    """The rows that were refused, with the reasons, as a file to mend and to import again."""
    found = _sheets().filter(pk=pk).defer("content").first()
    if found is None or not found.rejects:
        return _gone(request)
    response = HttpResponse(bytes(found.rejects), content_type="text/csv; charset=utf-8")
    # A name of our own: what the sheet is called may name a patient.
    response["Content-Disposition"] = f'attachment; filename="rows-to-mend-{found.pk}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _act(request: DeskRequest, found: ImportFile, form: SheetForm) -> HttpResponse:
    """Read with other columns, or import. Never both: an import follows a look at its preview."""
    if not form.is_valid():
        return _preview(request, found, form)
    mapping, person = form.mapping(), form.cleaned_data["assigned_to"]
    wants_import = request.POST.get("do") == "import"
    try:
        if mapping != found.mapping:
            found.assigned_to = person
            sheets.read_again(_actor(request), found, mapping)
            if wants_import:
                said = "Nothing is imported yet: the columns have changed. Look again, then import."
                messages.warning(request, said)
        elif wants_import and not found.report["missing"]:
            sheets.import_sheet(_actor(request), found, assigned_to=person)
        else:
            sheets.assign(found, person)
    except UnreadableFile as refusal:
        form.add_error(None, str(refusal))
        return _preview(request, found, form)
    except ImpossibleFact as refusal:
        form.add_error(refusal.field, str(refusal))
        return _preview(request, found, form)
    return redirect("desk:sheet", pk=found.pk)


def _preview(request: DeskRequest, found: ImportFile, form: SheetForm) -> HttpResponse:
    context = {"sheet": found, "form": form, **looked_at(found, form), **_kept(request, found)}
    return render_page(request, "desk/import_preview.html", context, title=TITLE)


def _after(request: DeskRequest, found: ImportFile) -> HttpResponse:
    if request.method == "POST":
        return redirect("desk:sheet", pk=found.pk)
    zone = times.zone_of(request.clinic)
    context: dict[str, Any] = {"sheet": found, **_kept(request, found)}
    if found.imported_at is None:
        context["since"] = times.say_at(found.claimed_at or timezone.now(), zone)
        return render_page(request, "desk/import_at_work.html", context, title=TITLE)
    context |= {"at": times.say_at(found.imported_at, zone), **imported(found)}
    return render_page(request, "desk/import_result.html", context, title="Imported")


def _kept(request: DeskRequest, found: ImportFile) -> dict[str, Any]:
    return {"kept_until": times.say_at(found.expires_at, times.zone_of(request.clinic))}


def _recent(request: DeskRequest) -> list[dict[str, Any]]:
    """The clinic's sheets of the last day, so that a closed window loses nothing."""
    zone = times.zone_of(request.clinic)
    found = _sheets().defer("content", "rejects", "mapping", "report")[:20]
    return [
        {
            "pk": each.pk,
            "name": each.filename,
            "at": times.say_at(each.uploaded_at, zone),
            "by": str(each.uploaded_by),
            "is_imported": each.imported_at is not None,
        }
        for each in found.select_related("uploaded_by")
    ]


def _sheets() -> Any:
    return ImportFile.objects.filter(expires_at__gt=timezone.now())


def _gone(request: DeskRequest) -> HttpResponse:
    """The same for another clinic's sheet, one that never was, and one older than a day."""
    return render_page(request, "desk/import_gone.html", {}, title=TITLE, status=404)


def _actor(request: DeskRequest) -> Actor:
    return Actor(request.user, request.role, timezone.now())
