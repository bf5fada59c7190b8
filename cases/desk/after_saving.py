"""What a person is told right after infusions, a decision or a document, beside the clocks."""

from __future__ import annotations

from collections.abc import Sequence

from cases.desk.course_panel import forecast_sentence
from cases.desk.patient_mail_words import say_state
from cases.models import Determination, PriorAuthRequest
from cases.queries.course import read_course
from cases.queries.incoming import filed_before
from priorauth.codes.denial_reasons import DenialReason, reasons
from priorauth.terms import ADVERSE_OUTCOMES, EventKind

_ABOUT_THE_COURSE = (
    EventKind.DETERMINED,
    EventKind.AUTHORIZATION_ENTERED,
    EventKind.SERIES_PLANNED,
    EventKind.INFUSION_RECORDED,
)
_TOLD_TO_PATIENTS = (
    EventKind.DETERMINED,
    EventKind.APPEAL_DECIDED,
    EventKind.EXTERNAL_REVIEW_DECIDED,
    EventKind.INFORMATION_REQUESTED,
    EventKind.PATIENT_ASKED_TO_CALL,
)


def said_after(kind: EventKind, request: PriorAuthRequest) -> list[str]:
    """How far the approval carries now, what a refusal calls for, where else a file stands."""
    said = []
    if kind in _ABOUT_THE_COURSE:
        said.append(forecast_sentence(read_course(request)))
    if kind is EventKind.DETERMINED:
        last = request.determinations.order_by("-pk").first()
        if last is not None:
            said += [f"{one.label}: {one.action.label.lower()}." for one in confirmed(last)]
    if kind is EventKind.DOCUMENT_ADDED:
        said.append(_also_on(request))
    if kind in _TOLD_TO_PATIENTS:
        said.append(_mail_to_patient(request))
    return [sentence for sentence in said if sentence]


def _mail_to_patient(request: PriorAuthRequest) -> str:
    """That the patient is written to about what was just recorded, and when."""
    last = request.patient_mails.order_by("-event_id").first()
    newest = request.events.order_by("-pk").values_list("pk", flat=True).first()
    if last is None or last.event_id != newest:
        return ""
    return f"A mail to the patient {say_state(last, request.clinic.time_zone)}"


def _also_on(request: PriorAuthRequest) -> str:
    """Where the file that was just added stands already, in case it came to the wrong one."""
    last = request.documents.order_by("-pk").first()
    others = filed_before(last.sha256) if last is not None else []
    numbers = sorted({each.request.number for each in others} - {request.number})
    return f"This very file is also on {', '.join(numbers)}." if numbers else ""


def confirmed(determination: Determination) -> Sequence[DenialReason]:
    """The reasons a person confirmed of a refusal; none of an approval."""
    is_adverse = any(
        row.outcome in ADVERSE_OUTCOMES for row in determination.line_determinations.all()
    )
    known = reasons()
    return [known[key] for key in determination.reasons if key in known] if is_adverse else []
