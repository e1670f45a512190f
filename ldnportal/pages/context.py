from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """What every page says of the site; free of queries, since it runs on every page."""
    return {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
