"""The journal of one comment: everything that happened to it, nothing that was erased, nobody's address."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from comments import journal
from comments.models import Comment, Complaint, Notice, Status
from ldnportal.mail.models import Outbox
from tests.comments.mailing import ADDRESS, give_address
from tests.factories import (
    make_administrator,
    make_chief_editor,
    make_comment,
    make_editor,
    make_moderator,
    make_notice,
)

pytestmark = pytest.mark.django_db

NOTIFIER = "noemie@example.net"
# What the author wrote or what may repeat it; nowhere to be read once the comment is erased.
WORDS = ("zinzolin", "Philomène", "abricotine", "bergamasque", "cacatoès", "dromadaire", "06 12 34 56 78")


@pytest.fixture
def ben():
    return make_moderator("ben", first_name="Ben")


def make_eventful(ben) -> Comment:
    """Everything happens to it but the erasing. Ada wrote it, Noémie reported it."""
    bea = make_moderator("bea", first_name="Béa")
    comment = make_comment(
        name="Philomène", text="Le zinzolin, appelez le 06 12 34 56 78.", status=Status.PENDING
    )
    give_address(comment).confirm()
    comment.refresh_from_db()
    comment.ask_changes(by=ben, revision=comment.latest_revision, reason="Sans abricotine.")
    comment.resubmit("Le zinzolin seulement.")
    comment.publish(by=ben, revision=comment.latest_revision)
    notice = make_notice(comment, explanation="Du bergamasque.", email=NOTIFIER, name="Noémie")
    removal = comment.remove(
        by=ben,
        revision=comment.latest_revision,
        reason="Du cacatoès.",
        facts="«zinzolin»",
        clause="Règle 3",
        source="notice",
    )
    Notice.objects.filter(pk=notice.pk, decision=None).update(decision=removal)
    comment.contest(removal, "Mon dromadaire !")
    comment.notes.create(author=bea, text="Elle parle de zinzolin.")
    comment.restore(by=bea, revision=comment.latest_revision, reason="Erreur.")
    comment.withdraw()
    return comment


def address(comment: Comment) -> str:
    return reverse("admin:comments_comment_journal", args=[comment.pk])


def lines(comment: Comment) -> list[str]:
    """What and who, in order; without the mails."""
    return [
        " · ".join(filter(None, [entry.what, entry.who]))
        for entry in journal.of(comment)
        if entry.kind != "mail"
    ]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_the_journal_tells_everything_in_the_order_in_which_it_happened(ben):
    comment = make_eventful(ben)
    reference = comment.notices.get().reference
    consent = comment.consent.text_id
    assert [plain(line) for line in lines(comment)] == [
        "Texte 1 : 39 caractères · l’auteur",
        "Envoyé · auteur",
        f"Consentement donné (formulation n° {consent}) · auteur",
        "Modification demandée · Ben (modérateur)",
        "Texte 2 : 22 caractères · l’auteur",
        "Envoyé de nouveau · auteur",
        "Publié · Ben (modérateur)",
        f"Signalement {reference} reçu (contraire aux règles du site)",
        f"Signalement {reference} traité : retiré",
        "Retiré · Ben (modérateur)",
        "Décision contestée par l’auteur",
        "Note écrite entre modérateurs · Béa",
        "Rétabli · Béa (modérateur)",
        "Contestation par l’auteur : fondée · Béa",
        "Retiré par son auteur · auteur",
        "Consentement retiré · auteur",
    ]


def test_a_decision_in_the_journal_says_on_what_it_rests(ben):
    comment = make_eventful(ben)
    (removal,) = [each for each in journal.of(comment) if each.said == "Du cacatoès."]
    assert [plain(each) for each in removal.details] == [
        "à propos du texte 2",
        "règles du site",
        "Règle 3",
        "origine : signalement",
        "Faits : «zinzolin»",
    ]


def test_a_text_in_the_journal_says_what_the_checks_noticed(ben):
    comment = make_eventful(ben)
    first = next(each for each in journal.of(comment) if each.kind == "text")
    noticed = [signal.explanation for signal in comment.revisions.get(n=1).signals.order_by("pk")]
    assert noticed != []
    assert [plain(each) for each in first.details] == [plain(f"Repéré : {each}") for each in noticed]


def test_every_mail_about_a_comment_is_in_its_journal_with_how_it_went(ben):
    comment = make_eventful(ben)
    answer = make_comment(article=comment.article)
    other = answer.latest_decision
    Outbox.objects.queue(f"decision:{other.pk}", "comment_published", context={"decision": other.pk})
    # The mail that asked for the confirmation is known no more once the address is confirmed.
    about_it = Outbox.objects.exclude(key=f"decision:{other.pk}").exclude(kind="address_confirm")
    first, second, *rest = about_it.order_by("pk")
    assert rest != []
    now = timezone.now()
    Outbox.objects.filter(pk=first.pk).update(sent=now)
    Outbox.objects.filter(pk=second.pk).update(given_up=now, error=f"550 {ADDRESS}")
    mails = [plain(each.what) for each in journal.of(comment) if each.kind == "mail"]
    assert mails == [
        *[f"E-mail à envoyer : {plain(each.kind_name)}" for each in (first, second, *rest)],
        f"E-mail envoyé : {plain(first.kind_name)}",
        f"E-mail abandonné : {plain(second.kind_name)}",
    ]


def test_an_answer_s_journal_has_the_mail_that_told_of_it(ben):
    parent = make_comment()
    give_address(parent, follow="each").confirm()
    answer = make_comment(parent=parent)
    (told,) = [each.what for each in journal.of(answer) if each.kind == "mail"]
    assert plain(told) == "E-mail à envoyer : réponse à un commentaire"


def test_a_comment_by_the_editorial_team_has_a_journal_without_consent(ben):
    answer = Comment.objects.answer(parent=make_comment(), text="Bonjour.", by=ben)
    assert [plain(line) for line in lines(answer)] == [
        "Texte 1 : 8 caractères · l’auteur",
        "Publié · Ben (modérateur)",
    ]


def test_the_page_shows_the_words_that_are_kept_and_no_address_and_no_note(client, ben):
    comment = make_eventful(ben)
    client.force_login(ben)
    html = client.get(address(comment)).content.decode()
    kept = ["Le zinzolin seulement.", "Sans abricotine.", "Du cacatoès.", "Mon dromadaire !", "Règle 3"]
    assert [words for words in kept if words not in html] == []
    secret = [ADDRESS, NOTIFIER, "Noémie", "Elle parle", "Du bergamasque."]
    assert [words for words in secret if words in html] == []


@pytest.mark.parametrize("by", ["author", "purge"])
def test_of_an_erased_comment_the_journal_says_that_it_was_erased_and_not_what(client, settings, ben, by):
    comment = make_eventful(ben)
    client.force_login(ben)
    assert [word for word in WORDS if word not in client.get(address(comment)).content.decode()] == [
        # Written in a report, which has its own page.
        "bergamasque"
    ]
    if by == "author":
        comment.erase()
    else:
        settings.COMMENT_RETENTION = {**settings.COMMENT_RETENTION, "withdrawn": 1}
        later = timezone.now() + timezone.timedelta(days=2)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(timezone, "now", lambda: later)
            call_command("purge", verbosity=0)
    html = client.get(address(comment)).content.decode()
    assert [word for word in WORDS if word in html] == []
    erased = [each for each in journal.of(Comment.objects.get(pk=comment.pk)) if each.kind == "erased"]
    assert [each.what for each in erased] == ["Effacé"]
    assert [plain(line) for line in lines(comment) if "Texte" in line] == [
        "Texte 1 : effacé · l’auteur",
        "Texte 2 : effacé · l’auteur",
        f"Texte du signalement {comment.notices.get().reference} effacé",
    ]


@pytest.mark.parametrize("n", [1, 3])
def test_the_journal_costs_the_same_whatever_has_happened(client, ben, django_assert_num_queries, n):
    comment = make_comment(status=Status.PENDING)
    for number in range(n):
        comment.edit(f"Appelez le 06 12 34 56 {number:02}.")
        comment.notes.create(author=make_moderator(f"note{number}"), text="Vu.")
    comment.publish(by=ben, revision=comment.latest_revision)
    for _number in range(n):
        make_notice(comment, email=NOTIFIER)
        decision = comment.remove(by=ben, revision=comment.revision_in_question, reason="Non.")
        Complaint.objects.create(decision=decision, by=Complaint.By.AUTHOR, text="Si !")
        comment.restore(by=ben, revision=comment.revision_in_question)
    client.force_login(ben)
    with django_assert_num_queries(13):
        client.get(address(comment))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (make_moderator, 200),
        (make_administrator, 200),
        (make_chief_editor, 403),
        (make_editor, 403),
    ],
)
def test_the_journal_is_for_moderators(client, who, status):
    client.force_login(who())
    assert client.get(address(make_comment())).status_code == status


def test_a_comment_that_is_not_there_has_no_journal(client, ben):
    client.force_login(ben)
    assert client.get("/admin/comments/comment/999/journal/").status_code == 404
