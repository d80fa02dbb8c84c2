"""Sync's own addresses, beside the admin's."""

from django.urls import re_path

from sync import views

app_name = "sync"
urlpatterns = [
    re_path(
        r"^repair/(?P<model_name>insuranceplan|insurance)/(?P<pk>\d{1,18})/$",
        views.repair_pair,
        name="repair",
    ),
]
