from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

# Where somebody with a one-time password may go.
OPEN_VIEWS = {"admin:password_change", "admin:logout", "admin:login", "admin:jsi18n"}


def change_one_time_password(get_response: Callable[[HttpRequest], HttpResponse]):
    """Leads whoever came in with a one-time password to the form for a new one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponse | None:
        name = request.resolver_match.view_name
        # Only the back office reads the session: a public page must stay free of cookies.
        if name.startswith("admin:") and name not in OPEN_VIEWS:
            user = request.user
            if user.is_authenticated and user.must_change_password:
                return redirect("admin:password_change")
        return None

    middleware.process_view = process_view
    return middleware
