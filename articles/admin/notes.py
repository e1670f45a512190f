"""What editors tell each other about an article, on a page of its own: forms cannot stand in the article's form."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.access import get_article
from articles.admin.activity import log
from articles.admin.desk_page import DeskPages, page_of, to_page
from articles.models import Note

NOTES_A_PAGE = 50
# The same words by the same hand within this time are a button pressed twice.
TWICE = timedelta(minutes=1)


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ["text"]
        labels = {"text": gettext_lazy("New note")}
        help_texts = {"text": gettext_lazy("For whoever works on this article. Readers never see it.")}
        error_messages = {"text": {"required": gettext_lazy("The note is empty: write something first.")}}
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}


class NotesPage(DeskPages):
    """The part of ArticleAdmin that shows the notes and takes new ones, from all who may see the article."""

    def get_urls(self):
        return [self.desk_url("notes", self.notes_view), *super().get_urls()]

    def notes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = get_article(request, pk, to="view")
        form = NoteForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            sent = article.notes.filter(
                author=request.user,
                text=form.cleaned_data["text"],
                created__gt=timezone.now() - TWICE,
            )
            if not sent.exists():
                form.instance.article, form.instance.author = article, request.user
                form.save()
                log(request.user, article, "noted", said=form.cleaned_data["text"][:200])
            self.message_user(request, _("The note is kept."), messages.SUCCESS)
            return to_page(article, "notes")
        page = page_of(request, article.notes.select_related("author"), NOTES_A_PAGE)
        return self.desk_page(
            request,
            article,
            "notes",
            status=422 if form.is_bound else 200,
            title=_("Notes for the editors"),
            form=form,
            page=page,
        )
