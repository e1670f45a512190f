"""
Rich text in the editors' forms: HTML of the sanitiser's vocabulary.

With JavaScript, ``<rich-text>`` (static/js/rich-text.js) turns the textarea into an editor once it is seen. It is
Tiptap as django-prose-editor ships it, and knows exactly the elements and attributes that ``clean_section`` keeps
(tests/browser/test_rich_text.py compares the two). Without JavaScript the textarea takes the HTML itself.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ldnportal.markup.sanitize import MarkupTooDeep, MarkupTooLarge, clean_section

CITING_HELP = _("Cite a source with [@key], several with [@key1; @key2].")


class RichTextWidget(forms.Textarea):
    class Media:
        js = [forms.Script("js/rich-text.js", type="module")]
        css = {"all": ["css/rich-text.css"]}

    def use_required_attribute(self, initial: Any) -> bool:
        # The browser would hold the form back for a textarea that nobody sees.
        return False

    def render(self, name: str, value: str | None, attrs=None, renderer=None) -> SafeString:
        return format_html(
            '<rich-text>{}<p class="help rich-text__by-hand">{}</p></rich-text>',
            super().render(name, value, attrs, renderer),
            gettext(
                "HTML of a small vocabulary: p, h3, h4, ul, ol, li, strong, em, a, sub, sup, and span with lang; "
                "the rest goes."
            ),
        )


class RichTextField(forms.CharField):
    """Takes HTML, gives back what the sanitiser leaves of it; a refused text stays in the form as it was typed."""

    def __init__(self, *, rows: int = 12, **kwargs) -> None:
        kwargs.setdefault("help_text", CITING_HELP)
        kwargs.setdefault(
            "widget", RichTextWidget(attrs={"class": "vLargeTextField rich-text", "rows": rows, "cols": 90})
        )
        super().__init__(**kwargs)

    def clean(self, value: str) -> str:
        value = super().clean(value)
        try:
            cleaned = clean_section(value)
        except MarkupTooLarge:
            raise forms.ValidationError(
                _("This text is too long (more than about 7,000 words): divide it into several sections."),
                code="too-large",
            ) from None
        except MarkupTooDeep:
            raise forms.ValidationError(
                _("This HTML is nested too deeply: paste the text without formatting."), code="too-deep"
            ) from None
        if self.required and not cleaned:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return cleaned

    def has_changed(self, initial: str | None, data: str | None) -> bool:
        """Whether what would be stored differs: the editor writes the same text in other HTML than the sanitiser."""
        # Browsers send every line break as CR LF.
        initial, data = (initial or "").strip(), (data or "").replace("\r\n", "\n").strip()
        if self.disabled or initial == data:
            return False
        try:
            return clean_section(data) != initial
        except (MarkupTooLarge, MarkupTooDeep):
            return True


class RichTextAdmin:
    """For a ModelAdmin with rich text on its form: the page then holds the editor's toolbar and dialogs, once."""

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        return super().render_change_form(request, {**context, "rich_text": True}, *args, **kwargs)
