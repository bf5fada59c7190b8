"""Ways to pay on a case: in sentences beside it, and a page to write an offer down."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases.access import DeskRequest
from cases.desk.at_case import AtCase, read_case
from cases.desk.on_file import OnFile
from cases.desk.page import render_page
from cases.desk.saved_forms import remember_saved, saved_tokens
from cases.desk.side_panel import identifiers, phones
from cases.desk.step_errors import error_summary
from cases.forms.financing import FinancingForm
from cases.models import Financing, PriorAuthRequest
from cases.models.financing import FinancingDecision, FinancingKind
from cases.workflow.once import RecordedBefore, once, recorded_before
from priorauth.calendars.wording import say_count, say_day
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import EventKind

MOST = 20
"""Offers shown beside a case."""
_OWED = "A loan: owed also when the payer pays later or the appeal is won."


def financing_rows(request: PriorAuthRequest) -> list[OnFile]:
    """Each offer in a sentence, the newest first."""
    rows = Financing.objects.filter(request=request)[:MOST]
    return [
        OnFile(
            "offer",
            _say(row),
            reverse("admin:cases_financing_change", args=[row.pk]),
            _OWED if _is_loan(row) else "",
        )
        for row in rows
    ]


def _say(row: Financing) -> str:
    """ "Payment plan of the clinic, $2,400.00 in 6 payments: accepted or granted Thu 3 Sep 2026."""
    what = [FinancingKind(row.kind).label, row.name, row.reference]
    money = _dollars(row.amount)
    if money and row.installments:
        money += f" in {say_count(row.installments, 'payments')}"
    decision = FinancingDecision(row.decision)
    when = row.decided_on or row.offered_on
    why = f" ({row.reason_declined})" if row.reason_declined else ""
    parts = [part for part in (*what, money) if part]
    ends = f" Ends {say_day(row.ends_on)}." if row.ends_on else ""
    return f"{', '.join(parts)}: {decision.label.lower()} {say_day(when)}{why}.{ends}"


def _is_loan(row: Financing) -> bool:
    """Whether a loan is, or may still be, taken up."""
    over = (FinancingDecision.DECLINED, FinancingDecision.REFUSED, FinancingDecision.ENDED)
    return row.kind == FinancingKind.MEDICAL_CREDIT and row.decision not in over


def _dollars(amount: Decimal | None) -> str:
    return f"${amount:,.2f}" if amount is not None else ""


@require_http_methods(["GET", "HEAD", "POST"])
def financing(request: DeskRequest, number: str) -> HttpResponse:
    """Show the form of an offer, or write it down."""
    case = read_case(request, number)
    if refusal := role_refusal(transition_of(EventKind.NOTE_ADDED), case.at_hand.role):
        why = {"why": refusal}
        return render_page(request, "desk/not_allowed.html", why, title="Ways to pay", status=403)
    here = HttpResponseRedirect(reverse("desk:case", args=[case.request.number]))
    if request.method != "POST":
        return _show(
            request, case, FinancingForm(initial={"token": uuid.uuid4()}, at_hand=case.at_hand)
        )
    twice = "This offer was written down already; nothing was kept twice."
    if recorded_before(request.clinic, request.POST.get("token", "")):
        messages.info(request, twice)
        return here
    form = FinancingForm(request.POST, at_hand=case.at_hand)
    if not form.is_valid():
        return _show(request, case, form)
    token = form.cleaned_data["token"]
    try:
        once(request.clinic, token, lambda: _saved(form.row()))
    except RecordedBefore:
        messages.info(request, twice)
        return here
    remember_saved(request, token)
    messages.success(request, "The offer is on file.")
    return here


def _saved(row: Financing) -> Financing:
    row.save()
    return row


def _show(request: DeskRequest, case: AtCase, form: FinancingForm) -> HttpResponse:
    context: dict[str, Any] = {
        "case": case.request,
        "form": form,
        "errors": error_summary(form),
        "lead": "How the patient pays for what the plan does not. It changes nothing on the case.",
        "button": "Write it down",
        "identifiers": identifiers(case.request),
        "phones": phones(case.request.coverage.plan.payer.phone_lines.all()),
        "keep_key": f"financing:{case.request.number}:{case.at_hand.staff.pk}",
        "saved_tokens": saved_tokens(request),
    }
    title = f"Ways to pay: {case.request.number}"
    return render_page(request, "desk/step.html", context, title=title)
