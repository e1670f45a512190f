"""From the draft to the readers: what will be published, what is in the way, and the button."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import checks, snapshot, surroundings
from articles.admin.places import place_url
from articles.models import Article, Publication
from articles.models.article import NotPublishable, SlugTaken


class PublishForm(forms.Form):
    change = forms.ChoiceField(
        label=gettext_lazy("Kind of change"),
        choices=Publication.Change.choices,
        initial=Publication.Change.MAJOR,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Minor: a slip of the pen; the medical review stays valid. Major: anything that changes what is said."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("What changed"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("One sentence for readers; it stays with this version."),
    )

    def __init__(self, *args, first: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["change"]


class PublishPage:
    """The part of ArticleAdmin that publishes."""

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.publish_article")

    def get_urls(self):
        view = self.admin_site.admin_view(self.publish_view)
        return [path("<int:pk>/publish/", view, name="articles_article_publish"), *super().get_urls()]

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_publish_permission(request):
            raise PermissionDenied
        article = Article.objects.select_related("published", "topic", "cover").filter(pk=pk).first()
        if article is None:
            raise Http404
        if request.method == "POST":
            return self._publish(request, article)
        return self._publish_page(request, article, PublishForm(first=not article.is_published))

    def _publish(self, request: HttpRequest, article: Article) -> HttpResponse:
        form = PublishForm(request.POST, first=not article.is_published)
        if not form.is_valid():
            return self._publish_page(request, article, form, status=422)
        change_url = reverse("admin:articles_article_change", args=[article.pk])
        if not article.has_unpublished_changes():
            # Also what the second click of a double click comes to.
            self.message_user(request, _("Readers already see exactly this text: nothing was published."))
            return redirect(change_url)
        try:
            version = article.publish(by=request.user, **form.cleaned_data).version
        except NotPublishable:
            return self._publish_page(request, article, form, status=409)
        except SlugTaken as taken:
            error = _("The address «%(slug)s» belongs to another article, or did: choose another one.")
            form.add_error(None, error % {"slug": taken})
            article = Article.objects.select_related("published", "topic", "cover").get(pk=article.pk)
            return self._publish_page(request, article, form, status=409)
        self.log_change(request, article, [{"changed": {"name": str(version), "object": str(version)}}])
        self.message_user(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                _("Published: %(version)s.") % {"version": version},
                article.get_absolute_url(),
                _("See it on the site"),
            ),
            messages.SUCCESS,
        )
        return redirect(change_url)

    def _publish_page(
        self, request: HttpRequest, article: Article, form: PublishForm, status: int = 200
    ) -> HttpResponse:
        data = snapshot.take(article)
        draft = data["article"]
        findings = checks.for_publishing(data, surroundings.of(article, data))
        found = [(finding, place_url(article, finding.place)) for finding in findings]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish «%(title)s»") % {"title": article.title},
            "opts": self.opts,
            "media": self.media,
            "article": article,
            "draft": draft,
            "figures": sum(len(section["figures"]) for section in draft["sections"]),
            "findings": found,
            "unchanged": article.is_published and data == article.published.data,
            "new_address": article.is_published and article.slug != article.live_slug,
            "form": form,
        }
        return TemplateResponse(request, "admin/articles/article/publish.html", context, status=status)
