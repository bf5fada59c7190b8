"""Who works in a clinic: invited by mail, given a role, taken out in one step."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django_scopes import scope

from cases.models import Clinic, Invitation, Membership, PriorAuthRequest, StaffMember
from priorauth.errors import ImpossibleFact, NotAllowedNow
from priorauth.terms import OPEN_STATUSES, Role

INVITATION_LASTS = timedelta(days=7)


def invite(clinic: Clinic, *, email: str, role: Role, by: StaffMember, now: datetime) -> Invitation:
    """Write an invitation and mail its link. An earlier open one to the same address ends.

    `now` is an aware instant. Only the token's hash is stored. Whether the address already signs
    in elsewhere is not told. Raises ImpossibleFact when the person already works in this clinic.
    """
    email = email.strip().lower()
    token = secrets.token_urlsafe(32)
    with scope(clinic=clinic), transaction.atomic():
        check_not_here(clinic, email)
        open_invitations(now).filter(email__iexact=email).update(revoked_at=now)
        invitation = Invitation.objects.create(
            clinic=clinic,
            email=email,
            role=role,
            token_hash=hash_of(token),
            invited_by=by,
            invited_at=now,
            expires_at=now + INVITATION_LASTS,
        )
        transaction.on_commit(lambda: _mail_invitation(invitation, token))
    return invitation


def check_not_here(clinic: Clinic, email: str) -> None:
    """Raise ImpossibleFact when somebody with this address works in the clinic already."""
    if Membership._base_manager.filter(
        clinic=clinic, staff__email__iexact=email, is_active=True
    ).exists():
        raise ImpossibleFact("email", "A person with this e-mail already works here.")


def revoke(invitation: Invitation, *, now: datetime) -> None:
    """End an invitation that nobody has used. Nothing happens to a used or ended one."""
    Invitation._base_manager.filter(
        pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True
    ).update(revoked_at=now)


def open_invitations(now: datetime) -> QuerySet[Invitation]:
    """Invitations of the clinic in scope that still work at `now`."""
    return Invitation.objects.filter(_open_at(now))


def invitation_behind(token: str, *, now: datetime) -> Invitation | None:
    """The invitation a link leads to, in whatever clinic; None when it does not work (any more)."""
    return (
        Invitation._base_manager.filter(_open_at(now), token_hash=hash_of(token))
        .filter(clinic__is_active=True)
        .select_related("clinic")
        .first()
    )


def known_staff(email: str) -> StaffMember | None:
    """The staff member who signs in with this address, if any."""
    return StaffMember.objects.filter(email__iexact=email).first()


def join(
    invitation: Invitation, *, first_name: str, last_name: str, password: str, now: datetime
) -> Membership:
    """Make the invited person's sign-in and membership.

    Raises NotAllowedNow when the invitation was used or ended meanwhile, or when the address got a
    sign-in meanwhile (then they sign in and accept).
    """
    with transaction.atomic():
        _use_up(invitation, now)
        if known_staff(invitation.email) is not None:
            raise NotAllowedNow("This e-mail has a sign-in by now: sign in to accept.")
        staff = StaffMember.objects.create_user(
            username=invitation.email,
            email=invitation.email,
            password=password,
            first_name=first_name.strip(),
            last_name=last_name.strip(),
            is_staff=True,
        )
        return _settle(invitation, staff)


def accept(invitation: Invitation, staff: StaffMember, *, now: datetime) -> Membership:
    """Let an existing staff member join. The invitation must be to their own address.

    Raises NotAllowedNow otherwise, and when it was used or ended meanwhile.
    """
    if staff.email.lower() != invitation.email.lower():
        raise NotAllowedNow(
            "This invitation is for another person. Sign out, then open its link again."
        )
    with transaction.atomic():
        _use_up(invitation, now)
        return _settle(invitation, staff)


def check_role_change(membership: Membership, role: Role) -> None:
    """Raise NotAllowedNow when the clinic would be left without an owner.

    To be called in the transaction that then changes the role.
    """
    if role != Role.OWNER:
        _keep_an_owner(membership)


def change_role(membership: Membership, role: Role) -> None:
    """Give another role. Raises NotAllowedNow for the clinic's last owner."""
    with transaction.atomic():
        check_role_change(membership, role)
        membership.role = role
        membership.save(update_fields=["role"])


