"""The inbox's addresses. Included at the root, for the events have a path of their own."""

from django.urls import include, path

from inbox import channels, events, serving, views

app_name = "inbox"

pages = [
    path("", views.index, name="index"),
    path("list/", views.conversation_list, name="list"),
    path("bulk/", views.bulk_run, name="bulk"),
    path("bulk/undo/", views.bulk_undo, name="bulk_undo"),
    path("assignees/", views.assignees, name="assignees"),
    path("views/", views.saved, name="saved"),
    path("views/<uuid:code>/share/", views.saved_share, name="saved_share"),
    path("views/<uuid:code>/remove/", views.saved_remove, name="saved_remove"),
    path("count/", views.count, name="count"),
    path("numbers/", views.channel_banner, name="channel_banner"),
    path("media/<uuid:code>/", serving.media, name="media"),
    path("media/<uuid:code>/thumbnail/", serving.thumbnail, name="thumbnail"),
    path("media/<uuid:code>/retry/", serving.media_retry, name="media_retry"),
    path("messages/<int:pk>/retry/", views.retry, name="retry"),
    path("news/", views.news, name="news"),
    path("news/seen/", views.news_seen, name="news_seen"),
    path("news/banner/", views.news_banner, name="news_banner"),
    path("<uuid:code>/", views.conversation, name="conversation"),
    path("<uuid:code>/hand-overs/", views.hand_overs, name="hand_overs"),
    path("<uuid:code>/draft/", views.draft, name="draft"),
    path("<uuid:code>/send/", views.send, name="send"),
    path("<uuid:code>/note/", views.note, name="note"),
    path("<uuid:code>/suggestion/", views.reject_suggestion, name="reject_suggestion"),
    path("<uuid:code>/take-over/", views.take_over, name="take_over"),
    path("<uuid:code>/hand-back/", views.hand_back, name="hand_back"),
    path("<uuid:code>/close/", views.close, name="close"),
    path("<uuid:code>/reopen/", views.reopen, name="reopen"),
    path("<uuid:code>/snooze/", views.snooze, name="snooze"),
    path("<uuid:code>/assign/", views.assign, name="assign"),
    path("<uuid:code>/allow/", views.allow, name="allow"),
    path("<uuid:code>/trace/", views.trace, name="trace"),
]

numbers = [
    path("", channels.channels, name="channels"),
    path("new/", channels.channel_new, name="channel_new"),
    path("<uuid:pk>/", channels.channel, name="channel"),
    path("<uuid:pk>/test/", channels.channel_test, name="channel_test"),
    path("<uuid:pk>/token/", channels.channel_token, name="channel_token"),
    path("<uuid:pk>/subscribe/", channels.channel_subscribe, name="channel_subscribe"),
    path("<uuid:pk>/register/", channels.channel_register, name="channel_register"),
    path("<uuid:pk>/webhook/", channels.channel_webhook, name="channel_webhook"),
    path("<uuid:pk>/disconnect/", channels.channel_disconnect, name="channel_disconnect"),
]

urlpatterns = [
    path("<slug:slug>/events/", events.events, name="events"),
    path("<slug:slug>/inbox/", include(pages)),
    path("<slug:slug>/settings/channels/", include(numbers)),
]
