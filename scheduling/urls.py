from django.urls import path

from scheduling import views

app_name = "scheduling"

urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("of/<uuid:code>/", views.panel, name="panel"),
    path("appointments/<uuid:code>/cancel/", views.appointment_cancel, name="appointment_cancel"),
    path("appointments/<uuid:code>.ics", views.appointment_file, name="appointment_file"),
    path(
        "appointments/<uuid:code>/outcome/", views.appointment_outcome, name="appointment_outcome"
    ),
    path("hours/", views.hours, name="hours"),
    path("hours/<int:pk>/", views.member_hours, name="member_hours"),
    path("hours/<int:pk>/days-off/", views.day_off_add, name="day_off_add"),
    path("days-off/<int:pk>/remove/", views.day_off_remove, name="day_off_remove"),
    path("kinds/", views.kinds, name="kinds"),
]
