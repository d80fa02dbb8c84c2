"""Sync's own addresses, beside the admin's."""

from django.urls import path, re_path

from sync import views, worklist_views

app_name = "sync"
urlpatterns = [
    path("secondary/", worklist_views.secondary_worklist, name="secondary_worklist"),
    re_path(
        r"^repair/(?P<model_name>insuranceplan|insurance)/(?P<pk>\d{1,18})/$",
        views.repair_pair,
        name="repair",
    ),
]
