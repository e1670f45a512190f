from django import forms
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.admin.verbs import VERBS, Verb
from comments.models import Category, Comment, Decision, ModeratorNote, Reason
from ldnportal.markup.sanitize import COMMENT_MAX_CHARACTERS, normalise_text

REASON_MAX_CHARACTERS = 3000


class _ReasonField(forms.ModelChoiceField):
    """Each choice shows its whole letter, and which of the form's decisions it is meant for if not for all."""

    # The verbs of the form that take a reason.
    verbs: list[Verb] = []

    def label_from_instance(self, reason: Reason) -> SafeString:
        fitting = [verb for verb in self.verbs if reason.is_for(verb.name)]
        only = ""
        if len(fitting) < len(self.verbs):
            labels = ", ".join(str(verb.label) for verb in fitting)
            only = format_html(" <em>{}</em>", gettext("(only: %(verbs)s)") % {"verbs": labels})
        return format_html(
            "<span><strong>{}</strong>{}<br>{}</span>", reason.title, only, linebreaksbr(reason.letter)
        )


class ReasonForm(forms.Form):
    """
    Why: one of the reasons that administrators edit, own words, or both; the author is given them as they stand here.

    The reason that is chosen brings its ground, clause and category; what is filled in besides takes their place.
    """

    letter = _ReasonField(
        Reason.objects.none(),
        label=_("Ready letter"),
        required=False,
        empty_label=_("None: in my own words only"),
        widget=forms.RadioSelect,
        initial="",
        blank=True,
    )
    reason = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=REASON_MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The author reads this. With a ready letter it is added below it."),
    )
    ground = forms.ChoiceField(
        label=_("Ground of a rejection or removal"),
        required=False,
        choices=[
            ("", _("As the ready letter has it; without one, the site’s rules")),
            *((each.value, each.label) for each in (Decision.Ground.RULES, Decision.Ground.LAW)),
        ],
        widget=forms.RadioSelect,
        initial="",
    )
    clause = forms.CharField(
        label=_("Which rule or law"),
        required=False,
        max_length=200,
        help_text=_(
            "Empty: as the ready letter has it. Needed for illegal content: name the law. It also stands in the "
            "statement of reasons: no name, no quotation."
        ),
    )
    category = forms.ChoiceField(
        label=_("Category"),
        required=False,
        choices=[("", _("As the ready letter has it")), *Category.choices],
        help_text=_("For the statement of reasons and the public figures. Needed for illegal content."),
    )

    def __init__(self, *args, verbs: list[Verb], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        reasoned = [verb for verb in verbs if verb.needs_reason]
        if reasoned:
            self.fields["letter"].verbs = reasoned
            self.fields["letter"].queryset = Reason.objects.for_verbs(verb.name for verb in reasoned)
        else:
            del self.fields["letter"]
            self.fields["reason"].help_text = _("Optional; it is kept in the history.")
        if not any(verb.has_ground for verb in verbs):
            del self.fields["ground"], self.fields["clause"], self.fields["category"]

    def why(self, verb: Verb) -> dict[str, str]:
        """What the verb takes; adds the errors to the form and is empty when something is missing."""
        words = normalise_text(self.cleaned_data["reason"])
        if not verb.needs_reason:
            return {"reason": words}
        ready = self.cleaned_data.get("letter")
        if ready and not ready.is_for(verb.name):
            self.add_error("letter", _("This letter is not meant for what you decided: choose another one."))
        why = {"reason": "\n\n".join(filter(None, [ready.letter if ready else "", words]))}
        if not why["reason"]:
            self.add_error("reason", _("Say why: choose a letter or write to the author in your own words."))
        why |= self._ground(verb, ready)
        return {} if self.errors else why

    def _ground(self, verb: Verb, ready: Reason | None) -> dict[str, str]:
        """The ready letter's, with what was filled in besides; a clause of the rules is none of the law."""
        said = {name: self.cleaned_data.get(name, "") for name in ("ground", "clause", "category")}
        if not verb.has_ground:
            # The fields stand in the form for the other buttons.
            return {name: getattr(ready, name) for name in said} if ready else {}
        ground = said["ground"] or (ready.ground if ready else Decision.Ground.RULES)
        same = ready is not None and ready.ground == ground
        clause = said["clause"] or (ready.clause if same else "")
        category = said["category"] or (ready.category if ready else "")
        if ground == Decision.Ground.LAW and not clause:
            self.add_error("clause", _("Name the law that the content is against."))
        if ground == Decision.Ground.LAW and not category:
            self.add_error("category", _("Choose what the illegal content is about."))
        return {
            "ground": ground,
            "clause": clause,
            "category": category or Category.OTHER.value,
        }


class DecisionForm(ReasonForm):
    """One comment's decision: the button is the verb, ``revision`` the text that was on the screen."""

    verb = forms.ChoiceField(choices=[(name, name) for name in VERBS], widget=forms.HiddenInput)
    revision = forms.CharField(widget=forms.HiddenInput)
    over = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def decision(self) -> tuple[Verb, dict[str, str]] | None:
        """The verb and what it takes, or None with the errors in the form."""
        if not self.is_valid():
            return None
        verb = VERBS[self.cleaned_data["verb"]]
        # Publishing and spam take no words: nothing is sent, so nothing is asked.
        why = self.why(verb) if verb.needs_reason or verb.name == "restore" else {}
        return None if self.errors else (verb, why)


class AnswerForm(forms.Form):
    revision = forms.CharField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("Answer"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Published at once under this comment, marked as the editorial team’s."),
    )

    def __init__(self, *args, comment: Comment, **kwargs) -> None:
        self.comment = comment
        super().__init__(*args, prefix="answer", **kwargs)

    def clean_text(self) -> str:
        text = normalise_text(self.cleaned_data["text"])
        if not text:
            raise forms.ValidationError(_("Write an answer."))
        if len(text) > COMMENT_MAX_CHARACTERS:
            raise forms.ValidationError(
                _("The answer has %(length)d characters, %(limit)d are possible: shorten it."),
                params={"length": len(text), "limit": COMMENT_MAX_CHARACTERS},
            )
        return text


class NoteForm(forms.ModelForm):
    class Meta:
        model = ModeratorNote
        fields = ["text"]
        labels = {"text": _("New note")}
        help_texts = {"text": _("For moderators only; readers and the author never see it.")}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, prefix="note", **kwargs)
