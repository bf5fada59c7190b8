"""The reports: one page for each question, the same as a PDF, a CSV and an XLSX file.

Addresses carry days and a payer's row number. No report names a patient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.page import case_url, render_page
from cases.forms.reports import SpanForm
from cases.models import Payer
from cases.queries import reports as queries
from cases.queries.reports import Span
from priorauth.calendars.local_time import local_date
from priorauth.reports.breaches import breaches
from priorauth.reports.money import money, unused
from priorauth.reports.outcomes import outcomes
from priorauth.reports.sheets import write_csv, write_xlsx
from priorauth.reports.table import Report, Table, said
from priorauth.reports.turnaround import turnaround

SHOWN = 200
"""Rows of a table on the page; files hold them all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one page is about: the days, the payer (None: every one), and the moment of asking."""

    span: Span
    payer: Payer | None
    now: datetime

    @property
    def today(self) -> date:
        return _today(self.now, self.span.zone)

    @property
    def payer_key(self) -> int | None:
        return self.payer.pk if self.payer else None

    @property
    def words(self) -> str:
        """The span in words, with the payer when it is one."""
        days = f"{times.say_on(self.span.first)} through {times.say_on(self.span.last)}"
        return f"{days}, {self.payer.name}" if self.payer else days

    @property
    def query(self) -> str:
        """The same as an address's end."""
        given = {"first": self.span.first.isoformat(), "last": self.span.last.isoformat()}
        if self.payer:
            given["payer"] = str(self.payer.pk)
        return urlencode(given)


def _outcomes(asked: Asked) -> Report:
    return outcomes(queries.decided_cases(asked.span, payer=asked.payer_key))


def _turnaround(asked: Asked) -> Report:
    return turnaround(queries.decided_cases(asked.span, payer=asked.payer_key))


def _money(asked: Asked) -> Report:
    return money(queries.decided_cases(asked.span, payer=asked.payer_key))


def _units(asked: Asked) -> Report:
    rows = queries.ended_authorizations(asked.span, today=asked.today, payer=asked.payer_key)
    return unused(rows, today=asked.today)


def _breaches(asked: Asked) -> Report:
    limits = queries.missed_limits(asked.span, now=asked.now, payer=asked.payer_key)
    return breaches(limits, zone=asked.span.zone)


REPORTS: Mapping[str, tuple[str, Callable[[Asked], Report]]] = {
    "outcomes": ("Decisions", _outcomes),
    "turnaround": ("Days and calls", _turnaround),
    "money": ("Money", _money),
    "units": ("Unused units", _units),
    "breaches": ("Missed limits", _breaches),
}
"""By the word in the address: the name in the row of links, and what makes the report."""


@require_safe
def first(request: DeskRequest) -> HttpResponse:
    """The menu's entry leads to the first report."""
    return redirect("desk:report", report="outcomes")


@require_safe
def report(request: DeskRequest, report: str) -> HttpResponse:
    """One report as a page, or with `as` in the address as a file of every row.

    Without days in the address: the year up to today. Days that cannot be lead to the page, which
    says so.
    """
    if report not in REPORTS or request.GET.get("as", "pdf") not in _KINDS:
        raise Http404
    asked, form = _read(request)
    if asked is None:
        context: dict[str, Any] = {"form": form, "slug": report, "tabs": _tabs(report, None)}
        return render_page(request, "desk/report.html", context, title="Reports", status=400)
    made = REPORTS[report][1](asked)
    if "as" in request.GET:
        return _file(request, made, asked, request.GET["as"])
    address = reverse("desk:report", args=[report])
    files = [(name.upper(), f"{address}?{asked.query}&as={name}") for name in _KINDS]
    context = {
        "form": form,
        "slug": report,
        "tabs": _tabs(report, asked),
        "report": made,
        "tables": [_on_page(table) for table in made.tables],
        "words": asked.words,
        "files": files,
    }
    return render_page(request, "desk/report.html", context, title="Reports")


def _file(request: DeskRequest, made: Report, asked: Asked, kind: str) -> HttpResponse:
    content_type, write = _KINDS[kind]
    name = f"{made.slug}-{asked.span.first:%Y%m%d}-{asked.span.last:%Y%m%d}.{kind}"
    answer = HttpResponse(
        write(made, asked, request.clinic.name),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    add_never_cache_headers(answer)
    return answer


def _pdf(made: Report, asked: Asked, clinic: str) -> bytes:
    from priorauth.reports.pdf import write_pdf  # ReportLab is loaded by who asks for a PDF

    return write_pdf(made, clinic=clinic, span=asked.words, made_on=times.say_on(asked.today))


_KINDS: Mapping[str, tuple[str, Callable[[Report, Asked, str], bytes]]] = {
    "pdf": ("application/pdf", _pdf),
    "csv": ("text/csv; charset=utf-8", lambda made, asked, _: write_csv(made, span=asked.words)),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda made, asked, _: write_xlsx(made, span=asked.words),
    ),
}


def _read(request: DeskRequest) -> tuple[Asked | None, SpanForm]:
    """What is asked for, None when it cannot be; the form keeps what was typed and says why."""
    now, zone = timezone.now(), times.zone_of(request.clinic)
    today = _today(now, zone)
    given = request.GET if {"first", "last"} & set(request.GET) else None
    start = {"first": date(today.year, 1, 1).isoformat(), "last": today.isoformat()}
    form = SpanForm(given or {**start, "payer": request.GET.get("payer", "")})
    if not form.is_valid():
        return None, form
    data = form.cleaned_data
    return Asked(Span(data["first"], data["last"], zone), data["payer"], now), form


def _today(now: datetime, zone: str) -> date:
    return local_date(now, zone)


def _tabs(slug: str, asked: Asked | None) -> list[dict[str, Any]]:
    end = f"?{asked.query}" if asked else ""
    return [
        {
            "name": name,
            "url": f"{reverse('desk:report', args=[one])}{end}",
            "is_here": one == slug,
        }
        for one, (name, _) in REPORTS.items()
    ]


BAR_WIDTH = 320  # of the drawing's own units


def _on_page(table: Table) -> dict[str, Any]:
    """A table as the template wants it; a cell that is a case number leads to the case."""
    case = next((n for n, one in enumerate(table.columns) if one.title == "Case"), None)
    rows = [
        [
            {
                "name": column.title,
                "text": said(cell) if isinstance(cell, date) else cell,
                "is_number": column.is_number,
                "is_word": isinstance(cell, date) or " " not in str(cell),
                "url": case_url(str(cell)) if number == case else "",
            }
            for number, (cell, column) in enumerate(zip(row, table.columns, strict=True))
        ]
        for row in table.rows[:SHOWN]
    ]
    bars = [
        {"label": bar.label, "says": bar.says, "width": max(2, round(BAR_WIDTH * bar.part))}
        for bar in table.bars
    ]
    return {
        "table": table,
        "rows": rows,
        "more": max(0, len(table.rows) - SHOWN),
        "bars": bars if len(bars) > 1 else [],
    }
