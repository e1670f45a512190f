"""From the draft to the readers: what will be published, what is in the way, when, and the button."""

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import checks, snapshot, surroundings
from articles.access import get_article
from articles.admin.activity import log
from articles.admin.desk_page import DeskPages, to_page
from articles.admin.places import place_url
from articles.models import Article, Publication, Version
from articles.models.publishing import ImpossibleMove, NotPublishable, SlugTaken
from articles.models.version import digest_of
from ldnportal.staff.models import User

NOW, LATER = "now", "later"


def in_words(moment: datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")


class MomentField(forms.DateTimeField):
    """A minute to come, in the time that the clocks here show."""

    def __init__(self, **kwargs) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: str) -> datetime | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            raise forms.ValidationError(_what_clocks_do(error.params["datetime"])) from None

    def validate(self, value: datetime | None) -> None:
        super().validate(value)
        if value and value <= timezone.now():
            raise forms.ValidationError(
                _("This moment has passed (it is now %(now)s): choose a later one, or publish now.")
                % {"now": in_words(timezone.now())}
            )


def _what_clocks_do(moment: datetime) -> str:
    """Why a local time is none, or two."""
    aware = moment.replace(tzinfo=timezone.get_current_timezone())
    if aware.astimezone(UTC).astimezone(aware.tzinfo).replace(tzinfo=None) != moment:
        return _(
            "In this night the clocks go forward, and this time does not exist: choose one before or after it."
        )
    return _("In this night the clocks go back, and this time comes twice: choose one before or after it.")


class PublishForm(forms.Form):
    """Of a first publication only the moment is asked: nothing has changed for readers yet."""

    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[
            (NOW, gettext_lazy("now")),
            (LATER, gettext_lazy("at the moment below, by itself")),
        ],
        initial=NOW,
        widget=forms.RadioSelect,
    )
    at = MomentField(
        label=gettext_lazy("Day and time"),
        required=False,
        help_text=gettext_lazy("Only for a later publication. In the time of this site: %(zone)s."),
    )
    change = forms.ChoiceField(
        label=gettext_lazy("Kind of change"),
        choices=[
            (
                Publication.Change.MAJOR,
                gettext_lazy(
                    "Major: what is said changes. Readers are told under “What has changed”, the date “Updated on” "
                    "moves, and the medical review no longer holds."
                ),
            ),
            (
                Publication.Change.MINOR,
                gettext_lazy("Minor: a slip of the pen. No date moves, and the medical review stays valid."),
            ),
        ],
        initial=Publication.Change.MAJOR,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("What changed, for readers"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "One sentence. A major change should have one: without it readers only learn that the text was revised."
        ),
    )

    def __init__(self, *args, first: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].help_text = self.fields["at"].help_text % {
            "zone": timezone.get_current_timezone_name()
        }
        if first:
            del self.fields["change"], self.fields["note"]

    def clean(self) -> dict:
        data = super().clean()
        if "at" in self.errors:
            return data
        if data.get("when") == LATER and not data.get("at"):
            self.add_error("at", _("Choose the day and the time of the publication."))
        if data.get("when") == NOW and data.get("at"):
            self.add_error(
                "at", _("You chose to publish now, but there is a moment here: empty it, or choose it above.")
            )
        return data


class MoveForm(forms.Form):
    at = MomentField(label=gettext_lazy("New day and time"))


