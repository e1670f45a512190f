from django import template

from ldnportal.markup.typography import typeset_html, typeset_text

register = template.Library()


@register.filter
def typeset(text: str) -> str:
    """Plain text, still to be escaped by the template; the strings of templates come here lazy."""
    return typeset_text(str(text))


# HTML that the sanitiser wrote.
register.filter("typeset_html", typeset_html)


@register.filter
def page_headings(html: str) -> str:
    """
    The headings of sanitised HTML one level up, for a page where they stand directly under its title.

    Exact, since no text and no attribute of sanitised HTML holds a raw ``<``.
    """
    for level in (3, 4):
        html = html.replace(f"<h{level}>", f"<h{level - 1}>").replace(f"</h{level}>", f"</h{level - 1}>")
    return html
