"""Which mail an event makes, to whom, and what it says and does not say."""

import re
from datetime import UTC, timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail as post
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from comments import letters
from comments.models import Comment, Complaint, Status
from ldnportal.mail.models import Outbox
from tests.comments.mailing import (
    ADDRESS,
    deliver,
    give_address,
    make_reachable,
    paths,
    private_path,
    subject,
)
from tests.factories import make_administrator, make_comment, make_editor, make_moderator

pytestmark = pytest.mark.django_db

# What a moderator does, the state it starts from, what the mail's subject says; with a reason or without.
DECISIONS = {
    "publish": (Status.PENDING, "votre commentaire est publié", False),
    "ask_changes": (Status.PENDING, "une modification de votre commentaire est demandée", True),
    "reject": (Status.PENDING, "votre commentaire n’a pas été publié", True),
    "remove": (Status.PUBLISHED, "votre commentaire a été retiré", True),
    "restore": (Status.REMOVED, "votre commentaire est finalement publié", False),
}
REASON = "Une dose s’y trouve.\n<b>Sans elle</b>, il paraîtra."


def decide(comment: Comment, verb: str, *, with_reason: bool = False) -> None:
    why = {"reason": REASON} if with_reason else {}
    getattr(comment, verb)(by=make_moderator(), revision=comment.latest_revision, **why)


def answer(parent: Comment, *, status: str = Status.PUBLISHED, **kwargs) -> Comment:
    return make_comment(parent=parent, status=status, **kwargs)


def html_of(mail) -> str:
    ((content, mimetype),) = [(each.content, each.mimetype) for each in mail.alternatives]
    assert mimetype == "text/html"
    return content


@pytest.mark.parametrize("verb", DECISIONS)
def test_the_author_is_told_of_each_decision_with_the_reason_and_his_private_link(verb):
    status, what, with_reason = DECISIONS[verb]
    comment = make_reachable(status=status, text="Mon texte de santé")
    decide(comment, verb, with_reason=with_reason)
    (mail,) = deliver()
    assert (mail.to, subject(mail)) == ([ADDRESS], f"LDN Portail : {what}")
    assert paths(mail)[0] == private_path(comment)
    assert ("Une dose s’y trouve." in mail.body) == with_reason
    assert ("&lt;b&gt;Sans elle&lt;/b&gt;" in html_of(mail)) == with_reason
    assert "santé" not in mail.body + html_of(mail)


@pytest.mark.parametrize(
    ("verb", "what"),
    [
        ("publish", "votre nouveau texte est publié"),
        ("ask_changes", "une modification est demandée dans votre nouveau texte"),
        ("reject", "votre nouveau texte n’a pas été publié"),
    ],
)
def test_what_was_decided_about_a_new_text_is_not_said_of_the_comment(verb, what):
    comment = make_reachable(status=Status.PUBLISHED)
    comment.edit("Nouveau texte.")
    decide(comment, verb, with_reason=verb != "publish")
    (mail,) = deliver()
    assert subject(mail) == f"LDN Portail : {what}"


def test_a_ground_in_law_is_named():
    comment = make_reachable(status=Status.PENDING)
    comment.reject(
        by=make_moderator(), revision=comment.latest_revision, reason="Non.", ground="law", clause="CSP L5122"
    )
    (mail,) = deliver()
    assert "contenu illicite (CSP L5122)" in mail.body


@pytest.mark.parametrize("verb", ["mark_spam", "withdraw", "erase"])
def test_of_spam_and_of_what_he_does_himself_the_author_gets_no_mail(verb):
    comment = make_reachable(status=Status.PENDING)
    if verb == "mark_spam":
        decide(comment, verb)
    else:
        getattr(comment, verb)()
    assert deliver() == []


def test_an_author_without_an_address_makes_no_mail():
    comment = make_comment(status=Status.PENDING)
    decide(comment, "publish")
    answer(comment)
    assert Outbox.objects.count() == 0


