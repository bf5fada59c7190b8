"""The reports: one page for each question, the same as a PDF, a CSV and an XLSX file.

A figure that counts decided cases leads to the list of them: the same page with the names of the
figure in its address. Addresses carry days, a payer and words of the report's own tables; no
report and no list names a patient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from cases.forms.wall_clock import zone_label
from cases.models import Payer
from cases.queries import reports as queries
from cases.queries.reports import Span
from priorauth.calendars.local_time import local_date
from priorauth.reports.breaches import breaches
from priorauth.reports.case_list import case_list
from priorauth.reports.facts import DecidedCase
from priorauth.reports.money import money, unused
from priorauth.reports.outcomes import outcomes
from priorauth.reports.sheets import write_csv, write_xlsx
from priorauth.reports.table import Cell, Report, Table, said
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


def _units(asked: Asked) -> Report:
    rows = queries.ended_authorizations(asked.span, today=asked.today, payer=asked.payer_key)
    return unused(rows, today=asked.today)


def _breaches(asked: Asked) -> Report:
    limits = queries.missed_limits(asked.span, now=asked.now, payer=asked.payer_key)
    return breaches(limits, zone=zone_label(asked.span.zone))


def _decided(asked: Asked) -> list[DecidedCase]:
    return queries.decided_cases(asked.span, payer=asked.payer_key)


OF_DECIDED: Mapping[str, Callable[[Sequence[DecidedCase]], Report]] = {
    "outcomes": outcomes,
    "turnaround": turnaround,
    "money": money,
}
"""The reports about decided cases: their figures lead to the cases they count."""

REPORTS: Mapping[str, tuple[str, Callable[[Asked], Report]]] = {
    "outcomes": ("Decisions", lambda asked: outcomes(_decided(asked))),
    "turnaround": ("Days and calls", lambda asked: turnaround(_decided(asked))),
    "money": ("Money", lambda asked: money(_decided(asked))),
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
    figure = {name: request.GET.get(name, "") for name in _FIGURE if "figure" in request.GET}
    made = _cases_behind(report, asked, figure) if figure else REPORTS[report][1](asked)
    if "as" in request.GET:
        return _file(request, made, asked, request.GET["as"])
    whole = f"{reverse('desk:report', args=[report])}?{asked.query}"
    here = f"{whole}&{urlencode(figure)}" if figure else whole
    context = {
        "form": form,
        "slug": report,
        "tabs": _tabs(report, asked),
        "report": made,
        "tables": [_on_page(table, whole) for table in made.tables],
        "words": asked.words,
        "files": [(name.upper(), f"{here}&as={name}") for name in _KINDS],
        "back": (REPORTS[report][0], whole) if figure else None,
    }
    return render_page(request, "desk/report.html", context, title="Reports")


_FIGURE = ("table", "row", "figure")
"""What names a figure in an address: its table, its row's first cell, its column."""


def _cases_behind(slug: str, asked: Asked, figure: Mapping[str, str]) -> Report:
    """The list of the cases that a figure counts; Http404 for one that no report has."""
    if slug not in OF_DECIDED:
        raise Http404
    cases = _decided(asked)
    tables = {table.title: table for table in OF_DECIDED[slug](cases).tables}
    table = tables.get(figure["table"])
    if table is None or figure["figure"] not in {column.title for column in table.columns}:
        raise Http404
    numbers = set(table.leads.get((figure["row"], figure["figure"]), ()))
    is_a_row = any(str(row[0]) == figure["row"] for row in table.rows)
    named = figure["row"] if is_a_row else table.title  # an address's own words are not repeated
    return case_list(
        [case for case in cases if case.number in numbers],
        title=f"{named}: {figure['figure']}",
    )


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


WIDE = 8
"""Columns beyond which a table is set smaller, so that it fits beside the menu."""
BAR_WIDTH = 320  # of the drawing's own units


def _on_page(table: Table, address: str) -> dict[str, Any]:
    """A table as the template wants it: a case's number leads to the case, a figure to its cases.

    `address` is that of the report with its days, to which the names of a figure are added.
    """

    def url(row: Sequence[Cell], number: int) -> str:
        title = table.columns[number].title
        if number == case:
            return case_url(str(row[number]))
        if (str(row[0]), title) not in table.leads:
            return ""
        named = zip(_FIGURE, (table.title, row[0], title), strict=True)
        return f"{address}&{urlencode(list(named))}"

    case = next((n for n, one in enumerate(table.columns) if one.title == "Case"), None)
    rows = [
        [
            {
                "name": column.title,
                "text": said(cell),
                "is_number": column.is_number,
                "is_word": isinstance(cell, date) or " " not in str(cell),
                "url": url(row, number),
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
        "is_wide": len(table.columns) > WIDE,
        "more": max(0, len(table.rows) - SHOWN),
        "bars": bars if len(bars) > 1 else [],
    }
