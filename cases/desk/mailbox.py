"""Reminder mails in the browser, where the installation keeps them in a folder."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.mail.mailbox import NEWEST, kept_mails
from cases.mail.transport import keeps_mail_in_folder
from priorauth.terms import Role


@login_required
@never_cache
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest mails of the current clinic. Not found where mail goes to a mail server."""
    clinic = getattr(request, "clinic", None)
    if clinic is None or not keeps_mail_in_folder():
        raise Http404
    context = {
        **admin.site.each_context(request),
        "title": "Reminder mails",
        "mails": kept_mails(clinic),
        "newest": NEWEST,
        "clinic": clinic,
        "may_write": getattr(request, "role", Role.AUDITOR) is not Role.AUDITOR,
    }
    return render(request, "desk/mailbox.html", context)
