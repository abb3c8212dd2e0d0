"""What is kept of members' hours (account) and of customers' appointments (leads)."""

from privacy.registry import Category, WhileActive, register
from scheduling.models import Appointment, AppointmentKind, DayOff, Offer, WeeklyHours

for model in (AppointmentKind, WeeklyHours, DayOff):
    register(model, category=Category.ACCOUNT, period=WhileActive())
for model in (Offer, Appointment):
    register(model, category=Category.LEADS, period=WhileActive())
