"""What the policies on file ask for of one request, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cases.models import InfusionSession, PayerStance, PriorAuthRequest, ScaleScore, TreatmentTrial
from cases.models.infusions import STANDING
from cases.models.treatment_trials import FAILED, ScaleName, TrialKind
from cases.queries.payer_stances import stances_on
from priorauth.calendars.local_time import local_date
from priorauth.calendars.wording import say_day
from priorauth.readiness.criteria import OnFile, PolicyAsks
from priorauth.terms import InfusionStatus


def criteria_of(request: PriorAuthRequest, today: date) -> list[tuple[PolicyAsks, OnFile]]:
    """Each policy in force that asks for something, with what is on file of the same.

    The registers are read only for what some policy asks.
    """
    asking = [row for row in stances_on(request, today) if _asks_something(row)]
    trials = (
        list(TreatmentTrial.objects.filter(patient=request.patient_id))
        if any(row.asks_trials for row in asking)
        else []
    )
    scales = {row.asks_scale for row in asking} - {""}
    scores = _scores(request, scales) if scales else {}
    return [(_asked(row), _on_file(request, row, trials, scores)) for row in asking]


def _asks_something(row: PayerStance) -> bool:
    return bool(row.asks_trials or row.asks_scale or row.asks_places or row.asks_prescribers)


def _asked(row: PayerStance) -> PolicyAsks:
    number = f"Policy {row.policy_number}" if row.policy_number else row.title or "The policy"
    return PolicyAsks(
        id=str(row.pk),
        source=f"{number}, read {say_day(row.reviewed_on)}",
        condition=row.condition,
        failed_trials=row.asks_trials,
        trial_kind=TrialKind(row.asks_trial_kind).label if row.asks_trial_kind else "",
        scale=ScaleName(row.asks_scale).label if row.asks_scale else "",
        least_score=row.asks_score,
        places=row.places_asked(),
        prescribers=row.prescribers_asked(),
    )


def _on_file(
    request: PriorAuthRequest,
    row: PayerStance,
    trials: Sequence[TreatmentTrial],
    scores: dict[str, ScaleScore],
) -> OnFile:
    kind = row.asks_trial_kind
    counted = [each for each in trials if not kind or each.kind == kind]
    failed: dict[str, str] = {}
    for each in counted:
        if each.outcome in FAILED:
            failed.setdefault(each.name.strip().casefold(), each.name.strip())
    score, who = scores.get(row.asks_scale), request.requesting_clinician
    lines = sorted(request.lines.all(), key=lambda line: line.position)
    return OnFile(
        trials=len(counted),
        failed=list(failed.values()),
        score=score.score if score else None,
        scored_on=score.taken_on if score else None,
        places=list(dict.fromkeys(line.place_of_service for line in lines)),
        prescriber=str(who) if who else "",
        taxonomy=who.taxonomy if who else "",
    )


def _scores(request: PriorAuthRequest, scales: set[str]) -> dict[str, ScaleScore]:
    """By scale the last score before the patient's first infusion, else the newest."""
    sessions = InfusionSession.objects.filter(
        STANDING,
        request__patient=request.patient_id,
        status=InfusionStatus.DONE,
        started_at__isnull=False,
    )
    first = sessions.order_by("started_at").values_list("started_at", flat=True).first()
    began_on = local_date(first, request.clinic.time_zone) if first else None
    rows = ScaleScore.objects.filter(patient=request.patient_id, scale__in=scales)
    found: dict[str, ScaleScore] = {}
    for row in rows.order_by("taken_on", "pk"):
        if row.scale not in found or began_on is None or row.taken_on <= began_on:
            found[row.scale] = row
    return found
