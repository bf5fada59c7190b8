"""Mail to a patient: one row of the outbox for each event of a case that a patient is told of."""

from __future__ import annotations

from django.db import models

from cases.models.base import term_field
from cases.models.outgoing import Outgoing
from priorauth.patient_mail import PatientMailKind, Wording


class PatientMail(Outgoing):
    """One neutral mail about one event of a case, to the address that the patient had then.

    For ever unique by case, kind and event. `day` is the local day on which it was last armed: no
    two of a kind leave for one address on one day. A mail that is known not to have left has none.
    """

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="patient_mails"
    )
    event = models.ForeignKey(
        "cases.CaseEvent", on_delete=models.CASCADE, related_name="patient_mails"
    )
    kind = term_field(PatientMailKind)
    wording = term_field(Wording, help_text="Which of the fixed sentences it says.")
    address = models.CharField(
        max_length=254, help_text="Another address on file meanwhile: the mail does not go."
    )
    day = models.DateField(null=True, help_text="On the clinic's calendar.")

    class Meta(Outgoing.Meta):
        verbose_name = "mail to a patient"
        verbose_name_plural = "mails to patients"
        constraints = [
            models.UniqueConstraint(
                fields=["request", "kind", "event"], name="patient_mail_once_an_event"
            ),
            models.UniqueConstraint(
                fields=["clinic", "address", "kind", "day"], name="patient_mail_once_a_day"
            ),
        ]

    @property
    def may_have_arrived(self) -> bool:
        """Whether a copy of it left, or seemed to, without anybody knowing what became of it.

        A copy was marked as a possible repeat, or it was held and its time ran out.
        """
        is_known = self.sent_at is not None
        return not is_known and (self.possible_dup or self.settled_at is not None)

    def __str__(self) -> str:
        return f"Mail to a patient ({self.pk})"
