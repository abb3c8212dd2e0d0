"""What is kept of members' hours (account) and of customers' appointments (leads)."""

from django.utils.translation import gettext_lazy as _

from organizations.secret_fields import declare
from privacy.registry import Category, Days, WhileActive, register
from scheduling.models import (
    Appointment,
    AppointmentKind,
    CalendarLink,
    DayOff,
    Offer,
    WeeklyHours,
)

for model in (AppointmentKind, WeeklyHours, DayOff):
    register(model, category=Category.ACCOUNT, period=WhileActive())
for model in (Offer, Appointment):
    register(model, category=Category.LEADS, period=WhileActive())
register(
    CalendarLink,
    category=Category.TECHNICAL,
    period=Days(0, _("the link to an appointment's calendar file ran out")),
    clock="expires_at",
    guarded=False,
)

declare("scheduling.CalendarLink", "token_hash", "the hash of a random token")
