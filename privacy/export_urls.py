from django.urls import path

from privacy import export_views as views

app_name = "exports"
urlpatterns = [
    path("", views.exports, name="index"),
    path("new/", views.export_new, name="new"),
    path("<uuid:code>/", views.export_file, name="file"),
    path("<uuid:code>/again/", views.export_again, name="again"),
    path("<uuid:code>/delete/", views.export_delete, name="delete"),
]
