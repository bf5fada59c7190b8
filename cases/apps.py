from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    """The one Django app. Nothing is started on import."""

    name = "cases"
    verbose_name = "Prior authorization"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the system checks, and who puts triggers back after a migration."""
        from cases import checks  # noqa: F401

        post_migrate.connect(_guard_moves, sender=self, dispatch_uid="cases.guard_moves")


def _guard_moves(using: str, **_: Any) -> None:
    """SQLite drops a table's triggers when Django rebuilds it."""
    from django.db import connections

    from cases.models import guarded_moves

    guarded_moves.install(connections[using])
