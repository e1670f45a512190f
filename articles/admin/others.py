"""People, topics, pages and reviews."""

import calendar
from datetime import date

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.fields import DATE_OVERRIDES
from articles.admin.rich_text import RichTextAdmin, RichTextField
from articles.admin.stamping import StampingAdmin
from articles.models import Article, Page, Person, Review, Topic, Version


@admin.register(Topic)
class TopicAdmin(StampingAdmin):
    list_display = ["name", "slug", "position"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    view_on_site = False


@admin.register(Person)
class PersonAdmin(StampingAdmin):
    list_display = ["name", "qualification", "example"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


class PageForm(forms.ModelForm):
    body = RichTextField(label=_("Text"), rows=30, help_text="")


@admin.register(Page)
class PageAdmin(RichTextAdmin, admin.ModelAdmin):
    form = PageForm
    fields = ["title", "slug", "body", "updated"]
    list_display = ["title", "slug", "updated"]
    formfield_overrides = DATE_OVERRIDES


def months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class ReadVersionField(forms.ModelChoiceField):
    def label_from_instance(self, version: Version) -> str:
        return f"{version.title} – {version}"


class ReviewForm(forms.ModelForm):
    """Bound to the text that readers see now: whoever read an older one is told so."""

    version = ReadVersionField(
        label=_("Text that was read"),
        queryset=Version.objects.none(),
        error_messages={
            "invalid_choice": _("This text is no longer the published one: read the new one, then review it.")
        },
    )
    due_on = forms.DateField(
        label=_("Next review due"),
        required=False,
        widget=DATE_OVERRIDES[Review._meta.get_field("due_on").__class__]["widget"],
        help_text=_("Empty: after the months that the article says."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "version" in self.fields:
            live = Article.objects.published().values("published")
            self.fields["version"].queryset = (
                Version.objects.filter(pk__in=live).select_related("article").light().order_by("title")
            )

    def clean(self) -> dict:
        data = super().clean()
        version, reviewed_on = data.get("version"), data.get("reviewed_on")
        if version:
            self.instance.article = version.article
            if reviewed_on and not data.get("due_on") and "due_on" not in self.errors:
                data["due_on"] = months_after(reviewed_on, version.article.review_every_months)
        return data


@admin.register(Review)
class ReviewAdmin(StampingAdmin):
    """A review is somebody's word on one text: it is added, and not rewritten afterwards."""

    form = ReviewForm
    fields = ["version", "person", "outcome", "reviewed_on", "due_on", "note"]
    formfield_overrides = DATE_OVERRIDES
    list_display = ["article", "version", "person", "outcome", "reviewed_on", "due_on"]
    list_select_related = ["article", "person", "version"]
    list_filter = ["outcome"]
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return False
