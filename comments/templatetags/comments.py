"""The app's face to templates."""

from typing import Any

from django import template
from django.conf import settings

from articles.models import Article
from comments import own, retention, thread
from comments.models import CheckSetting, Comment, ConsentText, HelpPanel, Signal
from comments.signals import Context, look_for
from comments.signals.distress import Distress

DAY = 24 * 3600

register = template.Library()


@register.inclusion_tag("comments/_thread.html", takes_context=True)
def comment_thread(context: dict[str, Any], article: Article) -> dict[str, Any]:
    """The first page of the article's conversation, with the way to write."""
    return thread.for_reader(context["request"], article)


@register.inclusion_tag("comments/_help_panel.html")
def help_for_text(text: str | None) -> dict[str, Any]:
    """Numbers to call, when what was just written shows distress."""
    found = text and look_for(Distress.name, text, context=Context(settings=CheckSetting.in_force()))
    return {"panel": HelpPanel.current() if found else None}


@register.inclusion_tag("comments/_help_panel.html")
def help_for_comment(comment: Comment) -> dict[str, Any]:
    """The same, when any text of the comment did: whatever was decided about it, and also after it was toned down."""
    found = Signal.objects.filter(revision__comment=comment, check_name=Distress.name).exists()
    return {"panel": HelpPanel.current() if found else None}


@register.simple_tag
def trust_after() -> int:
    """After how many publications an author may be published unread; 0: nobody is."""
    return settings.TRUST_AFTER


@register.inclusion_tag("comments/_privacy.html")
def privacy_in_force() -> dict[str, Any]:
    """What is stored, how long, who sees it and how it ends: from what the program does, not from an editor's memory."""
    current, *earlier = ConsentText.objects.all()
    return {
        "rules": retention.RULES,
        "consent": current,
        "earlier_consents": earlier,
        "security_cookie": settings.CSRF_COOKIE_NAME,
        "own_cookie": own.COOKIE,
        "own_cookie_days": own.LIFETIME // DAY,
        "edit_days": settings.COMMENT_EDIT_DAYS,
        "trust_after": settings.TRUST_AFTER,
    }
