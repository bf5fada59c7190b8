"""What a digest says, read at the moment it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django_scopes import scope

from cases.mail.digest_mail import STOPPED, DigestLine, DigestMail, Part, build
from cases.mail.outcomes import OutgoingMail
from cases.mail.plain_mail import sender_address
from cases.models import Clinic, Digest
from cases.queries.digest import DUE, due_today
from cases.queries.worklist import COUNTED_UP_TO
from cases.queries.worklist_shelves import Group
from cases.workflow.recipients import answering_for, teams
from priorauth.reminders import urgency_word
from priorauth.terms import ClockKind, OwedBy, Role, Standing

SEES_ALL = frozenset({Role.OWNER, Role.LEAD})
"""Their digest is the clinic's."""


def written(row: Digest, now: datetime) -> OutgoingMail | None:
    """The finished mail, saying what is true at `now` (aware). Raises UnfitForMail.

    None when there is nothing to say: nothing is due today, or the recipient is away after all and
    somebody stands in. `row` comes with its clinic and recipient.
    """
    clinic, recipient = row.clinic, row.recipient
    team = teams([clinic.pk], now).get(clinic.pk, ())
    role = next((one.role for one in team if one.staff_id == recipient.pk), None)
    whose = answering_for(team).get(recipient.pk)
    if role is None or whose is None:
        return None
    sees_all = role in SEES_ALL
    with scope(clinic=clinic):
        found = due_today(None if sees_all else whose, now=now, zone=clinic.time_zone)
    counts = found.counts
    if not any(counts[group] for group in DUE):
        return None
    mail = DigestMail(
        digest_id=row.pk,
        day=row.day,
        lines=tuple(_line(one, clinic, now) for one in found.rows),
        **{str(group): counts[group] for group in DUE},
        week=counts[Group.WEEK],
        counted_up_to=COUNTED_UP_TO,
        zone=clinic.time_zone,
        is_whole_clinic=sees_all,
        stands_in=not sees_all and len(whose) > 1,
        to=recipient.email.strip(),
        possible_dup=row.possible_dup,
    )
    content = build(mail, at=now, message_id=row.message_id).as_bytes()
    return OutgoingMail(row.pk, sender_address(), mail.to, content)


def _line(row: Mapping[str, Any], clinic: Clinic, now: datetime) -> DigestLine:
    kind, owed_by, due, legal = (
        ClockKind(row["kind"]),
        OwedBy(row["owed_by"]),
        row["due_at"],
        row["legal_at"],
    )
    word = urgency_word(now, kind, owed_by, due, legal=legal, zone=clinic.time_zone)
    return DigestLine(
        part=Part(row["group"]),
        case_number=row["request__number"],
        kind=kind,
        owed_by=owed_by,
        urgency_word=STOPPED if row["standing"] == Standing.TOLLED else word,
        due_at=due if clinic.mail_shows_time else None,
        zone=clinic.time_zone,
        has_legal_limit=legal is not None,
    )
