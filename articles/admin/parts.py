from django.contrib import admin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from articles.access import may
from articles.admin.activity import log
from articles.admin.drafts import DraftPage
from articles.models import Article, Version


class PartAdmin(DraftPage, admin.ModelAdmin):
    """A part of an article with a page of its own: reached from the article, and leading back to it."""

    view_on_site = False
    change_form_template = "admin/articles/part_change_form.html"

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and may(
            request.user, obj and obj.article, to="change"
        )

    def article_of(self, obj) -> Article:
        return obj.article

    def adapted(self, request: HttpRequest, article: Article, base: Version) -> tuple[str, QueryDict]:
        # Its rows are told by their keys.
        rows = self.model._default_manager.filter(article=article)
        return str(get_object_or_404(rows, key=request.POST.get("_key")).pk), request.POST

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_change_permission(request, obj) and may(
            request.user, obj and obj.article, to="change"
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return redirect("admin:articles_article_changelist")

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        # The article's draft is what was changed.
        form.instance.article.save(update_fields=["modified"])
        super().save_related(request, form, formsets, change)

    def log_change(self, request: HttpRequest, obj, message) -> None:
        """Of the article, whose version says what changed in this part."""
        if message:
            log(request.user, obj.article, "saved", version=obj.article.draft.n)

    def delete_model(self, request: HttpRequest, obj) -> None:
        article = obj.article
        super().delete_model(request, obj)
        article.save(update_fields=["modified"])
        log(request.user, article, "saved", version=article.record(by=request.user).n)

    def response_post_save_change(self, request: HttpRequest, obj) -> HttpResponse:
        return redirect("admin:articles_article_change", obj.article_id)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id) -> HttpResponse:
        super().response_delete(request, obj_display, obj_id)
        return redirect(reverse("admin:articles_article_changelist"))
