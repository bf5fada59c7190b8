"""Addresses of the desk. They carry case numbers and row numbers, never a patient's details."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from cases.desk import calls, case, document, mailbox, search, undo, why, worklist

app_name = "desk"


def _step_page(request: HttpRequest, number: str, step: str) -> HttpResponse:
    from cases.desk.step_view import step_page

    return step_page(request, number=number, step=step)


def _new_request(request: HttpRequest) -> HttpResponse:
    from cases.desk.step_view import new_request

    return new_request(request)


urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("new/", _new_request, name="new_request"),
    path("calls/", calls.calls, name="calls"),
    path("mails/", mailbox.mailbox, name="mailbox"),
    path("search/", search.search, name="search"),
    path("case/<str:number>/", case.case, name="case"),
    path("case/<str:number>/why/<int:deadline>/", why.why, name="why"),
    path("case/<str:number>/undo/<int:event>/", undo.undo, name="undo"),
    path("case/<str:number>/document/<int:pk>/", document.document, name="document"),
    path("case/<str:number>/<slug:step>/", _step_page, name="step"),
]
