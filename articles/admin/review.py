"""The medical review: what has changed since the last one, and the reviewer's word on one exact version."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.access import get_article, may
from articles.admin.activity import log
from articles.admin.fields import DATE_OVERRIDES
from articles.difference import compare
from articles.models import Article, Person, Review, Version
from articles.models.review import OwnText, months_after

REVIEWS_SHOWN = 20
NOTE_CHARACTERS = 2000


class SignForm(forms.Form):
    """``people``: for whom one may sign who is none of the reviewers; None: one signs as oneself."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    person = forms.ModelChoiceField(
        label=gettext_lazy("Reviewer"),
        queryset=Person.objects.none(),
        help_text=gettext_lazy("Who has read this version and given you his word. The log names you both."),
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), choices=Review.Outcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=NOTE_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "For the editors; readers do not see it. Say what is to be changed, and where."
        ),
    )
    due_on = forms.DateField(
        label=gettext_lazy("Next review due"),
        required=False,
        widget=DATE_OVERRIDES[Review._meta.get_field("due_on").__class__]["widget"],
        help_text=gettext_lazy("Empty: after the months that the article says."),
    )

    def __init__(self, *args, article: Article, people: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.due_by_default = months_after(timezone.localdate(), article.review_every_months)
        self.fields["due_on"].initial = self.due_by_default
        if people:
            self.fields["person"].queryset = Person.objects.all()
        else:
            del self.fields["person"]

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"] or self.due_by_default
        if due_on <= timezone.localdate():
            raise forms.ValidationError(_("The next review is due after today: choose a later day."))
        return due_on

    def clean(self) -> dict:
        data = super().clean()
        if data.get("outcome") == Review.Outcome.CHANGES_WANTED and not data.get("note", "").strip():
            self.add_error("note", _("Say what is to be changed: the editors have only this note to go by."))
        return data


@dataclass
class Choice:
    """A version that may be signed now."""

    name: str
    label: str
    version: Version
    chosen: bool = False


class ReviewPage:
    """The part of ArticleAdmin on which a reviewer reads and signs."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.review_view)
        return [path("<int:pk>/review/", view, name="articles_article_review"), *super().get_urls()]

    def review_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = get_article(request, pk, to="review")
        reviewer = Person.objects.filter(user=request.user).first()
        for_others = reviewer is None and may(request.user, article, to="publish")
        if request.method != "POST":
            version = self._version_to_read(request, article)
            form = SignForm(initial={"version": version and version.n}, article=article, people=for_others)
            return self._review_page(request, article, reviewer, version, form)
        if reviewer is None and not for_others:
            raise PermissionDenied
        form = SignForm(request.POST, article=article, people=for_others)
        version = self._version_read(form, article)
        if not form.is_valid():
            return self._review_page(request, article, reviewer, version, form, status=422)
        word = {name: form.cleaned_data[name] for name in ("outcome", "note", "due_on")}
        person = form.cleaned_data.get("person", reviewer)
        try:
            review, written = article.sign(version, person=person, **word)
        except OwnText:
            form.add_error(
                "person" if for_others else None,
                _("%(person)s is an author of this version: somebody else has to review it.")
                % {"person": person},
            )
            return self._review_page(request, article, reviewer, version, form, status=409)
        if written:
            log(
                request.user,
                article,
                "reviewed_for" if for_others else "reviewed",
                version=review.version.n,
                outcome=review.outcome,
                person=str(person),
                said=review.note,
            )
        self._tell(request, article, review)
        return redirect("admin:articles_article_change", article.pk)

    # Which version

    def _choices(self, article: Article) -> list[Choice]:
        published, draft = article.published, article.draft
        choices = []
        if published:
            choices.append(Choice("published", _("the published text"), published))
        if draft and not (published and draft.digest == published.digest):
            choices.append(Choice("draft", _("the draft"), draft))
        return choices

    def _version_to_read(self, request: HttpRequest, article: Article) -> Version | None:
        """As asked for; else what readers see without a valid review; else the draft that is to come."""
        choices = {choice.name: choice.version for choice in self._choices(article)}
        asked = choices.get(request.GET.get("version"))
        if asked is None and article.is_published:
            review = article.reviews.that_readers_see().first()
            if review is None or not review.holds:
                asked = choices["published"]
        return asked or choices.get("draft") or choices.get("published")

    def _version_read(self, form: SignForm, article: Article) -> Version:
        """The very one that stood on the screen, whatever has been saved or published since."""
        n = form["version"].data or ""
        version = article.versions.filter(n=int(n)).first() if n.isdecimal() and len(n) < 10 else None
        if version is None:
            raise Http404
        return version

    def _has_moved_on(self, article: Article, version: Version) -> bool:
        return version.pk not in {article.draft_id, article.published_id}

    # What is said

    def _tell(self, request: HttpRequest, article: Article, review: Review) -> None:
        self.message_user(
            request,
            _("Signed: %(version)s, %(outcome)s. Next review due on %(day)s.")
            % {
                "version": review.version,
                "outcome": review.get_outcome_display(),
                "day": date_format(review.due_on, "SHORT_DATE_FORMAT"),
            },
            messages.SUCCESS,
        )
        if self._has_moved_on(article, review.version):
            text = _(
                "The text has changed while you were reading: you have signed %(version)s, exactly what you read, "
                "and not what was saved since."
            )
            self.message_user(
                request,
                format_html(
                    '{} <a href="{}">{}</a>',
                    text % {"version": review.version},
                    reverse("admin:articles_article_review", args=[article.pk]),
                    _("Read what has changed"),
                ),
                messages.WARNING,
            )

    def _review_page(
        self,
        request: HttpRequest,
        article: Article,
        reviewer: Person | None,
        version: Version | None,
        form: SignForm,
        status: int = 200,
    ) -> HttpResponse:
        reviews = article.reviews.select_related("person", "version").defer(
            "version__html", "version__checks"
        )
        # Who signs for others compares with whatever review was the last.
        last = (reviews.filter(person=reviewer) if reviewer else reviews).first()
        choices = self._choices(article)
        for choice in choices:
            choice.chosen = version is not None and choice.version.pk == version.pk
        context = {
            **self.admin_site.each_context(request),
            "title": _("Review «%(title)s»") % {"title": article.title},
            "opts": self.opts,
            "media": self.media,
            "article": article,
            "form": form,
            "version": version,
            "is_draft": version is not None and version.pk != article.published_id,
            "moved_on": version is not None and self._has_moved_on(article, version),
            "choices": choices if len(choices) > 1 else [],
            "last": last,
            "same_text": last and version and last.version.digest == version.digest,
            "difference": version and last and compare(last.version.data, version.data),
            "reviews": reviews.defer("version__data")[:REVIEWS_SHOWN],
            "reviewer": reviewer,
            "refusal": self._why_not(request, article, reviewer, version),
        }
        return TemplateResponse(request, "admin/articles/article/review.html", context, status=status)

    def _why_not(
        self, request: HttpRequest, article: Article, reviewer: Person | None, version: Version | None
    ) -> str:
        """Why this user cannot sign this version; empty if he can."""
        if version is None:
            return _("Nothing of this article has been saved yet: there is no text to review.")
        if reviewer is None and not may(request.user, article, to="publish"):
            return _(
                "Your login is linked to no person, so that readers could not be told who reviewed this text. Ask "
                "a chief editor to choose your login on the page of your person."
            )
        if reviewer and reviewer.slug in version.data["article"]["authors"]:
            return _(
                "You are an author of this version: somebody else has to review it. Readers must be able to trust "
                "that the review is not the author’s own."
            )
        return ""