class PublishPage(DeskPages):
    """The part of ArticleAdmin that publishes."""

    def get_urls(self):
        return [
            self.desk_url("publish", self.publish_view),
            self.desk_url("schedule", self.schedule_view),
            *super().get_urls(),
        ]

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = get_article(request, pk, to="publish")
        if request.method == "POST":
            return self._publish(request, article)
        return self._publish_page(request, article, PublishForm(first=not article.is_published))

    def schedule_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Moves or cancels what is scheduled."""
        article = get_article(request, pk, to="publish")
        if request.method != "POST":
            return to_page(article, "publish")
        scheduled = article.scheduled
        if scheduled is None or str(scheduled.pk) != request.POST.get("publication"):
            self.message_user(
                request,
                _(
                    "Nothing was changed: what you saw as scheduled has been published, moved or cancelled since."
                ),
                messages.WARNING,
            )
            return to_page(article, "publish")
        if "cancel" in request.POST:
            return self._cancel(request, article, scheduled)
        form = MoveForm(request.POST)
        if not form.is_valid():
            first = not article.is_published
            return self._publish_page(request, article, PublishForm(first=first), move_form=form, status=422)
        return self._move(request, article, scheduled, form.cleaned_data["at"])

    def _publish(self, request: HttpRequest, article: Article) -> HttpResponse:
        form = PublishForm(request.POST, first=not article.is_published)
        if not form.is_valid():
            return self._publish_page(request, article, form, status=422)
        try:
            with transaction.atomic():
                done = self._decide(request, article, form.cleaned_data)
        except NotPublishable:
            # The page says what is in the way.
            return self._refused(request, article, form)
        except Overtaken as overtaken:
            return self._refused(request, article, form, overtaken=overtaken.version)
        except SlugTaken as taken:
            error = _(
                "The address «%(slug)s» belongs to another article, or did, or will: choose another one."
            )
            form.add_error(None, error % {"slug": taken})
        except ImpossibleMove:
            # A minute ago it was still to come.
            form.add_error("at", _("This moment has just passed: choose a later one, or publish now."))
        if form.errors:
            return self._refused(request, article, form)
        self.message_user(request, *done)
        return to_page(article, "change")

    def _refused(
        self, request: HttpRequest, article: Article, form: PublishForm, *, overtaken: Version | None = None
    ) -> HttpResponse:
        # Anew from the database: what was tried on the old one has been rolled back.
        fresh = get_article(request, article.pk, to="publish")
        return self._publish_page(request, fresh, form, overtaken=overtaken, status=409)

    def _decide(self, request: HttpRequest, article: Article, data: dict) -> tuple[str, int]:
        """Publishes or schedules what the page showed; returns what to say. Raises Overtaken and what these raise."""
        version = article.record(by=request.user)
        scheduled = article.scheduled
        # Both also what the second click of a double click comes to.
        if article.is_published and version.digest == article.published.digest:
            return _("Readers already see exactly this text: nothing was published."), messages.INFO
        if scheduled and data["when"] == LATER and (scheduled.version, scheduled.at) == (version, data["at"]):
            return _("Exactly this is scheduled already: nothing was changed."), messages.INFO
        if version.digest != request.POST.get("digest"):
            raise Overtaken(version)
        return publish_version(
            article,
            version,
            by=request.user,
            at=data["at"],
            change=data.get("change", Publication.Change.MAJOR),
            note=data.get("note", ""),
        )

    def _cancel(self, request: HttpRequest, article: Article, scheduled: Publication) -> HttpResponse:
        with transaction.atomic():
            if article.unschedule():
                log(request.user, article, "cancelled", version=scheduled.version.n)
        text = _("The scheduled publication is cancelled: readers keep what they see now.")
        self.message_user(request, text, messages.SUCCESS)
        return to_page(article, "publish")

    def _move(
        self, request: HttpRequest, article: Article, scheduled: Publication, at: datetime
    ) -> HttpResponse:
        version = scheduled.version
        try:
            with transaction.atomic():
                article.schedule(
                    version=version, at=at, by=request.user, change=scheduled.change, note=scheduled.note
                )
                log(request.user, article, "moved", version=version.n, at=at.isoformat())
        except (NotPublishable, SlugTaken, ImpossibleMove):
            text = _(
                "The publication stays as it was scheduled: its text or its address is no longer fit to publish."
            )
            self.message_user(request, text, messages.ERROR)
        else:
            text = _("Moved: %(version)s will be published on %(at)s.")
            self.message_user(request, text % {"version": version, "at": in_words(at)}, messages.SUCCESS)
        return to_page(article, "publish")

    def _publish_page(
        self,
        request: HttpRequest,
        article: Article,
        form: PublishForm,
        *,
        move_form: MoveForm | None = None,
        overtaken: Version | None = None,
        status: int = 200,
    ) -> HttpResponse:
        data = snapshot.take(article)
        digest = digest_of(data)
        scheduled = article.scheduled
        examined = checks.examine(data, surroundings.of(article, data))
        found = [(finding, place_url(article, finding.place)) for finding in examined]
        return self.desk_page(
            request,
            article,
            "publish",
            status=status,
            title=_("Publish «%(title)s»") % {"title": article.title},
            draft=data["article"],
            digest=digest,
            figures=sum(len(section["figures"]) for section in data["article"]["sections"]),
            findings=[pair for pair in found if pair[0].level == checks.BLOCKS],
            advice=[pair for pair in found if pair[0].level == checks.ADVICE],
            unchanged=article.is_published and digest == article.published.digest,
            new_address=article.is_published and article.slug != article.live_slug,
            scheduled=scheduled,
            scheduled_is_older=scheduled is not None and scheduled.version.digest != digest,
            move_form=move_form or MoveForm(initial={"at": scheduled and scheduled.at}),
            overtaken=overtaken,
            today=timezone.localdate(),
            form=form,
        )


class Overtaken(Exception):
    """The draft is no longer the text that the page showed, but ``version``."""

    def __init__(self, version: Version) -> None:
        super().__init__(str(version))
        self.version = version


def publish_version(
    article: Article, version: Version, *, by: User, at: datetime | None, change: str, note: str
) -> tuple[str, int]:
    """Now, or at ``at``; and into the log. Returns what to say."""
    first = "" if article.is_published else "first_"
    facts = {"version": version.n, "change": change, **({"said": note} if note else {})}
    if at:
        article.schedule(version=version, at=at, by=by, change=change, note=note)
        log(by, article, f"{first}scheduled", at=at.isoformat(), **facts)
        text = _("Scheduled: %(version)s will be published on %(at)s, by itself.")
        return text % {"version": version, "at": in_words(at)}, messages.SUCCESS
    article.publish(version=version, by=by, change=change, note=note)
    log(by, article, f"{first}published", **facts)
    text = format_html(
        '{} <a href="{}">{}</a>',
        _("Published: %(version)s.") % {"version": version},
        article.get_absolute_url(),
        _("See it on the site"),
    )
    return text, messages.SUCCESS
