from datetime import date, datetime

from django import template
from django.utils.formats import date_format

from ldnportal.markup.typography import typeset_html, typeset_text

register = template.Library()


@register.filter
def typeset(text: str) -> str:
    """Plain text, still to be escaped by the template; the strings of templates come here lazy."""
    return typeset_text(str(text))


# HTML that the sanitiser wrote.
register.filter("typeset_html", typeset_html)


@register.filter(expects_localtime=True)
def day(value: date | datetime) -> str:
    """«25 novembre 2026», on one line as far as the month; the first day of a month is «1er»."""
    number, rest = date_format(value, "j F Y").split(" ", 1)
    return typeset_text(f"{'1er' if number == '1' else number} {rest}")


@register.filter
def page_headings(html: str) -> str:
    """
    The headings of sanitised HTML one level up, for a page where they stand directly under its title.

    Exact, since no text and no attribute of sanitised HTML holds a raw ``<``.
    """
    for level in (3, 4):
        html = html.replace(f"<h{level}>", f"<h{level - 1}>").replace(f"</h{level}>", f"</h{level - 1}>")
    return html
