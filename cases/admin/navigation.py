"""The menu at the left: where the work is first, what is kept afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from cases.admin.checks_by_field import US_ZONES
from cases.admin.permissions import EVERYBODY, KEEPERS, LEADS, Act, Family, may
from priorauth.terms import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `family` None: for everybody who works in a clinic."""

    title: str
    icon: str
    view: str
    family: Family | None = None
    roles: frozenset[Role] = EVERYBODY


CLINIC_PAGE = "admin:cases_clinic_change"
"""Of the current clinic: most people have one."""

MENU: list[tuple[str, list[Entry]]] = [
    (
        "Work",
        [
            Entry("Worklist", "event_available", "desk:worklist"),
            Entry("Cases", "folder_open", "admin:cases_priorauthrequest_changelist"),
            Entry("New request", "note_add", "desk:new_request", roles=KEEPERS),
            Entry("Calls", "call", "desk:calls"),
            Entry("Reports", "bar_chart", "desk:reports"),
            Entry("Import", "upload_file", "desk:import", roles=KEEPERS),
        ],
    ),
    (
        "Patients",
        [
            Entry("Patients", "person", "admin:cases_patient_changelist", Family.PATIENTS),
            Entry("On file twice", "merge", "desk:doubles", roles=LEADS),
            Entry(
                "Benefits checks",
                "fact_check",
                "admin:cases_benefitscheck_changelist",
                Family.PATIENTS,
            ),
            Entry("Financing", "savings", "admin:cases_financing_changelist", Family.PATIENTS),
        ],
    ),
    (
        "Payers",
        [
            Entry("Payers", "account_balance", "admin:cases_payer_changelist", Family.DIRECTORY),
            Entry("Plans", "description", "admin:cases_plan_changelist", Family.DIRECTORY),
            Entry(
                "Plan wording",
                "format_quote",
                "admin:cases_planclause_changelist",
                Family.DIRECTORY,
            ),
            Entry(
                "Payer policies",
                "policy",
                "admin:cases_payerpolicy_changelist",
                Family.DIRECTORY,
            ),
            Entry(
                "Payer stances",
                "menu_book",
                "admin:cases_payerstance_changelist",
                Family.DIRECTORY,
            ),
            Entry("Networks", "hub", "admin:cases_networkstatus_changelist", Family.DIRECTORY),
            Entry("Agreements", "handshake", "admin:cases_agreement_changelist", Family.DIRECTORY),
            Entry(
                "Expected payments",
                "payments",
                "admin:cases_expectedpayment_changelist",
                Family.DIRECTORY,
            ),
            Entry("Missed limits", "running_with_errors", "admin:cases_payerbreach_changelist"),
            Entry("Own texts", "edit_note", "admin:cases_owntext_changelist", Family.DIRECTORY),
        ],
    ),
    (
        "Clinic",
        [
            Entry("Clinic", "home_health", CLINIC_PAGE, Family.CLINIC),
            Entry("Clinicians", "stethoscope", "admin:cases_clinician_changelist", Family.CLINIC),
            Entry("People", "group", "admin:cases_membership_changelist", Family.PEOPLE),
            Entry("Absences", "event_busy", "admin:cases_absence_changelist", Family.ABSENCES),
            Entry("Mail", "mail", "desk:mailbox"),
            Entry("Sending", "outgoing_mail", "desk:sending", roles=LEADS),
        ],
    ),
]


def sidebar(request: Any) -> list[SafeString]:
    """The groups of the menu, printed. Pages that are not there, or not theirs, are left out."""
    if getattr(request, "clinic", None) is None:
        groups = [
            ("Setting up", [Entry("Clinics", "home_health", "admin:cases_clinic_changelist")])
        ]
    else:
        groups = MENU
    shown = [(title, _items(request, entries)) for title, entries in groups]
    return [_printed(title, items) for title, items in shown if items]


def header(request: Any) -> str:
    """At the head of the menu: whose clinic this is."""
    clinic = getattr(request, "clinic", None)
    return clinic.name if clinic else "Prior authorization desk"


def subheader(request: Any) -> str:
    """Under it: whose clock all times on the page follow."""
    clinic = getattr(request, "clinic", None)
    if clinic is None:
        return ""
    place = dict(US_ZONES).get(clinic.time_zone, clinic.time_zone.replace("_", " "))
    return f"Times: {place}"


def styles(request: Any) -> str:
    return static("priorauth/app.css")


def scripts(request: Any) -> str:
    return static("priorauth/a11y.js")


def favicon(request: Any) -> str:
    return static("priorauth/favicon.svg")


def _items(request: Any, entries: list[Entry]) -> tuple[tuple[Entry, str, bool], ...]:
    """Entries with their links, and whether the page belongs to them."""
    prefix = get_script_prefix()
    items = []
    for entry in entries:
        link = _link(request, entry, prefix) if _is_theirs(request, entry) else None
        if link:
            items.append((entry, link, _is_here(request, link)))
    return tuple(items)


@lru_cache(maxsize=1_000)
def _printed(title: str, items: tuple[tuple[Entry, str, bool], ...]) -> SafeString:
    """One group. The same for everybody who sees these entries on a page of the same one."""
    here = mark_safe(' class="active" aria-current="page"')
    return format_html(
        '<div class="pa-menu-group"><h2>{}</h2><ol>{}</ol></div>',
        title,
        format_html_join(
            "",
            '<li><a href="{}"{}><i aria-hidden="true">{}</i>{}</a></li>',
            ((link, here if is_here else "", e.icon, e.title) for e, link, is_here in items),
        ),
    )


def _is_theirs(request: Any, entry: Entry) -> bool:
    if request.clinic is None:
        return True
    allowed = entry.family is None or may(request, Act.VIEW, entry.family)
    return allowed and getattr(request, "role", None) in entry.roles


def _link(request: Any, entry: Entry, prefix: str) -> str | None:
    if entry.view == "desk:mailbox" and settings.MAIL.kind != "folder":
        return None
    if entry.view == CLINIC_PAGE:
        return _address(entry.view, prefix, request.clinic.pk)
    return _address(entry.view, prefix)


@lru_cache(maxsize=1_000)
def _address(view: str, prefix: str, *of: int) -> str | None:
    """`prefix` is the path under which the whole desk stands: it is part of every address."""
    try:
        return reverse(view, args=of)
    except NoReverseMatch:
        return None


def _is_here(request: Any, link: str) -> bool:
    """Whether the page belongs to this entry; the worklist, at the root, is only itself."""
    return request.path == link if link == "/" else request.path.startswith(link)
