from django.urls import path

from knowledge import views

app_name = "knowledge"

urlpatterns = [
    path("", views.index, name="index"),
    path("listings/", views.listings, name="listings"),
    path("listings/new/", views.listing_new, name="listing_new"),
    path("listings/<int:pk>/", views.listing, name="listing"),
    path("listings/<int:pk>/status/", views.listing_status, name="listing_status"),
    path("listings/<int:pk>/archive/", views.listing_archive, name="listing_archive"),
    path("notes/", views.notes, name="notes"),
    path("notes/new/", views.note_new, name="note_new"),
    path("notes/<int:pk>/", views.note, name="note"),
    path("notes/<int:pk>/delete/", views.note_delete, name="note_delete"),
    path("try/", views.try_search, name="try_search"),
]
