"""The app, and the table of kinds it fills from the slices' states."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

# Where each kind of matter keeps its table; read once the models are there.
KINDS = (
    "cases.intake.states:REPORT",
    "cases.whistle.states:WHISTLE",
    "cases.oversight.states.sheets:SHEET",
)


class CasesConfig(AppConfig):
    """Everything the town does, as one Django app."""

    name = "cases"
    verbose_name = "下蜀镇基层治理"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter every kind of matter into `docket.kinds`, and who reads the record as it grows."""
        import_module("xiashu.production")  # its check of a start in earnest
        docket_kinds = import_module("cases.docket.kinds")
        register = docket_kinds.register
        if settings.WEBHOOK_URL:
            docket_kinds.register_reader("webhook", quiet=False)
        docket_kinds.register_reader("notice", quiet=False)
        # The boards count every event, those of an import too.
        docket_kinds.register_reader("facts", quiet=True)
        for place in KINDS:
            module, name = place.split(":")
            register(getattr(import_module(module), name))
        chasing = import_module("cases.oversight.states.chasing")
        docket_kinds.extend(
            chasing.MOVES, chasing.STATES, chasing.FACTS, while_open={chasing.URGE.verb}
        )
