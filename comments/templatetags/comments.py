"""The app's face to templates."""

from typing import Any

from django import template

from articles.models import Article
from comments import thread
from comments.models import CheckSetting, Comment, HelpPanel, Signal
from comments.signals import Context, look_for
from comments.signals.distress import Distress

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
