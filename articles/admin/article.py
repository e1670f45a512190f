"""An article's draft, and the way to its publication."""

import re

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.access import may
from articles.admin.activity import ActivityPage
from articles.admin.article_list import ArticleList
from articles.admin.availability import AvailabilityPage
from articles.admin.drafts import DraftPage, MergePage, renumbered
from articles.admin.image import rendition_url
from articles.admin.inlines import (
    AuthorshipInline,
    ComparisonInline,
    FaqEntryInline,
    SectionInline,
    SourceInline,
)
from articles.admin.notes import NotesPage
from articles.admin.publishing import PublishPage
from articles.admin.report import ReportPage
from articles.admin.review import ReviewPage
from articles.admin.rich_text import RichTextAdmin
from articles.admin.rows import Rows, anchor, problems
from articles.admin.stamping import StampingAdmin
from articles.admin.versions import VersionsPage
from articles.models import Article, Image, Version
from articles.models.version import texts_of

PUBLICATIONS_SHOWN = 20


# Of the desk, not of the text: no version holds them.
DESK_FIELDS = ["responsible", "deputy", "editors", "omissions"]


class ArticleForm(forms.ModelForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in DESK_FIELDS:
            if name in self.fields:
                self.fields[name].show_hidden_initial = True

    def clean(self) -> dict:
        """What nobody touched on this page keeps what somebody else has put there meanwhile."""
        data = super().clean()
        for name in set(DESK_FIELDS) & set(data) - set(self.changed_data):
            if name == "editors":
                data[name] = self.instance.editors.all() if self.instance.pk else []
            else:
                data[name] = getattr(self.instance, name)
        return data


@admin.register(Article)
class ArticleAdmin(
    DraftPage,
    MergePage,
    RichTextAdmin,
    ArticleList,
    PublishPage,
    AvailabilityPage,
    NotesPage,
    ActivityPage,
    ReportPage,
    ReviewPage,
    VersionsPage,
    StampingAdmin,
):
    form = ArticleForm
    fieldsets = [
        (None, {"fields": ["title", "slug", "lede", "topic", "cover"]}),
        (
            _("Comments"),
            {"fields": ["comments_open", "comments_close_after", "comment_note"], "classes": ["collapse"]},
        ),
        (_("Medical review"), {"fields": ["review_every_months", "omissions"], "classes": ["collapse"]}),
        (_("People in charge"), {"fields": ["responsible", "deputy", "editors"], "classes": ["collapse"]}),
    ]
    raw_id_fields = ["cover"]
    inlines = [AuthorshipInline, SectionInline, FaqEntryInline, ComparisonInline, SourceInline]
    # The page has its own link, shown only once there is something to see.
    view_on_site = False

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=[Script("js/article-form.js", type="module")])

    def get_urls(self):
        view = self.admin_site.admin_view(self.thumbnail_view)
        return [path("thumbnail/<int:pk>/", view, name="articles_article_thumbnail"), *super().get_urls()]

    def thumbnail_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The picture of an image that was just chosen: the form knows its number only."""
        if not request.user.has_perm("articles.view_image"):
            raise PermissionDenied
        image = Image.objects.filter(pk=pk).first()
        # A number without an image is told when the form is sent.
        return redirect(rendition_url(image, 1)) if image else HttpResponse(status=204)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return (
            super()
            .get_queryset(request)
            .select_related("topic", "published", "draft")
            .defer(
                *(
                    f"{text}__{field}"
                    for text in ("published", "draft")
                    for field in ("data", "html", "checks")
                )
            )
        )

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return may(request.user, obj, to="change")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Article | None = None) -> dict:
        return {} if obj and obj.is_published else {"slug": ["title"]}

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return super().changelist_view(request, {"title": gettext("Articles"), **(extra_context or {})})

    def add_view(self, request: HttpRequest, form_url="", extra_context=None) -> HttpResponse:
        return super().add_view(request, form_url, {"title": gettext("New article"), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url="", extra_context=None
    ) -> HttpResponse:
        article = self.get_object(request, object_id)
        extra = {} if article is None else self._surroundings(request, article)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **extra})

    def _surroundings(self, request: HttpRequest, article: Article) -> dict:
        may_change = may(request.user, article, to="change")
        return {
            "title": gettext("Change the article") if may_change else gettext("The article"),
            "may_publish": may(request.user, article, to="publish"),
            "may_review": request.user.has_perm("articles.add_review"),
            "publications": article.publications.done()
            .select_related("by", "version")
            .defer(*texts_of("version"))[:PUBLICATIONS_SHOWN],
            "reviews": article.reviews.select_related("person", "version").defer(*texts_of("version")),
        }

    def article_of(self, obj: Article) -> Article:
        return obj

    def adapted(self, request: HttpRequest, article: Article, base: Version) -> tuple[str, QueryDict]:
        data, then = request.POST.copy(), base.data["article"]
        keys = {
            part: [row["key"] for row in then[part]] for part in ("sections", "faq", "comparisons", "sources")
        }
        # What a section shows is chosen by number too.
        numbers = {data.get(f"comparisons-{place}-id"): key for place, key in enumerate(keys["comparisons"])}
        comparisons = dict(article.comparisons.values_list("key", "pk"))
        for name in [name for name in data if re.fullmatch(r"sections-\d+-comparison", name)]:
            if data[name] in numbers:
                data[name] = str(comparisons[numbers[data[name]]])
        for part in keys:
            renumbered(data, part, getattr(article, part), keys[part])
        renumbered(data, "authorships", article.authorships, then["authors"], field="person__slug")
        sections = {section.key: section for section in article.sections.all()}
        for place, section in enumerate(then["sections"]):
            prefix = f"sections-{place}-figures"
            figures = [figure["key"] for figure in section["figures"]]
            renumbered(data, prefix, sections[section["key"]].figures, figures)
            for name in [name for name in data if re.fullmatch(rf"{prefix}-\d+-section", name)]:
                data[name] = str(sections[section["key"]].pk)
        return str(article.pk), data

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        lists = [Rows(each.formset) for each in context["inline_admin_formsets"]]
        context |= {
            "row_lists": lists,
            "errors": problems(context["adminform"].form, lists),
            "max_fields": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
            "thumbnail_url": reverse("admin:articles_article_thumbnail", args=[0]),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Article, form, change: bool) -> None:
        if not change and obj.responsible is None:
            obj.responsible = request.user
        request.desk_changes = {
            name: form.cleaned_data[name] for name in DESK_FIELDS if name in form.changed_data
        }
        # Nothing changed, nothing written: «draft saved» stays true.
        if not change or form.changed_data:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        if change and not form.changed_data and any(formset.has_changed() for formset in formsets):
            form.instance.save(update_fields=["modified"])
        super().save_related(request, form, formsets, change)
        place = request.POST.get("_place", "")
        request.desk_place = anchor(place, map(Rows, formsets)) if place else ""

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue=None) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        return self._after_save(request, obj, self._back_to_place(request, obj, response))

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        response = super().response_change(request, obj)
        return self._after_save(request, obj, self._back_to_place(request, obj, response))

    def _back_to_place(self, request: HttpRequest, article: Article, response: HttpResponse) -> HttpResponse:
        """Whoever goes on writing goes on where he was."""
        place = f"#{request.desk_place}" if request.desk_place else ""
        if "_more" in request.POST:
            return redirect(f"{reverse('admin:articles_article_change', args=[article.pk])}?more=1{place}")
        if "_continue" in request.POST and isinstance(response, HttpResponseRedirect):
            response["Location"] += place
        return response

    def _after_save(self, request: HttpRequest, article: Article, response: HttpResponse) -> HttpResponse:
        """Says what saving did not do: readers see the draft only once it is published."""
        if "_popup" in request.POST:
            return response
        publish_url = reverse("admin:articles_article_publish", args=[article.pk])
        if "_publish" in request.POST and may(request.user, article, to="publish"):
            return redirect(publish_url)
        if article.is_published:
            text = gettext("Only the draft is saved: readers still see the published text.")
            link = format_html(
                ' <a href="{}">{}</a>', article.get_absolute_url(), gettext("See it on the site")
            )
        else:
            text, link = gettext("Only the draft is saved: readers do not see this article yet."), ""
        self.message_user(request, format_html("{}{}", text, link), messages.INFO)
        return response
