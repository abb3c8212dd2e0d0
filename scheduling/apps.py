from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "scheduling"

    def ready(self) -> None:
        from inbox import briefing, panels
        from inbox.models import Signal
        from scheduling import showing

        panels.register("appointments", "scheduling:panel", Signal.Kind.APPOINTMENT, order=30)
        briefing.register_matters("appointments", showing.matters_of_conversation)
