"""The app, and the table of kinds it fills from the slices' states."""

from importlib import import_module

from django.apps import AppConfig

# Where each kind of matter keeps its table; read once the models are there.
KINDS = ("cases.intake.states:REPORT",)


class CasesConfig(AppConfig):
    """Everything the town does, as one Django app."""

    name = "cases"
    verbose_name = "下蜀镇基层治理"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter every kind of matter into `docket.kinds`."""
        register = import_module("cases.docket.kinds").register
        for place in KINDS:
            module, name = place.split(":")
            register(getattr(import_module(module), name))
