"""The inbox's addresses. Included at the root, for the events have a path of their own."""

from django.urls import include, path

from inbox import events, views

app_name = "inbox"

pages = [
    path("", views.index, name="index"),
    path("list/", views.conversation_list, name="list"),
    path("count/", views.count, name="count"),
    path("messages/<int:pk>/retry/", views.retry, name="retry"),
    path("<uuid:code>/", views.conversation, name="conversation"),
    path("<uuid:code>/hand-overs/", views.hand_overs, name="hand_overs"),
    path("<uuid:code>/send/", views.send, name="send"),
    path("<uuid:code>/note/", views.note, name="note"),
    path("<uuid:code>/take-over/", views.take_over, name="take_over"),
    path("<uuid:code>/hand-back/", views.hand_back, name="hand_back"),
    path("<uuid:code>/close/", views.close, name="close"),
    path("<uuid:code>/reopen/", views.reopen, name="reopen"),
    path("<uuid:code>/snooze/", views.snooze, name="snooze"),
    path("<uuid:code>/assign/", views.assign, name="assign"),
]

urlpatterns = [
    path("<slug:slug>/events/", events.events, name="events"),
    path("<slug:slug>/inbox/", include(pages)),
]
