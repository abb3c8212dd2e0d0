from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "scheduling"

    def ready(self) -> None:
        from inbox import panels
        from inbox.models import Signal

        panels.register("appointments", "scheduling:panel", Signal.Kind.APPOINTMENT, order=30)
