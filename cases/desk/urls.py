"""Addresses of the desk. They carry case numbers and row numbers, never a patient's details."""

from __future__ import annotations

from django.urls import path

from cases.desk import (
    answer,
    calls,
    case,
    cover_sheet,
    document,
    financing,
    held_reminders,
    importing,
    incoming,
    lookups,
    mailbox,
    many,
    new_call,
    reports,
    rule,
    saved_filters,
    search,
    sending,
    step_view,
    undo,
    why,
    worklist,
)

app_name = "desk"


urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("many/", many.many, name="many"),
    path("filters/", saved_filters.save, name="save_filter"),
    path("filters/<int:pk>/remove/", saved_filters.remove, name="remove_filter"),
    path("new/", step_view.new_request, name="new_request"),
    path("import/", importing.choose, name="import"),
    path("import/<int:pk>/", importing.sheet, name="sheet"),
    path("import/<int:pk>/rejects/", importing.rejects, name="import_rejects"),
    path("calls/", calls.calls, name="calls"),
    path("mails/", mailbox.mailbox, name="mailbox"),
    path("reminders/", held_reminders.held, name="held_reminders"),
    path("reminders/<uuid:reminder>/", held_reminders.settle, name="settle_reminder"),
    path("sending/", sending.sending, name="sending"),
    path("sending/resume/", sending.let_go, name="resume_sending"),
    path("calls/new/", new_call.new_call, name="new_call"),
    path("file/", incoming.bring_in, name="bring_in"),
    path("file/<int:pk>/", incoming.paper, name="paper"),
    path("file/<int:pk>/page/", incoming.page, name="paper_page"),
    path("file/<int:pk>/download/", incoming.download, name="paper_download"),
    path("lookup/cases/", lookups.cases, name="find_cases"),
    path("lookup/patients/", lookups.patients, name="find_patients"),
    path("lookup/diagnoses/", lookups.diagnosis_codes, name="find_diagnoses"),
    path("lookup/reasons/", lookups.reasons, name="find_reasons"),
    path("reports/", reports.first, name="reports"),
    path("reports/<slug:report>/", reports.report, name="report"),
    path("rules/<slug:rule>/", rule.rule, name="rule"),
    path("search/", search.search, name="search"),
    path("case/<str:number>/", case.case, name="case"),
    path("answer/<str:token>/", answer.answer_link, name="answer_link"),
    path("case/<str:number>/answer/<int:deadline>/", answer.answer, name="answer"),
    path("case/<str:number>/why/<int:deadline>/", why.why, name="why"),
    path("case/<str:number>/undo/<int:event>/", undo.undo, name="undo"),
    path("case/<str:number>/document/<int:pk>/", document.document, name="document"),
    path("case/<str:number>/cover-sheet/", cover_sheet.cover_sheet, name="cover_sheet"),
    path("case/<str:number>/financing/", financing.financing, name="financing"),
    path("case/<str:number>/<slug:step>/", step_view.step_page, name="step"),
]
