"""
Content-Security-Policy in the shape of Django 6's ``SECURE_CSP``.

Same names and values as ``django.utils.csp`` of Django 6.0, so that an upgrade deletes this module. There is no
nonce: public pages are cached and need none, and no page of ours, of the back office neither, has inline code.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class CSP(StrEnum):
    """Source keywords, quoted as the header wants them."""

    NONE = "'none'"
    SELF = "'self'"


def build_policy(directives: Mapping[str, Sequence[str]]) -> str:
    """The header's value, for example ``{"default-src": ["'self'"]}`` → ``default-src 'self'``."""
    return "; ".join(
        f"{name} {' '.join(str(source) for source in sources)}" for name, sources in directives.items()
    )