def test_a_decision_that_fails_makes_no_mail():
    comment = make_reachable(status=Status.PENDING)
    before = Outbox.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        decide(comment, "publish")
        _ = 1 / 0
    assert Outbox.objects.count() == before


def test_a_moderator_who_read_the_comment_before_the_address_was_confirmed_tells_its_author_all_the_same():
    comment = make_comment(status=Status.PENDING)
    on_the_screen = Comment.objects.get()
    give_address(comment).confirm()
    decide(on_the_screen, "publish")
    assert [subject(mail) for mail in deliver()] == ["LDN Portail : votre commentaire est publié"]


def test_what_is_erased_before_the_mail_leaves_is_not_told():
    comment = make_reachable(status=Status.PENDING)
    decide(comment, "publish")
    comment.erase()
    assert deliver() == []
    assert Outbox.objects.latest("pk").given_up is not None


@pytest.mark.parametrize(("outcome", "said"), [("upheld", "elle est annulée"), ("dismissed", "maintenue")])
def test_the_author_is_told_what_became_of_his_complaint(outcome, said):
    comment = make_reachable(status=Status.REJECTED)
    complaint = Complaint.objects.create(
        decision=comment.latest_decision,
        by="author",
        text="Non.",
        outcome=outcome,
        decided_by=make_moderator(),
        decided_at=timezone.now(),
    )
    letters.queue(letters.COMPLAINT_DECIDED, comment=comment, complaint=complaint)
    (mail,) = deliver()
    assert (said in mail.body, paths(mail)[0]) == (True, private_path(comment))


def test_who_contested_being_taken_for_spam_is_told_that_he_was_right():
    comment = make_reachable(status=Status.SPAM)
    comment.contest(comment.contestable()[0], "Je suis une personne.")
    decide(comment, "unmark_spam")
    (mail,) = deliver()
    assert ("elle est annulée" in mail.body, paths(mail)) == (
        True,
        [private_path(comment), paths(mail)[-1]],
    )


def test_who_contested_a_removal_gets_one_mail_that_it_is_taken_back():
    comment = make_reachable(status=Status.REMOVED)
    comment.contest(comment.contestable()[0], "C’est une erreur.")
    decide(comment, "restore")
    assert [subject(mail) for mail in deliver()] == ["LDN Portail : votre commentaire est finalement publié"]


# Answers


def test_an_answer_is_told_of_once_it_is_published_itself():
    comment = make_reachable(follow="each")
    waiting = answer(comment, status=Status.PENDING, name="Eve", text="Ma réponse")
    assert deliver() == []
    decide(waiting, "publish")
    (mail,) = deliver()
    assert (mail.to, subject(mail)) == ([ADDRESS], "LDN Portail : une réponse à votre commentaire")
    assert paths(mail)[:2] == [f"/commentaires/{waiting.pk}/", private_path(comment)]
    assert [word for word in ("Eve", "Ma réponse") if word in mail.body + html_of(mail)] == []


def test_an_answer_of_the_editors_is_told_of_too():
    comment = make_reachable(follow="each")
    Comment.objects.answer(parent=comment, text="Bonjour.", by=make_moderator())
    assert len(deliver()) == 1


@pytest.mark.parametrize("follow", ["", "daily"])
def test_nobody_is_told_of_answers_one_by_one_who_did_not_ask(follow):
    comment = make_reachable(follow=follow)
    answer(comment)
    assert deliver() == []


def test_nobody_is_told_of_his_own_answer():
    comment = make_reachable(follow="each")
    own = make_reachable(parent=comment, status=Status.PENDING)
    decide(own, "publish")
    assert [subject(mail) for mail in deliver()] == ["LDN Portail : votre commentaire est publié"]


@pytest.mark.parametrize("end", ["withdraw", "stop"])
def test_an_answer_that_is_gone_or_not_wanted_any_more_is_not_told_of(end):
    comment = make_reachable(follow="each")
    late = answer(comment)
    if end == "withdraw":
        late.withdraw()
    else:
        comment.contributor.stop_answers()
    assert deliver() == []


