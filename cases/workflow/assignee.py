"""Who may look after a case: somebody who works in its clinic and can act on a reminder."""

from __future__ import annotations

from cases.models import Membership, StaffMember
from priorauth.errors import ImpossibleFact
from priorauth.terms import Role


def check_assignee(clinic_id: int, person: StaffMember | None) -> None:
    """Raise ImpossibleFact("assigned_to") for somebody who is not here, and for an auditor.

    None, nobody yet, is always possible.
    """
    if person is None:
        return
    here = Membership._base_manager.filter(
        clinic_id=clinic_id, staff=person, is_active=True, staff__is_active=True
    ).first()
    if here is None:
        raise ImpossibleFact("assigned_to", "This person does not work in this clinic.")
    if here.role == Role.AUDITOR:
        raise ImpossibleFact(
            "assigned_to",
            "An auditor looks only and could not act on a reminder. Choose somebody else.",
        )
