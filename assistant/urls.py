from django.urls import path

from assistant import views

app_name = "assistant"

urlpatterns = [
    path("", views.index, name="index"),
    path("pause/", views.pause, name="pause"),
    path("settings/", views.persona, name="persona"),
    path("settings/claude/", views.claude, name="claude"),
    path("numbers/<uuid:pk>/", views.set_mode, name="set_mode"),
    path("hand-over/", views.hand_over_rules, name="hand_over_rules"),
    path("hand-over/rule/", views.hand_over_rule, name="hand_over_rule"),
    path("of/<uuid:code>/", views.panel, name="panel"),
    path("runs/<uuid:code>/", views.run, name="run"),
    path("runs/<uuid:code>/feedback/", views.feedback, name="feedback"),
    path("messages/<int:pk>/run/", views.run_of_message, name="run_of_message"),
]
