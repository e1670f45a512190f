"""People, topics, pages and reviews."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.fields import DATE_OVERRIDES
from articles.admin.rich_text import RichTextAdmin, RichTextField
from articles.admin.stamping import StampingAdmin
from articles.models import Page, Person, Review, Topic
from articles.models.version import texts_of


class DescribedAdmin(StampingAdmin):
    """What articles carry a copy of: a change makes a version of every draft that it is in."""

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        for article in form.instance.articles.all() if change and form.changed_data else []:
            article.record(by=request.user, note=str(form.instance))
        super().save_related(request, form, formsets, change)


@admin.register(Topic)
class TopicAdmin(DescribedAdmin):
    list_display = ["name", "slug", "position"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    view_on_site = False


@admin.register(Person)
class PersonAdmin(DescribedAdmin):
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


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin):
    """To be read only: a review is signed on the article's review page, and not rewritten afterwards."""

    fields = ["article", "version", "person", "outcome", "reviewed_on", "due_on", "note"]
    list_display = ["article", "version", "person", "outcome", "reviewed_on", "due_on"]
    list_filter = ["outcome"]
    show_full_result_count = False
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        return (
            super()
            .get_queryset(request)
            .select_related("article", "person", "version")
            .defer(*texts_of("version"))
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return False
