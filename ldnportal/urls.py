"""Which address leads where."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views import defaults

from comments.views import form_after_csrf_failure
from ldnportal.pages import health

urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("comments.urls")),
    path("", include("articles.urls")),
]

admin.site.site_header = admin.site.site_title = settings.SITE_NAME


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A reader's comment is never lost to a missing cookie; everybody else gets the page that explains."""
    if request.resolver_match and request.resolver_match.view_name == "comments:new":
        return form_after_csrf_failure(request, **request.resolver_match.kwargs)
    return render(request, "403.html", {"csrf": True}, status=403)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is too large to be read says so: «not understood» would leave its writer without a way on."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return render(request, "413.html", status=413)
    return defaults.bad_request(request, exception)
