from django.urls import path

from organizations import views

app_name = "organizations"

# `accounts/` and `invitations/` are reserved slugs, see `founding.reserved_slugs`.
urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/profile/", views.profile, name="profile"),
    path("accounts/theme/", views.theme, name="theme"),
    path("accounts/organizations/", views.switch, name="switch"),
    path("accounts/organizations/new/", views.found, name="found"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("<slug:slug>/settings/", views.settings, name="settings"),
    path("<slug:slug>/settings/members/", views.members, name="members"),
    path("<slug:slug>/settings/members/invite/", views.invite, name="invite"),
    path("<slug:slug>/settings/members/<int:pk>/role/", views.change_role, name="change_role"),
    path("<slug:slug>/settings/members/<int:pk>/deactivate/", views.deactivate, name="deactivate"),
    path("<slug:slug>/settings/members/<int:pk>/reactivate/", views.reactivate, name="reactivate"),
    path("<slug:slug>/settings/invitations/<int:pk>/resend/", views.resend, name="resend"),
    path("<slug:slug>/settings/invitations/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("<slug:slug>/settings/audit/", views.audit, name="audit"),
]
