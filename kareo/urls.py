"""The admin is nearly the whole of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("sync/", include("sync.urls")),
    path("", RedirectView.as_view(pattern_name="admin:index")),
]

handler403 = "kareo.site.not_allowed"
handler404 = "kareo.site.not_found"
