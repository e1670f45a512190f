"""
What moderators do on a comment's page besides deciding: words out, a decision back, a colleague's confirmed or taken back,
an author or an article quiet.
"""

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.admin.forms import REASON_MAX_CHARACTERS
from comments.models import Comment, Confirmation, NotImpartial, Restriction, StaleDecision
from comments.models.restriction import LONGEST, Unknown
from comments.signals.marking import NotInText


class RedactionForm(forms.Form):
    """Which words go, and what their author is told. Nothing can be added or rewritten."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Words to take out"),
        help_text=_(
            "One passage a line, exactly as it stands in the text; wherever it stands, «[personal data removed]» comes "
            "in its place. Nothing else is changed."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Copy here the words that are to go.")},
    )
    reason = forms.CharField(
        label=_("Reason given to the author"),
        max_length=REASON_MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        initial=_(
            "These details could let somebody recognise you or another person. To protect everybody’s privacy we do "
            "not publish them."
        ),
        error_messages={"required": _("Say why: the author is told.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, prefix="redact", **kwargs)

    def clean_words(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["words"].splitlines() if line.strip()]


class RestrictionForm(forms.Form):
    """For how long the author of a comment cannot write, or is always read first, and what he is told."""

    # Without an answer as before there was a choice: a form that was open then is sent all the same.
    kind = forms.TypedChoiceField(
        label=_("Which restriction"),
        required=False,
        choices=Restriction.Kind.choices,
        initial=Restriction.Kind.CLOSED,
        empty_value=Restriction.Kind.CLOSED.value,
        widget=forms.RadioSelect,
        help_text=_(
            "The second refuses nothing: it takes away, while it lasts, that a trusted author is published unread."
        ),
    )
    days = forms.IntegerField(
        label=_("For how many days"),
        min_value=1,
        max_value=LONGEST.days,
        initial=7,
        help_text=_(
            "Without a confirmed address an author is known by the connection alone, and only for the day of the comment."
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    reason = forms.CharField(
        label=_("Reason given to the author"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why: whoever is restricted is told.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, prefix="restrict", **kwargs)


class Measures:
    """The part of CommentAdmin with these acts; each is a POST that leads back to the page."""

    def get_urls(self):
        views = {
            "redact": self.redact_view,
            "undo": self.undo_view,
            "confirm": self.confirm_view,
            "restrict": self.restrict_view,
            "pause": self.pause_view,
        }
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"comments_comment_{name}")
            for name, view in views.items()
        ]
        return own + super().get_urls()

    def redact_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        comment = self._to_act_on(request, pk)
        if request.method != "POST":
            return self._back_to(comment)
        form = RedactionForm(request.POST)
        if not form.is_valid():
            return self._page(request, comment, status=422, redaction_form=form)
        said = form.cleaned_data
        revision = comment.revisions.filter(pk=said["revision"]).first()
        try:
            comment.redact(by=request.user, revision=revision, words=said["words"], reason=said["reason"])
        except NotInText as wrong:
            form.add_error(
                "words",
                gettext("These words do not stand in the text: %(words)s. Copy them letter by letter.")
                % {"words": ", ".join(f"«{each}»" for each in wrong.words)},
            )
            return self._page(request, comment, status=422, redaction_form=form)
        except StaleDecision as refusal:
            self.message_user(request, self.refusal_of(comment, refusal), messages.ERROR)
            return self._page(request, self._comment(pk), status=409, redaction_form=form)
        self.message_user(request, gettext("The words are taken out."), messages.SUCCESS)
        return self._back_to(comment)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        comment = self._to_act_on(request, pk)
        if request.method != "POST":
            return self._back_to(comment)
        number = request.POST.get("decision", "")
        decision = comment.decisions.filter(pk=int(number[:18])).first() if number.isdecimal() else None
        try:
            comment.undo(decision, by=request.user)
        except StaleDecision as refusal:
            self.message_user(request, self.refusal_of(comment, refusal), messages.ERROR)
            return self._page(request, self._comment(pk), status=409)
        self.message_user(request, gettext("Undone: the comment is where it was before."), messages.SUCCESS)
        return self._back_to(comment)

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        comment = self._to_act_on(request, pk)
        if request.method != "POST":
            return self._back_to(comment)
        number, overturns = request.POST.get("confirmation", ""), "overturn" in request.POST
        there = Confirmation.objects.about(comment)
        confirmation = there.filter(pk=int(number[:18])).first() if number.isdecimal() else None
        try:
            if confirmation is None:
                raise StaleDecision(gettext("Nothing waits for a confirmation here (any more)."))
            if overturns:
                confirmation.overturn(by=request.user)
            else:
                confirmation.confirm(by=request.user)
        except (StaleDecision, NotImpartial) as refusal:
            self.message_user(request, self.refusal_of(comment, refusal), messages.ERROR)
            return self._page(request, self._comment(pk), status=409)
        said = gettext("Taken back: it is as it was before.") if overturns else gettext("Confirmed.")
        self.message_user(request, self._looked_at(request, said), messages.SUCCESS)
        return self._back_to(comment)

    def _looked_at(self, request: HttpRequest, what: str) -> SafeString:
        """What happened, and the way to the next comment that waits for a confirmation by this moderator."""
        waiting = Comment.objects.to_confirm(by=request.user).order_by("pk")
        following = waiting.first()
        if following is None:
            return format_html("{} {}", what, gettext("Nothing waits for your confirmation any more."))
        return format_html(
            '{} <a href="{}" data-key="n">{}</a>',
            what,
            reverse("admin:comments_comment_change", args=[following.pk]),
            gettext("Next one to confirm (%(n)d waiting)") % {"n": waiting.count()},
        )

    def restrict_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        comment = self._to_act_on(request, pk)
        if request.method != "POST":
            return self._back_to(comment)
        if "lift" in request.POST:
            there = Restriction.objects.on_author_of(comment)
            if there:
                there.lift()
            said = gettext("Its author may write again.")
            if there and not there.shuts_out:
                said = gettext("The restriction is lifted.")
            self.message_user(request, said, messages.SUCCESS)
            return self._back_to(comment)
        form = RestrictionForm(request.POST)
        if not form.is_valid():
            return self._page(request, comment, status=422, restriction_form=form)
        try:
            made = Restriction.objects.impose(comment, by=request.user, **form.cleaned_data)
        except Unknown:
            form.add_error(
                None,
                gettext(
                    "Nothing is known (any more) by which this author would be recognised: no confirmed address, no trace "
                    "of today."
                ),
            )
            return self._page(request, comment, status=409, restriction_form=form)
        said = (
            gettext("Its author cannot write until %(date)s, and is told why.")
            if made.shuts_out
            else gettext(
                "Until %(date)s every comment of its author is read before publication; the private pages of his comments "
                "say why."
            )
        )
        until = date_format(localtime(made.until), "DATETIME_FORMAT")
        self.message_user(request, said % {"date": until}, messages.SUCCESS)
        return self._back_to(comment)

    def pause_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        comment = self._to_act_on(request, pk)
        if request.method != "POST":
            return self._back_to(comment)
        paused = request.POST.get("paused") == "1"
        comment.article.pause_comments(paused=paused)
        said = gettext("Comments paused by the moderators.") if paused else gettext("Comments open again.")
        # The editors see it in the article's activity.
        LogEntry.objects.log_actions(
            user_id=request.user.pk,
            queryset=[comment.article],
            action_flag=CHANGE,
            change_message=said,
            single_object=True,
        )
        self.message_user(request, said, messages.SUCCESS)
        return self._back_to(comment)
