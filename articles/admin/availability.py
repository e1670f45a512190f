"""Taking an article away from readers, and bringing it back."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.access import get_article
from articles.admin.activity import log
from articles.admin.desk_page import DeskPages, to_page
from articles.models import Article
from articles.models.publishing import ImpossibleMove
from articles.models.version import texts_of
from ldnportal.staff.models import User

WITHDRAW, REDIRECT, UNPUBLISH = "withdraw", "redirect", "unpublish"
BRING_BACK = "bring_back"

CHOICES = [
    (
        WITHDRAW,
        gettext_lazy(
            "Withdraw: the page stays under its address, below a banner with the date and your reason. It is in no "
            "list any more, search engines drop it, and its comments are closed."
        ),
    ),
    (
        REDIRECT,
        gettext_lazy(
            "Redirect: whoever opens the page, its comments or an old address of it gets another article."
        ),
    ),
    (
        UNPUBLISH,
        gettext_lazy(
            "Unpublish: the page, its comments and its old addresses answer that the article is no longer published "
            "(410), without a reason. For what must not be read any more."
        ),
    ),
]


class TargetField(forms.ModelChoiceField):
    def label_from_instance(self, article: Article) -> str:
        return f"{article.published.title} (/{article.live_slug}/)"


class AvailabilityForm(forms.Form):
    """One field for two reasons would be dangerous: what is written for the editors could end on the page."""

    what = forms.ChoiceField(
        label=gettext_lazy("What readers get instead"),
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what readers get instead.")},
    )
    public_reason = forms.CharField(
        label=gettext_lazy("If withdrawn: reason for readers"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stands in the banner: what is no longer right, and where to read on."),
    )
    target = TargetField(
        label=gettext_lazy("If redirected: to this article"),
        queryset=Article.objects.none(),
        required=False,
        empty_label=gettext_lazy("(choose an article)"),
        help_text=gettext_lazy("Only articles that readers can open."),
        error_messages={
            "invalid_choice": gettext_lazy(
                "Readers cannot open this article (any more), or it leads back here: choose another one."
            )
        },
    )
    internal_reason = forms.CharField(
        label=gettext_lazy("If unpublished: reason for the editors"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Readers do not see it."),
    )

    sure = forms.BooleanField(
        label=gettext_lazy("Yes, take the article away now"),
        error_messages={"required": gettext_lazy("Tick this box if you are sure: readers notice at once.")},
    )

    def __init__(self, *args, article: Article, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = (
            Article.objects.published()
            .exclude(pk=article.pk)
            .select_related("published")
            .defer(*texts_of("published"))
            .order_by("published__title")
        )

    def clean(self) -> dict:
        data = super().clean()
        if data.get("what") == WITHDRAW and not data.get("public_reason"):
            self.add_error("public_reason", _("Readers are told why: write the reason."))
        if data.get("what") == REDIRECT and "target" not in self.errors and not data.get("target"):
            self.add_error("target", _("Choose the article that readers get instead."))
        return data

    @transaction.atomic
    def apply(self, article: Article, *, by: User) -> None:
        """Raises ImpossibleMove."""
        data = self.cleaned_data
        match data["what"]:
            case "withdraw":
                article.withdraw(by=by, reason=data["public_reason"])
                log(by, article, "withdrawn", said=data["public_reason"])
            case "redirect":
                article.redirect(data["target"], by=by)
                log(by, article, "redirected", to=data["target"].published.title)
            case "unpublish":
                article.unpublish(by=by, reason=data["internal_reason"])
                log(by, article, "unpublished", said=data["internal_reason"])


DONE = {
    Article.Availability.WITHDRAWN: gettext_lazy(
        "Withdrawn: readers see the page with your reason above it."
    ),
    Article.Availability.REDIRECTED: gettext_lazy("Redirected: readers get the other article."),
    Article.Availability.GONE: gettext_lazy("Unpublished: readers are told that the article is gone."),
    Article.Availability.LIVE: gettext_lazy("Back online: readers see the published text again."),
}


class AvailabilityPage(DeskPages):
    """The part of ArticleAdmin that takes articles away and brings them back."""

    def get_urls(self):
        return [self.desk_url("availability", self.availability_view), *super().get_urls()]

    def availability_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = get_article(request, pk, to="publish")
        if not article.is_published:
            self.message_user(
                request,
                _("Readers do not see this article yet: there is nothing to take away."),
                messages.INFO,
            )
            return to_page(article, "change")
        if request.method == "POST" and request.POST.get("shown") != article.availability:
            return self._impossible(request, article)
        if request.POST.get("what") == BRING_BACK:
            return self._bring_back(request, article)
        form = AvailabilityForm(request.POST if request.method == "POST" else None, article=article)
        if form.is_valid():
            try:
                form.apply(article, by=request.user)
            except ImpossibleMove:
                return self._impossible(request, article)
            return self._done(request, article)
        return self.desk_page(
            request,
            article,
            "availability",
            status=422 if form.is_bound else 200,
            title=_("Take away from readers") if article.is_live else _("Availability"),
            form=form,
            led_here=article.redirected_here.order_by("title"),
            scheduled=article.scheduled,
        )

    def _bring_back(self, request: HttpRequest, article: Article) -> HttpResponse:
        try:
            with transaction.atomic():
                article.bring_back(by=request.user)
                log(request.user, article, "brought_back")
        except ImpossibleMove:
            return self._impossible(request, article)
        return self._done(request, article)

    def _done(self, request: HttpRequest, article: Article) -> HttpResponse:
        text = format_html(
            '{} <a href="{}">{}</a>',
            DONE[article.availability],
            article.get_absolute_url(),
            _("See it on the site"),
        )
        self.message_user(request, text, messages.SUCCESS)
        return to_page(article, "availability")

    def _impossible(self, request: HttpRequest, article: Article) -> HttpResponse:
        """Also what the second click of a double click comes to."""
        self.message_user(
            request,
            _(
                "Nothing was changed: this is how the article stands already, or somebody decided otherwise meanwhile."
            ),
            messages.WARNING,
        )
        return to_page(article, "availability")
