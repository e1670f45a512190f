from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.admin.verbs import VERBS, Verb
from comments.models import Comment, Decision, ModeratorNote
from ldnportal.markup.sanitize import COMMENT_MAX_CHARACTERS, normalise_text

REASON_MAX_CHARACTERS = 3000

# Letters that are ready to be sent: they state what is wrong and what the author can do, and judge nobody.
LETTERS: dict[str, Promise] = {
    "advice": _(
        "Your comment recommends a dose, or starting, changing or stopping a treatment. What helped one person can "
        "harm another: on this site only your own experience can be told, not advice for others. You may send it "
        "again without that passage."
    ),
    "personal": _(
        "Your comment holds details by which you or somebody else can be recognised (a name, an address, a "
        "telephone number…). To protect everybody’s privacy we do not publish them. You may send it again without "
        "them."
    ),
    "hurtful": _(
        "Your comment attacks or belittles people. Disagreement is welcome here; attacks on persons are not. You "
        "may say the same in other words."
    ),
    "selling": _(
        "Your comment offers, asks for or advertises a medicine, a product or a service. Selling, buying and "
        "advertising are not allowed on this site."
    ),
    "misleading": _(
        "Your comment states as certain something about health that is known to be false or that nothing supports. "
        "If you rely on a study or an official document, you may send it again with that source."
    ),
}


class ReasonForm(forms.Form):
    """Why: a ready letter, own words, or both; the author is given them as they stand here."""

    letter = forms.ChoiceField(
        label=_("Ready letter"),
        required=False,
        choices=[("", _("None: in my own words only")), *LETTERS.items()],
        widget=forms.RadioSelect,
        initial="",
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
        choices=[(each.value, each.label) for each in (Decision.Ground.RULES, Decision.Ground.LAW)],
        widget=forms.RadioSelect,
        initial=Decision.Ground.RULES,
    )
    clause = forms.CharField(
        label=_("Which rule or law"),
        required=False,
        max_length=200,
        help_text=_("Needed for illegal content: name the law."),
    )

    def __init__(self, *args, verbs: list[Verb], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not any(verb.needs_reason for verb in verbs):
            del self.fields["letter"]
            self.fields["reason"].help_text = _("Optional; it is kept in the history.")
        if not any(verb.has_ground for verb in verbs):
            del self.fields["ground"], self.fields["clause"]

    def why(self, verb: Verb) -> dict[str, str]:
        """What the verb takes; adds the errors to the form and is empty when something is missing."""
        data = self.cleaned_data
        parts = [str(LETTERS.get(data.get("letter", ""), "")), normalise_text(data["reason"])]
        why = {"reason": "\n\n".join(part for part in parts if part)}
        if verb.needs_reason and not why["reason"]:
            self.add_error("reason", _("Say why: choose a letter or write to the author in your own words."))
        if verb.has_ground:
            why["ground"] = data["ground"] or Decision.Ground.RULES
            why["clause"] = data["clause"]
            if why["ground"] == Decision.Ground.LAW and not why["clause"]:
                self.add_error("clause", _("Name the law that the content is against."))
        return {} if self.errors else why


class DecisionForm(ReasonForm):
    """One comment's decision: the button is the verb, ``revision`` the text that was on the screen."""

    verb = forms.ChoiceField(choices=[(name, name) for name in VERBS], widget=forms.HiddenInput)
    revision = forms.CharField(widget=forms.HiddenInput)

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