def check_backup(membership: Membership, backup: Membership | None) -> None:
    """Raise ImpossibleFact("backup") for oneself, somebody who left, and an auditor."""
    if backup is None:
        return
    if backup.pk == membership.pk:
        raise ImpossibleFact("backup", "Nobody is their own backup. Choose somebody else.")
    if not backup.is_active or backup.role == Role.AUDITOR:
        raise ImpossibleFact(
            "backup", "This person could not act on a reminder here. Choose somebody else."
        )


def name_backup(membership: Membership, backup: Membership | None) -> None:
    """Say who is called in when this person answers no reminder in time; None: the leads."""
    check_backup(membership, backup)
    membership.backup = backup
    membership.save(update_fields=["backup"])


def switch_digest(membership: Membership, *, is_wanted: bool) -> None:
    """Say whether this person gets the morning digest; from the next morning on."""
    membership.wants_digest = is_wanted
    membership.save(update_fields=["wants_digest"])


def take_out(membership: Membership) -> int:
    """End a person's work in this clinic, from their next click on.

    Returns how many open cases are still assigned to them here: somebody must take those over.
    Raises NotAllowedNow for the clinic's last owner.
    """
    with transaction.atomic():
        _keep_an_owner(membership)
        membership.is_active = False
        membership.save(update_fields=["is_active"])
    return open_cases_of(membership).count()


def take_back(membership: Membership) -> None:
    """Let a person who was taken out work here again, in the role they had."""
    membership.is_active = True
    membership.save(update_fields=["is_active"])


def open_cases_of(membership: Membership) -> QuerySet[PriorAuthRequest]:
    """Open cases of the clinic whose reminders go to this person first."""
    return PriorAuthRequest._base_manager.filter(
        clinic_id=membership.clinic_id,
        assigned_to_id=membership.staff_id,
        status__in=OPEN_STATUSES,
    )


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _open_at(now: datetime) -> Q:
    return Q(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)


def _use_up(invitation: Invitation, now: datetime) -> None:
    """Claim the invitation: of two people (or clicks) at once, one gets it."""
    claimed = Invitation._base_manager.filter(_open_at(now), pk=invitation.pk).update(
        accepted_at=now
    )
    if claimed != 1:
        raise NotAllowedNow("This invitation was used or has ended. Ask for a new one.")


def _settle(invitation: Invitation, staff: StaffMember) -> Membership:
    membership, _ = Membership._base_manager.update_or_create(
        clinic_id=invitation.clinic_id,
        staff=staff,
        defaults={"role": invitation.role, "is_active": True},
    )
    return membership


def _keep_an_owner(membership: Membership) -> None:
    # The clinic's row is the lock: two owners cannot take each other out at the same moment.
    Clinic.objects.select_for_update().get(pk=membership.clinic_id)
    stored = Membership._base_manager.get(pk=membership.pk)
    others = Membership._base_manager.filter(
        clinic_id=membership.clinic_id, role=Role.OWNER, is_active=True, staff__is_active=True
    ).exclude(pk=membership.pk)
    if stored.role == Role.OWNER and stored.is_active and not others.exists():
        raise NotAllowedNow(
            "The clinic would be left without an owner. Make somebody else an owner first."
        )


def _mail_invitation(invitation: Invitation, token: str) -> None:
    link = f"{settings.SITE_URL}{reverse('accounts:join')}?token={token}"
    text = render_to_string(
        "accounts/mail/invitation.txt", {"link": link, "invitation": invitation}
    )
    EmailMessage(
        subject="You are invited to a deadline desk", body=text, to=[invitation.email]
    ).send()
