"""Who works here: the user model, membership of clinics with a role in each, invitations."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower

from cases.models.base import ClinicOwned, term_field
from priorauth.terms import Role


class StaffMember(AbstractUser):
    """One person, one sign-in, whatever number of clinics they work for."""

    email = models.EmailField(
        "work e-mail", help_text="Reminders and invitations go here. No two people share one."
    )

    class Meta(AbstractUser.Meta):
        verbose_name = "staff member"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="staff_email_unique",
                violation_error_message="Another staff member already has this e-mail address.",
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="staff_username_unique",
                violation_error_message="Another staff member already has this sign-in name.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Membership(ClinicOwned):
    """A staff member's place in one clinic, with the role held there."""

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="memberships")
    role = term_field(Role, help_text="What this person may do in this clinic.")
    is_active = models.BooleanField(
        "works here",
        default=True,
        help_text="Untick to take the person out: at the next click they see nothing of this "
        "clinic, and no reminder goes to them.",
    )
    backup = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Is called in when this person answers no reminder in time.",
    )
    wants_digest = models.BooleanField(
        "gets the morning digest",
        default=True,
        help_text="One mail when the clinic opens, on days with something due: owners and leads "
        "get the clinic's list, others that of their own cases. Untick to get none.",
    )
    worklist_whose = models.CharField(
        max_length=20,
        blank=True,
        editable=False,
        help_text="Whose cases this person last chose on the worklist: it opens on them.",
    )
    joined_on = models.DateField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "staff"],
                name="membership_once",
                violation_error_message="This person already belongs to the clinic.",
            )
        ]
        ordering = ["staff__last_name", "staff__first_name", "pk"]
        verbose_name = "person"
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return f"{self.staff} ({Role(self.role).label})"


class Invitation(ClinicOwned):
    """A mail that lets a new person set a password and join. Only the token's hash is kept."""

    email = models.EmailField(help_text="The invitation goes to this address.")
    role = term_field(Role, default=Role.BILLER, help_text="The role they will hold here.")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="+", editable=False
    )
    invited_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-invited_at"]

    def __str__(self) -> str:
        return f"Invitation of {self.email}"
