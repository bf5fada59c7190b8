"""Pages around signing in: choosing the clinic, inviting, joining, taking out."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import login, views
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from cases.access import SESSION_KEY, DeskRequest, switch_to
from cases.desk.page import render_page
from cases.desk.saved_forms import token_for, token_of
from cases.forms.accounts import InviteForm, JoinForm, NewPasswordForm, ResetForm
from cases.mail.transport import keeps_mail_in_folder
from cases.models import Clinic, Invitation, Membership
from cases.workflow import staffing
from cases.workflow.once import RecordedBefore, once
from priorauth.errors import ImpossibleFact, NotAllowedNow
from priorauth.terms import Role

PEOPLE = "admin:cases_membership_changelist"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def owners_only(view: Any) -> Any:
    """Let nobody but an owner of the current clinic in."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.role is not Role.OWNER:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_POST
def switch(request: DeskRequest) -> HttpResponse:
    """Work in another of one's clinics."""
    wanted = request.POST.get("clinic", "")
    switch_to(request, get_object_or_404(Clinic, pk=wanted if wanted.isdecimal() else 0))
    return redirect("admin:index")


@owners_only
@require_http_methods(["GET", "POST"])
def invite(request: DeskRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _invite(request, form):
        return redirect("accounts:invite")
    return render_page(
        request,
        "accounts/invite.html",
        {
            "form": form,
            "form_token": token_for(request),
            "invitations": staffing.open_invitations(timezone.now()).select_related("invited_by"),
        },
        title="Invite somebody",
    )


@owners_only
@require_POST
def revoke(request: DeskRequest, pk: int) -> HttpResponse:
    """End an invitation that nobody has used."""
    staffing.revoke(get_object_or_404(Invitation, pk=pk), now=timezone.now())
    messages.success(request, "The invitation has ended: its link no longer works.")
    return redirect("accounts:invite")


@owners_only
@require_http_methods(["GET", "POST"])
def take_out(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask once, then end a person's work here."""
    membership: Membership = get_object_or_404(
        Membership.objects.select_related("staff"), pk=pk, is_active=True
    )
    if request.method == "POST":
        try:
            left = staffing.take_out(membership)
        except NotAllowedNow as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _taken_out(membership, left))
        return redirect(PEOPLE)
    return render_page(
        request,
        "accounts/take_out.html",
        {
            "member": membership,
            "open_cases": staffing.open_cases_of(membership).order_by("number")[:51],
        },
        title=f"Take out {membership.staff}",
    )


@owners_only
@require_POST
def take_back(request: DeskRequest, pk: int) -> HttpResponse:
    """Let somebody who was taken out work here again."""
    membership: Membership = get_object_or_404(Membership.objects.select_related("staff"), pk=pk)
    staffing.take_back(membership)
    messages.success(request, f"{membership.staff} works here again.")
    return redirect(PEOPLE)


@login_not_required
@never_cache
@sensitive_post_parameters("password", "password_again", "token")
@require_http_methods(["GET", "POST"])
def join(request: DeskRequest) -> HttpResponse:
    """Where an invitation's link leads. Looking at the page changes nothing."""
    token = (request.POST if request.method == "POST" else request.GET).get("token", "")
    invitation = staffing.invitation_behind(token, now=timezone.now())
    if invitation is None:
        title = "This link no longer works"
        return render_page(request, "accounts/invitation_ended.html", {}, title=title)
    known = staffing.known_staff(invitation.email)
    if known is None:
        return _join_as_new(request, invitation, token)
    return _join_as_known(request, invitation, token)


def _join_as_new(request: DeskRequest, invitation: Invitation, token: str) -> HttpResponse:
    form = JoinForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("first_name", "last_name", "password")}
        try:
            membership = staffing.join(invitation, **typed, now=timezone.now())
        except NotAllowedNow as refusal:
            form.add_error(None, str(refusal))
        else:
            login(request, membership.staff, backend=_BACKEND)
            return redirect("admin:index")
    return render_page(
        request,
        "accounts/join.html",
        {
            "form": form,
            "token": token,
            "invitation": invitation,
            "role_label": Role(invitation.role).label,
        },
        title=f"Join {invitation.clinic}",
    )


def _join_as_known(request: DeskRequest, invitation: Invitation, token: str) -> HttpResponse:
    problem = ""
    if request.method == "POST" and request.user.is_authenticated:
        try:
            staffing.accept(invitation, request.user, now=timezone.now())
        except NotAllowedNow as refusal:
            problem = str(refusal)
        else:
            request.session[SESSION_KEY] = invitation.clinic_id
            return redirect("admin:index")
    here = f"{reverse('accounts:join')}?token={token}"
    return render_page(
        request,
        "accounts/accept.html",
        {
            "token": token,
            "invitation": invitation,
            "role_label": Role(invitation.role).label,
            "problem": problem,
            "is_theirs": getattr(request.user, "email", "").lower() == invitation.email.lower(),
            "here": here,
        },
        title=f"Join {invitation.clinic}",
    )


def _invite(request: DeskRequest, form: InviteForm) -> bool:
    email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
    try:
        once(
            request.clinic,
            token_of(request),
            lambda: staffing.invite(
                request.clinic, email=email, role=role, by=request.user, now=timezone.now()
            ),
        )
    except RecordedBefore:
        messages.info(request, f"{email} is invited already; no second mail went out.")
        return True
    except ImpossibleFact as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    except OSError:  # what smtplib and sockets raise
        messages.warning(
            request,
            "The invitation is made, but the mail server did not take its mail. "
            "Invite the same address again in a while: the first link then ends.",
        )
        return True
    said = f"Invited {email}. The link works for seven days."
    if keeps_mail_in_folder():
        said += " This installation has no mail server: the mail lies as a file in its mail folder."
    messages.success(request, said)
    return True


def _taken_out(membership: Membership, left: int) -> str:
    said = f"{membership.staff} no longer works here and sees nothing from now on."
    if left == 1:
        return f"{said} One open case is still in their name: hand it over."
    return f"{said} {left} open cases are still in their name: hand them over." if left else said


class _InTheSkin:
    """Adds what the skin's frame needs: these pages know no clinic and nobody."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**admin.site.each_context(self.request), **context}


class ForgottenPassword(_InTheSkin, views.PasswordResetView):
    form_class = ResetForm
    template_name = "accounts/forgotten.html"
    subject_template_name = "accounts/mail/new_password_subject.txt"
    email_template_name = "accounts/mail/new_password.txt"
    success_url = reverse_lazy("accounts:reset_sent")


class ResetSent(_InTheSkin, views.PasswordResetDoneView):
    template_name = "accounts/reset_sent.html"


class NewPassword(_InTheSkin, views.PasswordResetConfirmView):
    form_class = NewPasswordForm
    template_name = "accounts/new_password.html"
    success_url = reverse_lazy("accounts:new_password_set")


class NewPasswordSet(_InTheSkin, views.PasswordResetCompleteView):
    template_name = "accounts/new_password_set.html"
