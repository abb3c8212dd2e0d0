from django.urls import path

from assistant import copilot_views, shape_views, trying_views, views

app_name = "assistant"

urlpatterns = [
    path("", views.index, name="index"),
    path("unanswered/", views.unanswered, name="unanswered"),
    path("unanswered/<uuid:code>/dismiss/", views.dismiss_question, name="dismiss_question"),
    path("unanswered/<uuid:code>/back/", views.bring_question_back, name="bring_question_back"),
    path("examples/", views.examples, name="examples"),
    path("examples/<uuid:code>/remove/", views.remove_example, name="remove_example"),
    path("examples/<uuid:code>/back/", views.bring_example_back, name="bring_example_back"),
    path("pause/", views.pause, name="pause"),
    path("costs/", views.costs, name="costs"),
    path("settings/", views.settings, name="settings"),
    path("settings/mode/", shape_views.set_who_answers, name="set_who_answers"),
    path("settings/fair-housing/", views.jurisdiction, name="jurisdiction"),
    path("settings/claude/", views.claude, name="claude"),
    path("shape/", shape_views.shape, name="shape"),
    path("shape/publish/", shape_views.publish, name="publish"),
    path("shape/discard/", shape_views.discard, name="discard"),
    path("playground/", trying_views.playground, name="playground"),
    path("playground/<uuid:code>/", trying_views.play, name="play"),
    path("playground/<uuid:code>/on/", trying_views.play_on, name="play_on"),
    path("rehearsals/", trying_views.rehearsals, name="rehearsals"),
    path("rehearsals/new/", trying_views.rehearse, name="rehearse"),
    path("rehearsals/<uuid:code>/", trying_views.rehearsal, name="rehearsal"),
    path("rehearsals/<uuid:code>/stop/", trying_views.rehearsal_cancel, name="rehearsal_cancel"),
    path("quality/", trying_views.quality_page, name="quality"),
    path("versions/", shape_views.version_list, name="versions"),
    path("versions/<uuid:code>/restore/", shape_views.restore, name="restore"),
    path("numbers/<uuid:pk>/", views.set_mode, name="set_mode"),
    path("hand-over/", views.hand_over_rules, name="hand_over_rules"),
    path("hand-over/rule/", views.hand_over_rule, name="hand_over_rule"),
    path("of/<uuid:code>/", views.panel, name="panel"),
    path("copilot/<uuid:code>/", copilot_views.copilot, name="copilot"),
    path("copilot/<uuid:code>/make/", copilot_views.copilot_make, name="copilot_make"),
    path("runs/<uuid:code>/", views.run, name="run"),
    path("runs/<uuid:code>/feedback/", views.feedback, name="feedback"),
    path("messages/<int:pk>/rate/", views.rate_message, name="rate_message"),
    path("messages/<int:pk>/run/", views.run_of_message, name="run_of_message"),
]
