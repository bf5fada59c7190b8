"""What a mail to a patient says, read at the moment it is sent."""

from __future__ import annotations

from datetime import datetime

from cases.mail.outcomes import OutgoingMail
from cases.mail.patient_mail import PatientLetter, build
from cases.mail.plain_mail import sender_address
from cases.models import PatientMail
from priorauth.patient_mail import Wording


def written(row: PatientMail, now: datetime) -> OutgoingMail:
    """The finished mail, with the clinic's name and number of `now` (aware). Raises UnfitForMail.

    `row` comes with its clinic. It goes to the address it was planned for or nowhere.
    """
    mail = PatientLetter(
        mail_id=row.pk,
        wording=Wording(row.wording),
        office=row.clinic.patient_mail_name,
        phone=row.clinic.patient_mail_phone,
        to=row.address,
        possible_dup=row.possible_dup,
    )
    content = build(mail, at=now, message_id=row.message_id).as_bytes()
    return OutgoingMail(row.pk, sender_address(), mail.to, content)
