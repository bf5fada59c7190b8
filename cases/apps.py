from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The one Django app. Nothing is started on import."""

    name = "cases"
    verbose_name = "Prior authorization"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the system checks."""
        from cases import checks  # noqa: F401
