from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchedulingConfig(AppConfig):
    name = "scheduling"

    def ready(self) -> None:
        from inbox import briefing, panels
        from inbox.models import Signal
        from organizations import auditing
        from scheduling import showing

        panels.register("appointments", "scheduling:panel", Signal.Kind.APPOINTMENT, order=30)
        briefing.register_matters("appointments", showing.matters_of_conversation)
        for action, words in {
            "appointment.booked": _("booked an appointment"),
            "appointment.moved": _("moved an appointment"),
            "appointment.cancelled": _("cancelled an appointment"),
            "appointment.done": _("noted that an appointment took place"),
            "appointment.no_show": _("noted that a customer did not come"),
            "appointment_kind.changed": _("changed a kind of appointment"),
            "hours.changed": _("changed a member's hours"),
            "day_off.added": _("added a day off"),
            "day_off.removed": _("removed a day off"),
        }.items():
            auditing.register_words(action, words)
