from django.urls import path

from knowledge import import_views, views

app_name = "knowledge"

urlpatterns = [
    path("", views.index, name="index"),
    path("listings/", views.listings, name="listings"),
    path("listings/new/", views.listing_new, name="listing_new"),
    path("listings/<int:pk>/", views.listing, name="listing"),
    path("listings/<int:pk>/status/", views.listing_status, name="listing_status"),
    path("listings/<int:pk>/archive/", views.listing_archive, name="listing_archive"),
    path("listings/<int:pk>/read/", import_views.reading_of_listing, name="reading_of_listing"),
    path("import/", import_views.import_index, name="import"),
    path("import/upload/", import_views.import_upload, name="import_upload"),
    path("import/template.csv", import_views.import_template, name="import_template"),
    path("import/page/", import_views.reading_new, name="reading_new"),
    path("import/page/<uuid:code>/", import_views.reading, name="reading"),
    path("import/page/<uuid:code>/again/", import_views.reading_again, name="reading_again"),
    path("import/page/<uuid:code>/discard/", import_views.reading_discard, name="reading_discard"),
    path("import/<uuid:code>/", import_views.import_file, name="import_file"),
    path("import/<uuid:code>/run/", import_views.import_run, name="import_run"),
    path("import/<uuid:code>/undo/", import_views.import_undo, name="import_undo"),
    path("import/<uuid:code>/discard/", import_views.import_discard, name="import_discard"),
    path("import/<uuid:code>/problems.csv", import_views.import_problems, name="import_problems"),
    path("notes/", views.notes, name="notes"),
    path("notes/new/", views.note_new, name="note_new"),
    path("notes/<int:pk>/", views.note, name="note"),
    path("notes/<int:pk>/delete/", views.note_delete, name="note_delete"),
    path("try/", views.try_search, name="try_search"),
]
