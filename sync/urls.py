"""Sync's own URLs, beside the admin's."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from sync.screens import views
from sync.screens.log.undoing import undo_page
from sync.screens.merging.groups import dismiss_group, look_alikes
from sync.screens.merging.page import merge_page
from sync.screens.search.page import search_both
from sync.screens.worklist import coverage_worklist

app_name = "sync"
urlpatterns = [
    path("search/", search_both, name="search"),
    path("coverage/", coverage_worklist, name="coverage_worklist"),
    path("secondary/", RedirectView.as_view(pattern_name="sync:coverage_worklist")),  # bookmarks
    re_path(
        r"^preview/(?P<model_name>insurancecompany|insuranceplan|insurance)/(?:(?P<pk>\d{1,18})/)?$",
        views.preview_page,
        name="preview",
    ),
    re_path(r"^repair/company/(?P<pk>\d{1,18})/$", views.repair_company, name="repair_company"),
    path("alike/<slug:finding>/", look_alikes, name="look_alikes"),
    path("alike/<slug:finding>/dismiss/", dismiss_group, name="dismiss_group"),
    path("undo/<uuid:batch>/", undo_page, name="undo"),
    re_path(
        r"^merge/(?P<model_name>insurancecompany|insuranceplan|insurance)/$",
        merge_page,
        name="merge",
    ),
    re_path(r"^dismiss/(?P<pk>\d{1,18})/$", views.dismiss_look_alike, name="dismiss"),
    re_path(
        r"^link/(?P<model_name>insuranceplan|insurance)/(?P<pk>\d{1,18})/$",
        views.link_pair,
        name="link",
    ),
    re_path(
        r"^repair/(?P<model_name>insuranceplan|insurance)/(?P<pk>\d{1,18})/$",
        views.repair_pair,
        name="repair",
    ),
]
