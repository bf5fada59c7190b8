"""Answering a reminder: the page behind the link in a mail, and beside each deadline.

Looking changes nothing; only the two buttons do, by POST.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_scopes import scope

from cases.access import DeskRequest, InAnotherClinic, case_or_404
from cases.desk import times
from cases.desk.deadline_words import Dates, describe
from cases.desk.page import render_page
from cases.desk.saved_forms import token_for, token_of
from cases.forms.answer import PutOffForm
from cases.forms.wall_clock import zone_label
from cases.mail.answer_link import reminder_behind
from cases.models import Acknowledgement, Deadline, PriorAuthRequest, Reminder
from cases.queries.answers import newest_version
from cases.workflow.actor import Actor
from cases.workflow.answering import may_answer, put_off, say_seen
from cases.workflow.once import RecordedBefore, once
from priorauth.answering import AnswerKind, last_safe_moment
from priorauth.errors import ImpossibleFact, MissingFact, PriorAuthError
from priorauth.terms import Standing

SEEN, LATER = "seen", "later"


@require_safe
def answer_link(request: DeskRequest, token: str) -> HttpResponse:
    """The link of a mail: to the page where it can be answered. A link that has ended says so."""
    reminder_id = reminder_behind(token, timezone.now())
    if reminder_id is None:
        return render_page(request, "desk/answer_ended.html", {}, title="Link", status=410)
    found = _reminders().filter(pk=reminder_id).first()
    if found is None:
        _look_elsewhere(request, reminder_id)
        raise Http404
    deadline = newest_version(found.deadline)
    return redirect("desk:answer", number=deadline.request.number, deadline=deadline.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: DeskRequest, number: str, deadline: int) -> HttpResponse:
    """Show what can be answered about one deadline, or record the answer."""
    found = case_or_404(request, number)
    row = Deadline.objects.filter(request=found, pk=deadline).first()
    if row is None:
        raise Http404
    row.request = found
    form = PutOffForm(initial={"until": None})
    if request.method == "POST":
        form = PutOffForm(request.POST)
        done = _record(request, row, form)
        if done is not None:
            return done
    return _page(request, found, row, form)


def _record(request: DeskRequest, row: Deadline, form: PutOffForm) -> HttpResponse | None:
    """Where to go when it was recorded; None when the page has to say why it was not."""
    actor = Actor(request.user, request.role, timezone.now())
    decision, token = request.POST.get("decision", ""), token_of(request)
    try:
        if decision == SEEN:
            once(request.clinic, token, lambda: say_seen(actor, row))
            messages.success(request, "Noted that you are on it.")
        elif decision == LATER:
            if not form.is_valid():
                return None
            said = form.cleaned_data
            until = said["until"]
            once(
                request.clinic,
                token,
                lambda: put_off(actor, row, until=until, reason=said["reason"]),
            )
            zone = times.zone_of(request.clinic)
            messages.success(
                request, f"Put off. The next reminder comes {times.say_at(until, zone)}."
            )
        else:
            form.add_error(None, "Nothing was recorded. Press one of the two buttons.")
            return None
    except RecordedBefore as twice:
        messages.info(request, str(twice))
    except (MissingFact, ImpossibleFact) as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None
    except PriorAuthError as refusal:
        form.add_error(None, str(refusal))
        return None
    return HttpResponseRedirect(reverse("desk:case", args=[row.request.number]))


def _page(
    request: DeskRequest, found: PriorAuthRequest, row: Deadline, form: PutOffForm
) -> HttpResponse:
    now, zone = timezone.now(), times.zone_of(request.clinic)
    dates = Dates.of(row)
    payer_zone = found.coverage.plan.payer.time_zone
    last = last_safe_moment(row.due_at, row.working_at)
    context = {
        "case": found,
        "deadline": row,
        "form": form,
        "words": describe(dates, now=now, zone=zone, payer_zone=payer_zone),
        "side": "ours" if dates.is_ours else "theirs",
        "runs": row.standing == Standing.RUNNING,
        "standing": Standing(row.standing).label,
        "may_answer": may_answer(Actor(request.user, request.role, now)),
        "latest": times.say_at(last, zone),
        "is_too_late": last <= now,
        "answers": [say_answer(one, zone) for one in _answers(row)],
        "next_mail": times.say_at(row.next_reminder_at, zone) if row.next_reminder_at else "",
        "zone": zone_label(zone),
        "zone_name": zone,
        "form_token": token_for(request),
    }
    return render_page(
        request,
        "desk/answer.html",
        context,
        title=f"Answer a reminder: {found.number}",
        status=200 if not form.errors else 422,
    )


def say_answer(one: Acknowledgement, zone: str) -> str:
    """One answer in a sentence; `zone` (IANA) is the clinic's."""
    who, when = str(one.answered_by), times.say_at(one.answered_at, zone)
    if one.kind == AnswerKind.PUT_OFF and one.until is not None:
        return f"Put off until {times.say_at(one.until, zone)} by {who}, {when}: {one.reason}"
    return f"Seen by {who}, {when}"


def _answers(row: Deadline) -> Any:
    return Acknowledgement.objects.filter(deadline=row).select_related("answered_by")[:20]


def _reminders() -> Any:
    return Reminder.objects.select_related("deadline__request").defer("deadline__derivation")


def _look_elsewhere(request: DeskRequest, reminder_id: Any) -> None:
    """A reminder of another clinic of the same person: the middleware switches and comes back."""
    for membership in request.memberships:
        if membership.clinic_id == request.clinic.pk:
            continue
        with scope(clinic=membership.clinic):
            if Reminder.objects.filter(pk=reminder_id).exists():
                raise InAnotherClinic(membership.clinic)