def test_an_answer_published_again_is_not_told_of_twice():
    comment = make_reachable(follow="each")
    again = answer(comment, status=Status.REMOVED)
    deliver()
    post.outbox.clear()
    decide(again, "restore")
    assert deliver() == []


# The digests


def digest() -> list:
    call_command("send_comment_digests", verbosity=0)
    return deliver()


def test_answers_are_gathered_once_a_day(set_clock):
    first, second = make_reachable(follow="daily"), make_reachable(follow="daily")
    answers = [answer(first), answer(first), answer(second)]
    answer(second, status=Status.PENDING)
    (mail,) = digest()
    assert (mail.to, subject(mail)) == ([ADDRESS], "LDN Portail : 3 réponses à vos commentaires")
    assert paths(mail)[:5] == [
        *(f"/commentaires/{each.pk}/" for each in answers),
        private_path(first),
        private_path(second),
    ]
    late = answer(first)
    assert digest() == []
    set_clock(timezone.now() + timedelta(days=1))
    (mail,) = digest()
    assert [path for path in paths(mail) if path == f"/commentaires/{late.pk}/"] == [paths(mail)[0]]
    set_clock(timezone.now() + timedelta(days=1))
    assert digest() == []


def test_what_was_published_before_he_asked_for_it_is_not_in_the_digest():
    comment = make_comment()
    answer(comment)
    give_address(comment, follow="daily").confirm()
    deliver()
    assert digest() == []


def test_the_moderators_digest_says_how_many_wait_and_not_what(set_clock):
    make_moderator(email="ben@example.org")
    make_moderator("bea")
    make_administrator(email="alma@example.org", is_active=False)
    make_editor(email="cleo@example.org")
    for _n in range(2):
        make_comment(status=Status.PENDING, name="Eve", text="Ma santé à moi")
    (mail,) = digest()
    assert (mail.to, subject(mail)) == (["ben@example.org"], "LDN Portail : 2 commentaires attendent")
    assert [word for word in ("Eve", "santé à moi") if word in mail.body + html_of(mail)] == []
    assert digest() == []
    set_clock(timezone.now() + timedelta(days=1))
    assert len(digest()) == 1


def test_moderators_get_no_mail_when_nothing_waits():
    make_moderator(email="ben@example.org")
    make_comment()
    assert digest() == []


# The headers


def test_the_headers_are_those_of_a_mail_by_a_machine_that_can_be_stopped():
    comment = make_reachable(status=Status.PENDING)
    decide(comment, "publish")
    (mail,) = deliver()
    sent = message_from_bytes(mail.message().as_bytes(), policy=policy.default)
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(
        r"<http://localhost/commentaires/courriel/stop/[^/>\s]+/>", sent["List-Unsubscribe"].strip()
    )
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", sent["Message-ID"])
    # In UTC, and said so: «-0000».
    sent_at = sent["Date"].datetime.replace(tzinfo=UTC)
    assert abs((sent_at - timezone.now()).total_seconds()) < 60
    assert [part.get_content_type() for part in sent.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("name", ["Eve\r\nBcc: all@example.org", "Eve\nX-Evil: 1", "Eve <eve@example.net>"])
def test_a_pseudonym_injects_nothing(name):
    comment = make_reachable(status=Status.PENDING, follow="each", name="Ada")
    plain = headers_after(comment, "Ada")
    assert (
        headers_after(make_reachable("eve@example.org", status=Status.PENDING, follow="each"), name) == plain
    )


def headers_after(comment: Comment, name: str) -> list[list[str]]:
    """The names of the headers of all mails about a comment and its answer, both by such a name."""
    post.outbox.clear()
    Comment.objects.update(display_name=name)
    decide(comment, "publish")
    late = answer(comment, status=Status.PENDING)
    Comment.objects.update(display_name=name)
    decide(late, "publish")
    sent = [message_from_bytes(mail.message().as_bytes(), policy=policy.default) for mail in deliver()]
    assert [each["To"] for each in sent] == [comment.contributor.email] * 2
    return [sorted(each.keys()) for each in sent]
