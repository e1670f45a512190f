"""What is decided about a complaint: by somebody else where there is somebody, once, and told to all in their roles."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail as post
from django.db import IntegrityError, transaction
from django.utils import timezone

from comments.models import Comment, Complaint, Decision, Notice, NotImpartial, StaleDecision, Status
from ldnportal.staff.models import User
from tests.at_once import at_once
from tests.comments.mailing import deliver, make_reachable, subject
from tests.factories import decisions_of, make_comment, make_moderator, make_notice, make_superuser

pytestmark = pytest.mark.django_db

WORDS = "Nous avons relu votre texte."
REASON = "Retiré après relecture."


@pytest.fixture
def bea():
    """The other moderator; Ben is who decides in the factories."""
    return make_moderator("bea")


def contested(status: str, **kwargs) -> Complaint:
    """By the author of a comment that Ben has refused."""
    comment = make_reachable(status=status, **kwargs)
    return comment.contest(comment.contestable()[0], "C’est une erreur.")


def contested_keeping(comment: Comment | None = None, email: str = "lea@example.org") -> Complaint:
    """By who reported a comment that Ben has kept. The mails up to here are gone."""
    comment = comment or make_reachable()
    notice = make_notice(comment, kind=Notice.Kind.ILLEGAL, email=email, name="Léa Martin")
    notice.keep_comment(by=make_moderator(), revision=comment.public_revision, reason="Un témoignage.")
    complaint = notice.contest(notice.decision, "C’est de la publicité.")
    deliver()
    post.outbox.clear()
    return complaint


def uphold(complaint: Complaint, by, words: str = WORDS, **said) -> Decision | None:
    return complaint.uphold(by=by, revision=complaint.revision_in_question, words=words, **said)


@pytest.mark.parametrize(
    ("status", "action", "after"),
    [
        (Status.REJECTED, "restore", Status.PUBLISHED),
        (Status.REMOVED, "restore", Status.PUBLISHED),
        (Status.CHANGES_REQUESTED, "restore", Status.PUBLISHED),
        (Status.SPAM, "not_spam", Status.PENDING),
    ],
)
def test_an_upheld_complaint_takes_the_decision_back(bea, status, action, after):
    complaint = contested(status)
    decision = uphold(complaint, bea)
    assert (decision.action, decision.status, decision.source) == (action, after, "complaint")
    assert (decision.supersedes, decision.reason) == (complaint.decision, WORDS)
    complaint.refresh_from_db()
    assert (complaint.outcome, complaint.decided_by, complaint.answer) == ("upheld", bea, WORDS)


def test_a_refused_new_text_is_published_when_its_author_was_right(bea):
    comment = make_comment(text="Ancien texte.")
    comment.edit("Nouveau texte.")
    comment.reject(by=make_moderator(), revision=comment.proposed_revision, reason="Pas ainsi.")
    complaint = comment.contest(comment.contestable()[0], "Il est juste.")
    decision = uphold(complaint, bea)
    comment.refresh_from_db()
    assert (comment.public_revision.text, comment.proposed_revision) == ("Nouveau texte.", None)
    assert decisions_of(comment) == ["post", "publish", "edit", "reject", "publish"]
    assert (decision.supersedes, Complaint.objects.get().outcome) == (complaint.decision, "upheld")


def test_what_has_no_effect_any_more_is_upheld_without_another_decision(bea):
    comment = make_comment(status=Status.CHANGES_REQUESTED)
    complaint = comment.contest(comment.contestable()[0], "Rien n’est à changer.")
    comment.resubmit("Autre texte.")
    assert uphold(complaint, bea) is None
    assert (Complaint.objects.get().outcome, decisions_of(comment)) == (
        "upheld",
        ["post", "ask_changes", "resubmit"],
    )


def test_a_notifier_who_was_right_has_the_comment_removed(bea):
    complaint = contested_keeping()
    decision = uphold(complaint, bea, REASON, ground="law", clause="CSP L5122")
    assert (decision.action, decision.source, decision.supersedes) == (
        "remove",
        "complaint",
        complaint.decision,
    )
    assert (decision.ground, decision.clause, decision.reason) == ("law", "CSP L5122", REASON)
    complaint.refresh_from_db()
    # Those words are for the author.
    assert (complaint.outcome, complaint.answer) == ("upheld", "")


@pytest.mark.parametrize("make", [lambda: contested(Status.REJECTED), contested_keeping])
def test_a_dismissed_complaint_changes_nothing_but_has_an_answer(bea, make):
    complaint = make()
    before = decisions_of(complaint.decision.comment)
    complaint.dismiss(by=bea, words=WORDS)
    complaint.refresh_from_db()
    assert (complaint.outcome, complaint.answer, complaint.decided_by) == ("dismissed", WORDS, bea)
    assert decisions_of(complaint.decision.comment) == before


# By whom.


@pytest.mark.parametrize("verb", ["uphold", "dismiss"])
def test_whoever_took_the_decision_does_not_decide_where_somebody_else_can(bea, verb):
    complaint = contested(Status.REJECTED)
    ben = make_moderator()
    with pytest.raises(NotImpartial, match="une autre personne de la modération"):
        uphold(complaint, ben) if verb == "uphold" else complaint.dismiss(by=ben, words=WORDS)
    complaint.refresh_from_db()
    assert (complaint.outcome, decisions_of(complaint.decision.comment)) == ("", ["post", "reject"])


@pytest.mark.parametrize("who", ["nobody", "left", "gone", "locked out", "superuser"])
def test_a_moderator_alone_decides_and_that_is_said(who):
    match who:
        case "left":
            make_moderator("bea").groups.remove(Group.objects.get(name="modérateurs"))
        case "gone":
            make_moderator("bea", is_active=False)
        case "locked out":
            User.objects.filter(pk=make_moderator("bea").pk).update(is_staff=False)
        case "superuser":
            make_superuser()
    complaint = contested(Status.REJECTED)
    complaint.dismiss(by=make_moderator(), words=WORDS)
    assert complaint.decided_by_the_same


def test_who_took_a_decision_may_still_take_it_back_himself(bea):
    complaint = contested(Status.REJECTED)
    comment = complaint.decision.comment
    comment.restore(by=make_moderator(), revision=comment.latest_revision)
    complaint.refresh_from_db()
    assert complaint.outcome == "upheld"


# Once.


def test_the_second_to_answer_is_told_what_the_first_answered(bea):
    complaint = contested(Status.REJECTED)
    stale = Complaint.objects.get()
    complaint.dismiss(by=bea, words=WORDS)
    with pytest.raises(StaleDecision, match="rejetée.*bea"):
        uphold(stale, make_moderator("max"))
    assert Complaint.objects.get().outcome == "dismissed"


@pytest.mark.django_db(transaction=True)
def test_of_eight_moderators_at_once_one_answers():
    contested(Status.REJECTED)
    bea = make_moderator("bea")

    def decide(number: int) -> str:
        complaint = Complaint.objects.get()
        if number % 2:
            return uphold(complaint, bea).action
        complaint.dismiss(by=bea, words=WORDS)
        return "dismiss"

    done = at_once(*[lambda number=number: decide(number) for number in range(8)])
    assert sum(isinstance(each, StaleDecision) for each in done) == 7
    (won,) = [each for each in done if isinstance(each, str)]
    log = ["post", "reject", *(["restore"] if won == "restore" else [])]
    assert (decisions_of(Comment.objects.get()), Complaint.objects.get().outcome) == (
        log,
        "upheld" if won == "restore" else "dismissed",
    )


def test_a_removal_in_the_ordinary_way_answers_what_notifiers_contest(bea):
    complaint = contested_keeping()
    comment = complaint.decision.comment
    comment.remove(by=make_moderator(), revision=comment.public_revision, reason="Publicité.")
    complaint.refresh_from_db()
    assert complaint.outcome == "upheld"


@pytest.mark.parametrize("act", ["withdraw", "erase"])
@pytest.mark.parametrize("make", [lambda: contested(Status.REMOVED), contested_keeping])
def test_what_its_author_takes_back_closes_the_complaints(act, make):
    complaint = make()
    getattr(complaint.decision.comment, act)()
    complaint.refresh_from_db()
    assert (complaint.outcome, complaint.decided_by) == ("lapsed", None)


def test_a_withdrawal_that_is_undone_opens_them_again():
    complaint = contested_keeping()
    comment = complaint.decision.comment
    comment.withdraw()
    comment.unwithdraw()
    complaint.refresh_from_db()
    assert (complaint.outcome, complaint.decided_at) == ("", None)


def test_the_database_wants_a_notice_of_a_notifier_and_none_of_an_author():
    decision = make_comment(status=Status.REJECTED).latest_decision
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.create(decision=decision, by="notifier", text="Non.")
    notice = make_notice(make_comment())
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.create(decision=decision, by="author", notice=notice, text="Non.")


# Told.


def told() -> list[tuple[str, str]]:
    """To whom, and the subject without the name of the site and the reference."""
    mails = deliver()
    return sorted(
        (mail.to[0], subject(mail).removeprefix("LDN Portail : ").split(" S-")[0]) for mail in mails
    )


def test_when_a_removal_is_taken_back_each_party_is_told_in_its_role(bea):
    comment = make_reachable()
    notice = make_notice(comment, kind=Notice.Kind.ILLEGAL, email="lea@example.org")
    notice.remove_comment(by=make_moderator(), revision=comment.public_revision, reason="Publicité.")
    comment.refresh_from_db()
    complaint = comment.contest(comment.contestable()[0], "Ce n’en est pas.")
    deliver()
    uphold(complaint, bea)
    assert told() == [
        ("ada@example.org", "votre commentaire est finalement publié"),
        ("lea@example.org", "une nouvelle décision sur votre signalement"),
    ]


def test_when_a_comment_is_removed_after_all_each_party_is_told_in_its_role(bea):
    comment = make_reachable()
    make_notice(comment, kind=Notice.Kind.ILLEGAL, email="max@example.org")
    complaint = contested_keeping(comment)
    uphold(complaint, bea, REASON)
    mails = {mail.to[0]: mail for mail in deliver()}
    assert {
        to: subject(mail).removeprefix("LDN Portail : ").split(" S-")[0] for to, mail in mails.items()
    } == {
        "ada@example.org": "votre commentaire a été retiré",
        "lea@example.org": "la suite donnée à votre contestation (signalement",
        "max@example.org": "une nouvelle décision sur votre signalement",
    }
    assert {to: REASON in mail.body for to, mail in mails.items()} == {
        "ada@example.org": True,
        "lea@example.org": False,
        "max@example.org": False,
    }


def test_the_answer_goes_to_who_complained_alone(bea):
    complaint = contested_keeping()
    complaint.dismiss(by=bea, words=WORDS)
    (mail,) = deliver()
    assert (mail.to, WORDS in mail.body) == (["lea@example.org"], True)


# In time.


def test_a_complaint_is_overdue_after_ten_working_days(bea, set_clock):
    complaint = contested(Status.REJECTED)
    # A Monday; Christmas and New Year’s Day are none.
    received = datetime(2026, 12, 21, 9, tzinfo=timezone.get_default_timezone())
    Complaint.objects.update(created=received)
    complaint.refresh_from_db()
    assert f"{complaint.due_on}" == "2027-01-06"
    set_clock(received + timedelta(days=16))
    assert (Complaint.objects.overdue().count(), complaint.is_overdue) == (0, False)
    set_clock(received + timedelta(days=17))
    assert (Complaint.objects.overdue().count(), complaint.is_overdue) == (1, True)
    complaint.dismiss(by=bea, words=WORDS)
    assert (Complaint.objects.overdue().count(), complaint.is_overdue) == (0, False)
