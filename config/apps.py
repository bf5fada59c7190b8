"""The admin with our own site in place of the stock one."""

from __future__ import annotations

from importlib import import_module

from django.contrib.admin.apps import SimpleAdminConfig


class DeskAdmin(SimpleAdminConfig):
    """No autodiscovery: other apps' stock ModelAdmins know nothing of clinics."""

    default_site = "cases.admin.site.DeskSite"

    def ready(self) -> None:
        super().ready()
        import_module("cases.admin")
