"""Which address leads where."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views import defaults

from comments.views import form_after_csrf_failure, report_after_csrf_failure
from ldnportal.pages import health

urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("comments.urls")),
    path("", include("articles.urls")),
]

_FORMS_OF_READERS = {"comments:new": form_after_csrf_failure, "comments:report": report_after_csrf_failure}

admin.site.site_header = admin.site.site_title = settings.SITE_NAME


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What a reader wrote is never lost to a missing cookie; everybody else gets the page that explains."""
    match = request.resolver_match
    if match and match.view_name in _FORMS_OF_READERS:
        return _FORMS_OF_READERS[match.view_name](request, **match.kwargs)
    return render(request, "403.html", {"csrf": True}, status=403)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is too large to be read says so: «not understood» would leave its writer without a way on."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return render(request, "413.html", status=413)
    return defaults.bad_request(request, exception)
