"""Two records of one patient become one, and two again when it was a mistake.

Everything that hangs on the record that goes moves to the one that stays; nothing is lost, and the
events of the cases are not touched. Never across clinics.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core import serializers
from django.db import models, transaction

from cases.models import Coverage, Patient, PatientMerge, PriorAuthRequest
from cases.models.base import Edited
from cases.workflow.actor import Actor
from cases.workflow.filling_in import take_out, what_fills
from cases.workflow.rebuilding import rebuild_open_cases
from priorauth.calendars.local_time import local_date
from priorauth.errors import ImpossibleFact, NotAllowedNow
from priorauth.terms import Role

MAY_JOIN = frozenset({Role.OWNER, Role.LEAD})

_CHANGED = (
    "One of the two records was changed meanwhile, and nothing was joined. Compare them again as "
    "they are now."
)


def may_join(role: Role | None) -> bool:
    """Whether that role may join patients and take it back; None (the installation) may."""
    return role is None or role in MAY_JOIN


def links() -> Iterator[tuple[type[models.Model], str]]:
    """Every model that points at a patient, with the column by which it does."""
    for each in Patient._meta.related_objects:
        yield each.related_model, each.field.name


def join(
    actor: Actor, kept: Patient, gone: Patient, *, seen: tuple[int, int] | None = None
) -> PatientMerge:
    """Move everything of `gone` to `kept`, fill what `kept` lacks, and keep `gone` in the record.

    `seen` are the versions of both that were compared. Raises NotAllowedNow for a role that may
    not and for records changed since, ImpossibleFact for the same record or another clinic's.
    """
    _check_role(actor)
    if kept.pk == gone.pk or kept.clinic_id != gone.clinic_id:
        raise ImpossibleFact("other", "Choose another record of this clinic to join with it.")
    with transaction.atomic():
        kept, gone = _locked(kept, gone)
        if seen is not None and seen != (kept.version, gone.version):
            raise NotAllowedNow(_CHANGED)
        before = json.loads(serializers.serialize("json", [gone]))[0]
        filled = what_fills(kept, gone)
        moved = {
            f"{model._meta.model_name}.{name}": _move(model, name, gone, kept)
            for model, name in links()
        }
        for name, value in filled.items():
            setattr(kept, name, value)
        kept.version += 1
        kept.save()
        gone_id = gone.pk
        gone.delete()
        merge = PatientMerge(
            clinic_id=kept.clinic_id,
            kept=kept,
            gone_id=gone_id,
            gone=before,
            moved={name: keys for name, keys in moved.items() if keys},
            filled=filled,
            merged_by=actor.staff,
            merged_at=actor.now,
        )
        merge.save()
        rebuild_open_cases(actor, PriorAuthRequest._base_manager.filter(patient=kept))
    return merge


def take_back(actor: Actor, merge: PatientMerge) -> Patient:
    """Bring the record that went back with its number and everything that moved with it.

    What was written since stays where it is, but a withdrawal of mail counts for both. Raises
    NotAllowedNow for a role that may not, when it was taken back already, while a newer joining
    stands that moved this one along, and while a case stands under a coverage of the other record.
    """
    _check_role(actor)
    with transaction.atomic():
        merge = PatientMerge._base_manager.select_for_update(of=("self",)).get(pk=merge.pk)
        if merge.undone_at is not None:
            raise NotAllowedNow("This was taken back already.")
        kept = Patient._base_manager.select_for_update(of=("self",)).get(pk=merge.kept_id)
        _check_newest(merge, kept)
        _check_untangled(merge, kept)
        back = next(iter(serializers.deserialize("json", json.dumps([merge.gone]))))
        back.save()
        gone = Patient._base_manager.get(pk=merge.gone_id)
        for model, name in links():
            keys = merge.moved.get(f"{model._meta.model_name}.{name}", ())
            _move(model, name, kept, gone, only=keys)
        _withdraw_too(merge, kept, gone)
        take_out(kept, merge.filled)
        kept.version += 1
        kept.save()
        merge.undone_by, merge.undone_at = actor.staff, actor.now
        merge.save()
        both = PriorAuthRequest._base_manager.filter(patient__in=[kept, gone])
        rebuild_open_cases(actor, both)
    return gone


def _check_role(actor: Actor) -> None:
    if not may_join(actor.role):
        raise NotAllowedNow("Patients are joined by an owner or a lead: ask one of them.")


def _locked(kept: Patient, gone: Patient) -> tuple[Patient, Patient]:
    """Both as they are now, held in one order so that two joinings wait for each other.

    Their cases are held too: a step under way ends first.
    """
    rows = Patient._base_manager.select_for_update(of=("self",)).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[kept.pk, gone.pk])}
    if len(found) < 2:
        raise NotAllowedNow(_CHANGED)
    cases = PriorAuthRequest._base_manager.filter(patient__in=found).order_by("pk")
    list(cases.select_for_update(of=("self",)).values_list("pk"))
    return found[kept.pk], found[gone.pk]


def _move(
    model: type[models.Model],
    name: str,
    source: Patient,
    target: Patient,
    *,
    only: Sequence[int] | None = None,
) -> list[int]:
    """Give `target` the rows that `source` has by that column; the keys of those moved."""
    rows = model._base_manager.filter(**{name: source})
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    change: Mapping[str, Any] = {name: target}
    if issubclass(model, Edited):
        change = {**change, "version": models.F("version") + 1}
    model._base_manager.filter(pk__in=keys).update(**change)
    return keys


def _withdraw_too(merge: PatientMerge, kept: Patient, gone: Patient) -> None:
    """Who wanted no mail any more while the records were one said so for both.

    Said or written down since; where a later change of what is on file hides which, it counts too.
    """
    day = kept.mail_withdrawn_on
    if day is None or day.isoformat() == merge.filled.get("mail_withdrawn_on"):
        return
    joined_on = local_date(merge.merged_at, kept.clinic.time_zone)
    recorded_at = kept.mail_recorded_at
    if day < joined_on and (recorded_at is None or recorded_at < merge.merged_at):
        return
    days = (day, gone.mail_withdrawn_on, gone.mail_agreed_on)
    gone.mail_withdrawn_on = max(one for one in days if one is not None)
    gone.version += 1
    gone.save()


def _check_newest(merge: PatientMerge, kept: Patient) -> None:
    """What this joining filled and moved is of a record that went since: that one comes back first.

    Of several such newer joinings the newest is named.
    """
    standing = PatientMerge._base_manager.filter(kept=kept, undone_at=None)
    for newer in standing.order_by("-pk"):
        if merge.pk in newer.moved.get("patientmerge.kept", ()):
            raise NotAllowedNow(
                f"Patient {newer.gone_id} was joined into patient {newer.kept_id} since, and this "
                "joining moved along with it: take that newer one back first."
            )


def _check_untangled(merge: PatientMerge, kept: Patient) -> None:
    """No case may be left with one patient and another patient's coverage."""
    cases = set(merge.moved.get("priorauthrequest.patient", ()))
    coverages = set(merge.moved.get("coverage.patient", ()))
    rows = PriorAuthRequest._base_manager.filter(patient=kept)
    for number, key, coverage in rows.values_list("number", "pk", "coverage"):
        if (key in cases) is not (coverage in coverages):
            raise NotAllowedNow(
                f"Case {number} was opened or changed since, and stands between the two records. "
                "Correct its patient and coverage first, or leave the records joined."
            )
    still = Coverage._base_manager.filter(pk__in=coverages, patient=kept).count()
    if still < len(coverages) and still < Coverage._base_manager.filter(pk__in=coverages).count():
        raise NotAllowedNow("A coverage has gone to a third record since: take that back first.")
