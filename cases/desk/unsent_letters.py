"""Signed letters waiting to be sent: what is there, what recording them would do, what it did."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.at_case import now_of
from cases.desk.deadline_words import Dates, describe
from cases.desk.page import case_url, render_page
from cases.desk.step_errors import error_summary
from cases.desk.tried_first import looked_at, shown_at
from cases.forms.sent_letters import SentLettersForm, number_of
from cases.forms.step_form import AtHand
from cases.models import AppealLetter, Deadline
from cases.queries.unsent_letters import appeal_limits, unsent_with_cases
from cases.workflow.actor import Actor
from cases.workflow.one_of_many import Recorded
from cases.workflow.sending_letters import record_sent
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import AppealLevel, EventKind

TITLE = "Signed letters waiting to be sent"
Results = Mapping[int, Recorded[Deadline | None]]


@require_http_methods(["GET", "HEAD", "POST"])
def unsent_letters(request: DeskRequest) -> HttpResponse:
    """List, try, or record. Nothing is written before what would happen was on screen, unchanged.

    Whoever may not record an appeal sees the list.
    """
    refusal = role_refusal(transition_of(EventKind.APPEAL_FILED), request.role)
    if refusal and request.method == "POST":
        context = {"why": refusal}
        return render_page(request, "desk/not_allowed.html", context, title=TITLE, status=403)
    letters = unsent_with_cases()
    at_hand = AtHand(request.clinic, request.user, request.role, now_of(request)).about(letters)
    if request.method != "POST":
        form = SentLettersForm(initial={"token": str(uuid.uuid4())}, at_hand=at_hand)
        return _page(request, form, letters, may_record=not refusal)
    form = SentLettersForm(request.POST, at_hand=at_hand)
    ticked = _ticked(request, letters)
    is_valid = form.is_valid()
    if not ticked:
        form.add_error(None, "Tick the letters that went out.")
    if not (is_valid and ticked):
        return _page(request, form, letters)
    is_sure = looked_at(request) is not None
    token = form.cleaned_data["token"]
    actor = Actor(request.user, request.role, at_hand.now, token, has_confirmed_dates=True)
    done = record_sent(actor, ticked, form.told(), is_trial=not is_sure)
    results = {letter.pk: result for letter, result in zip(ticked, done, strict=True)}
    return _page(request, form, letters, results=results, is_done=is_sure)


def _ticked(request: DeskRequest, letters: Sequence[AppealLetter]) -> list[AppealLetter]:
    keys = set(request.POST.getlist("row"))
    return [letter for letter in letters if str(letter.pk) in keys]


def _page(
    request: DeskRequest,
    form: SentLettersForm,
    letters: Sequence[AppealLetter],
    *,
    results: Results | None = None,
    is_done: bool = False,
    may_record: bool = True,
) -> HttpResponse:
    found = results or {}
    ticked = {letter.pk for letter in _ticked(request, letters)}
    limits = appeal_limits([letter.request for letter in letters])
    by_limit = sorted(letters, key=lambda letter: _limit_first(limits.get(letter.request_id)))
    context = {
        "form": form,
        "errors": error_summary(form),
        "rows": [
            _shown(letter, form, limits.get(letter.request_id), found.get(letter.pk))
            | {"is_ticked": letter.pk in ticked}
            for letter in by_limit
            if not is_done or letter.pk in found
        ],
        "is_tried": bool(found) and not is_done,
        "is_done": is_done,
        "fit": sum(result.is_done for result in found.values()),
        "refused": sum(not result.is_done for result in found.values()),
        "shown": shown_at(request, form.at_hand.now) if found and not is_done else "",
        "may_record": may_record,
    }
    return render_page(request, "desk/unsent_letters.html", context, title=TITLE)


def _limit_first(limit: Deadline | None) -> tuple[bool, datetime]:
    return (limit is None, limit.due_at if limit else datetime.max.replace(tzinfo=UTC))


def _shown(
    letter: AppealLetter,
    form: SentLettersForm,
    limit: Deadline | None,
    result: Recorded[Deadline | None] | None,
) -> dict[str, Any]:
    case, zone = letter.request, form.at_hand.zone
    payer = case.coverage.plan.payer
    words = None
    if limit is not None:
        payer_zone = payer.time_zone
        words = describe(Dates.of(limit), now=form.at_hand.now, zone=zone, payer_zone=payer_zone)
    where = [case.number, letter.pk]
    return {
        "pk": letter.pk,
        "number": case.number,
        "url": case_url(case.number),
        "patient": f"{case.patient.last_name}, {case.patient.first_name}",
        "level": AppealLevel(letter.level).label,
        "is_expedited": letter.is_expedited,
        "signed": times.say_at(letter.signed_at, zone) if letter.signed_at else "",
        "letter_url": reverse("desk:signed_letter", args=where),
        "packet_url": reverse("desk:letter_packet", args=where),
        "fax_url": reverse("desk:letter_fax", args=where),
        "payer": payer.name,
        "fax": payer.appeals_fax,
        "limit": words,
        "field": form[number_of(letter)],
        "typed": form.typed(number_of(letter)) if result else "",
        "is_done": bool(result and result.is_done),
        "is_refused": bool(result and not result.is_done),
        "says": _says(result, form, payer.time_zone) if result else "",
    }


def _says(result: Recorded[Deadline | None], form: SentLettersForm, payer_zone: str) -> str:
    """What recording does to this case, or why it does not."""
    if result.why:
        return result.why
    if result.told is None:
        return "The appeal is filed; no date for the payer's answer follows from it yet."
    at_hand = form.at_hand
    words = describe(
        Dates.of(result.told), now=at_hand.now, zone=at_hand.zone, payer_zone=payer_zone
    )
    return f"The appeal is filed; the payer's answer is due {words.due}, {words.basis}."
