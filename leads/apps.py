from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from inbox import panels
        from inbox.models import Signal

        panels.register("lead", "leads:panel", Signal.Kind.LEAD, order=10)
