from django.urls import path

from leads import views

app_name = "leads"

urlpatterns = [
    path("", views.index, name="index"),
    path("of/<uuid:code>/", views.panel, name="panel"),
    path("<uuid:code>/", views.detail, name="detail"),
    path("<uuid:code>/stage/", views.set_stage, name="set_stage"),
    path("<uuid:code>/owner/", views.set_owner, name="set_owner"),
    path("<uuid:code>/facts/<slug:field>/", views.set_fact, name="set_fact"),
    path("<uuid:code>/facts/<slug:field>/unlock/", views.unlock_fact, name="unlock_fact"),
    path("<uuid:code>/facts/<slug:field>/remove/", views.remove_fact, name="remove_fact"),
]
