"""The clinics' staffed hours, as the domain reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from cases.models import Clinic, Closure
from cases.models import StaffedHours as Row
from priorauth.calendars.staffed_hours import OFFICE, StaffedHours


def hours_of(zones: Mapping[int, str]) -> Mapping[int, StaffedHours]:
    """Staffed hours by clinic; `zones` gives each clinic's IANA zone. Two queries for all."""
    weekly: dict[int, dict[int, tuple]] = defaultdict(dict)
    for clinic_id, weekday, opens, closes in Row._base_manager.filter(
        clinic_id__in=zones
    ).values_list("clinic_id", "weekday", "opens_at", "closes_at"):
        weekly[clinic_id][weekday] = (*weekly[clinic_id].get(weekday, ()), (opens, closes))
    closed: dict[int, list] = defaultdict(list)
    for clinic_id, first, last in Closure._base_manager.filter(clinic_id__in=zones).values_list(
        "clinic_id", "closed_from", "closed_through"
    ):
        closed[clinic_id].append((first, last))
    return {
        clinic_id: StaffedHours(zone, weekly.get(clinic_id) or OFFICE, tuple(closed[clinic_id]))
        for clinic_id, zone in zones.items()
    }


def hours_at(clinic: Clinic) -> StaffedHours:
    """One clinic's, read once for each instance of it."""
    found: StaffedHours | None = clinic.__dict__.get("_staffed_hours")
    if found is None:
        found = clinic.__dict__["_staffed_hours"] = hours_of({clinic.pk: clinic.time_zone})[
            clinic.pk
        ]
    return found


def hours_on_file(clinic: Clinic) -> StaffedHours | None:
    """As `hours_at`; None when the clinic entered neither hours nor closures."""
    hours = hours_at(clinic)
    return hours if hours.closures or hours.weekly is not OFFICE else None
