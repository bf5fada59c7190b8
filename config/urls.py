"""The doors."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("cases.desk.account_urls")),
    # The desk comes last, at the root: /case/PA-K7Q2M9XD/ is an address people read out.
    path("", include("cases.desk.urls")),
]
