"""What is answered to who reported a comment: one decision for all who did, told to each, contested by each once."""

from datetime import datetime, timedelta

import pytest
from django.core import mail as post
from django.utils import timezone

from comments.models import Comment, Complaint, Decision, Notice, StaleDecision, Status
from ldnportal.mail.models import Outbox
from tests.at_once import at_once
from tests.comments.mailing import deliver, subject
from tests.factories import decisions_of, make_comment, make_moderator, make_notice

pytestmark = pytest.mark.django_db

WORDS = "C’est un témoignage, il ne conseille rien."


@pytest.fixture
def comment():
    return make_comment()


def make_told_notice(comment: Comment, email: str = "lea@example.org", **said) -> Notice:
    """With an address; its receipt is gone."""
    notice = make_notice(comment, kind=Notice.Kind.ILLEGAL, name="Léa Martin", email=email, **said)
    deliver()
    post.outbox.clear()
    return notice


def keep(notice: Notice, by: str = "ben", reason: str = WORDS) -> Decision:
    revision = notice.comment.public_revision
    return notice.keep_comment(by=make_moderator(by), revision=revision, reason=reason)


def remove(notice: Notice, by: str = "ben") -> Decision:
    revision = notice.comment.public_revision
    return notice.remove_comment(by=make_moderator(by), revision=revision, reason="Publicité.")


def later(set_clock, **time) -> None:
    set_clock(timezone.now() + timedelta(**time))


def answers(*notices: Notice) -> list[str | None]:
    return [Notice.objects.values_list("decision__action", flat=True).get(pk=notice.pk) for notice in notices]


def test_one_decision_answers_all_who_reported_the_comment(comment):
    first, second, elsewhere = make_notice(comment), make_notice(comment), make_notice(make_comment())
    decision = remove(second)
    assert (decision.action, decision.source) == ("remove", "notice")
    assert answers(first, second, elsewhere) == ["remove", "remove", None]


def test_a_comment_that_is_kept_changes_in_nothing_and_says_so_once_in_its_log(comment):
    notice = make_notice(comment)
    before = Comment.objects.values().get()
    decision = keep(notice)
    assert (Comment.objects.values().get(), decisions_of(comment)) == (before, ["post", "publish", "keep"])
    assert (decision.came_from, decision.status, decision.source) == ("published", "published", "notice")
    assert answers(notice) == ["keep"]


def test_a_new_text_that_waits_goes_on_waiting_when_the_public_one_is_kept(comment):
    notice = make_notice(comment)
    comment.edit("Nouveau texte.")
    keep(notice)
    comment.refresh_from_db()
    assert comment.proposed_revision.text == "Nouveau texte."


def test_a_request_for_changes_still_stands_after_a_report_was_answered(comment):
    comment.edit("Nouveau texte.")
    comment.ask_changes(by=make_moderator(), revision=comment.proposed_revision, reason="Sans le nom.")
    keep(make_notice(comment))
    assert comment.asked_to_change.reason == "Sans le nom."


def test_a_removal_in_the_ordinary_way_answers_the_reports_too(comment):
    notice = make_notice(comment)
    decision = comment.remove(by=make_moderator(), revision=comment.public_revision, reason="Publicité.")
    assert (answers(notice), decision.source) == (["remove"], "notice")


def test_a_removal_of_what_nobody_reported_is_our_own_initiative(comment):
    decision = comment.remove(by=make_moderator(), revision=comment.public_revision, reason="Publicité.")
    assert (decision.source, decision.supersedes) == ("own", None)


def test_to_remove_what_was_kept_takes_the_keeping_back(comment):
    notice = make_told_notice(comment)
    kept = keep(notice)
    decision = comment.remove(by=make_moderator("bea"), revision=comment.public_revision, reason="Publicité.")
    assert (decision.source, decision.supersedes, notice.answer) == ("own", kept, decision)
    assert comment.notices.track_records() == {notice.email_hmac: (1, 0)}


def test_to_remove_another_text_than_the_one_that_was_kept_does_not(comment):
    keep(make_notice(comment))
    comment.edit("Nouveau texte.")
    comment.publish(by=make_moderator(), revision=comment.proposed_revision)
    decision = comment.remove(by=make_moderator(), revision=comment.public_revision, reason="Publicité.")
    assert decision.supersedes is None


@pytest.mark.parametrize("act", ["withdraw", "erase"])
def test_what_its_author_takes_back_closes_the_reports(comment, act):
    notice = make_notice(comment)
    getattr(comment, act)()
    assert (answers(notice), Notice.objects.open().count()) == ([act], 0)


def test_a_withdrawal_that_is_undone_shakes_no_report_off(comment):
    notice = make_told_notice(comment)
    comment.withdraw()
    comment.unwithdraw()
    assert (answers(notice), list(Notice.objects.open())) == ([None], [notice])
    # The mail about it had not left.
    assert deliver() == []


def test_the_second_of_two_moderators_is_told_what_the_first_did(comment):
    notice = make_notice(comment)
    stale = Notice.objects.get()
    winner = keep(notice)
    with pytest.raises(StaleDecision, match="laissé en place après un signalement.*ben") as refusal:
        remove(stale, by="bea")
    assert (refusal.value.latest, decisions_of(comment)) == (winner, ["post", "publish", "keep"])


@pytest.mark.django_db(transaction=True)
def test_of_eight_moderators_at_once_one_decides():
    comment = make_comment()
    notices = [make_notice(comment), make_notice(comment)]
    make_moderator()

    def decide(number: int) -> str:
        notice = Notice.objects.select_related("comment__public_revision").get(pk=notices[number % 2].pk)
        return (keep if number % 3 else remove)(notice).action

    done = at_once(*[lambda number=number: decide(number) for number in range(8)])
    assert sum(isinstance(each, StaleDecision) for each in done) == 7
    (action,) = [each for each in done if isinstance(each, str)]
    assert (decisions_of(comment), answers(*notices)) == (["post", "publish", action], [action] * 2)


def test_nothing_is_kept_that_nobody_reported(comment):
    with pytest.raises(StaleDecision):
        comment.keep(by=make_moderator(), revision=comment.public_revision, reason=WORDS)
    assert decisions_of(comment) == ["post", "publish"]


def test_a_report_is_not_answered_about_a_text_that_was_not_read(comment):
    notice = make_notice(comment)
    seen = comment.public_revision
    comment.edit("Nouveau texte.")
    comment.publish(by=make_moderator(), revision=comment.proposed_revision)
    with pytest.raises(StaleDecision):
        notice.keep_comment(by=make_moderator(), revision=seen, reason=WORDS)
    assert answers(notice) == [None]


# What notifiers are told.


def test_a_notifier_is_told_that_the_comment_stays_why_and_what_can_be_done(comment):
    notice = make_told_notice(comment)
    keep(notice)
    (mail,) = deliver()
    assert (mail.to, subject(mail)) == (
        ["lea@example.org"],
        f"LDN Portail : la suite donnée à votre signalement {notice.reference}",
    )
    page = f"/commentaires/signalements/{Notice.token_for(notice.idempotency_key)}/"
    assert [each in mail.body for each in (WORDS, page, "six mois", "tribunaux", "extrajudiciaire")] == [
        True
    ] * 5


def test_a_notifier_is_told_of_a_removal_without_the_words_for_the_author(comment):
    remove(make_told_notice(comment))
    (mail,) = deliver()
    assert ("retiré" in mail.body, "Publicité." in mail.body) == (True, False)


@pytest.mark.parametrize("act", ["withdraw", "erase"])
def test_a_notifier_is_told_that_the_author_took_the_comment_back(comment, act):
    notice = make_told_notice(comment)
    getattr(comment, act)()
    (mail,) = deliver()
    assert (mail.to, "l’a repris" in mail.body) == (["lea@example.org"], True)
    notice.refresh_from_db()
    assert bool(notice.blanked) == (act == "erase")


def test_each_of_the_joined_reports_gets_its_own_mail_once(comment):
    first, second = make_told_notice(comment), make_told_notice(comment, "max@example.org")
    make_notice(comment)
    keep(first)
    assert sorted(mail.to[0] for mail in deliver()) == ["lea@example.org", "max@example.org"]
    assert Outbox.objects.filter(kind="notice_decided").count() == 2
    assert answers(first, second) == ["keep", "keep"]


def test_when_a_removal_is_taken_back_the_notifiers_are_told_and_may_contest_that(comment):
    notice = make_told_notice(comment)
    remove(notice)
    deliver()
    comment.refresh_from_db()
    restored = comment.restore(by=make_moderator("bea"), revision=comment.public_revision)
    (mail,) = deliver()
    assert (mail.to, "est public" in mail.body, "six mois" in mail.body) == (["lea@example.org"], True, True)
    notice = Notice.objects.get()
    assert (notice.decision.action, notice.answer, notice.contestable) == ("remove", restored, restored)


def test_an_address_is_not_kept_longer_than_the_report(comment):
    notice = make_told_notice(comment)
    comment.erase()
    notice.refresh_from_db()
    assert (notice.name, notice.explanation, notice.email) == ("", "", "lea@example.org")
    Notice.objects.all().blank()
    notice.refresh_from_db()
    assert (notice.email_encrypted, notice.email_hmac) == (None, "")


def test_a_link_made_under_a_former_key_is_found_again(comment, settings):
    notice = make_told_notice(comment)
    token = notice.token
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 8
    assert (notice.token, token == Notice.token_for(notice.idempotency_key)) == (token, False)


# What a notifier may contest.


def test_a_notifier_contests_once_that_the_comment_stays(comment):
    notice, other = make_notice(comment), make_notice(comment)
    decision = keep(notice)
    complaint = notice.contest(decision, "C’est de la publicité.")
    assert (complaint.by, complaint.notice, complaint.decision) == ("notifier", notice, decision)
    with pytest.raises(StaleDecision):
        notice.contest(decision, "Encore.")
    # Each for himself.
    assert (notice.contestable, Notice.objects.get(pk=other.pk).contestable) == (None, decision)


@pytest.mark.parametrize("case", ["open", "removed", "withdrawn", "late"])
def test_where_nothing_was_decided_against_the_notifier_nothing_is_contested(comment, set_clock, case):
    notice = make_notice(comment)
    match case:
        case "removed":
            remove(notice)
        case "withdrawn":
            keep(notice)
            comment.withdraw()
        case "late":
            keep(notice)
            later(set_clock, days=184)
    assert Notice.objects.get().contestable is None


# Their time.


def test_a_report_is_overdue_after_two_working_days(comment, set_clock):
    # A Thursday evening: Friday, Monday.
    set_clock(datetime(2026, 11, 26, 20, tzinfo=timezone.get_default_timezone()))
    notice = make_notice(comment)
    assert (f"{notice.due_on}", notice.is_overdue) == ("2026-11-30", False)
    later(set_clock, days=4)
    assert Notice.objects.overdue().count() == 0
    later(set_clock, days=1)
    assert (Notice.objects.overdue().count(), notice.is_overdue) == (1, True)
    keep(notice)
    assert (Notice.objects.overdue().count(), Notice.objects.get().is_overdue) == (0, False)


def test_open_reports_stand_once_for_each_comment_the_longest_waiting_first(comment, set_clock):
    first = make_notice(comment)
    later(set_clock, hours=1)
    other = make_notice(make_comment())
    make_notice(comment)
    make_notice(comment)
    assert [(each, each.together) for each in Notice.objects.joined()] == [(first, 3), (other, 1)]


# Who reports what is not so.


def test_of_a_notifier_with_an_address_the_unfounded_reports_of_a_year_are_counted():
    def reported(email: str) -> Notice:
        return make_told_notice(make_comment(), email)

    keep(reported("lea@example.org"))
    Notice.objects.update(created=timezone.now() - timedelta(days=366))
    keep(reported("LEA@example.org"))
    keep(reported("max@example.org"))
    remove(reported("lea@example.org"))
    reported("lea@example.org").comment.withdraw()
    now = reported("lea@example.org")
    without = make_notice(now.comment)
    records = now.comment.notices.track_records()
    assert (records, without.email_hmac) == ({now.email_hmac: (2, 1)}, "")


def test_a_report_whose_dismissal_was_taken_back_was_founded(comment):
    notice = make_told_notice(comment)
    complaint = notice.contest(keep(notice), "Relisez.")
    complaint.uphold(by=make_moderator("bea"), revision=comment.public_revision, words="Publicité.")
    assert comment.notices.track_records() == {notice.email_hmac: (1, 0)}


def test_the_text_of_a_notifiers_complaint_goes_with_his_report(comment):
    notice = make_notice(comment)
    notice.contest(keep(notice), "Je suis Léa.")
    Notice.objects.all().blank()
    assert Complaint.objects.get().text == ""


def test_what_is_still_contested_is_not_blanked_yet(comment, set_clock):
    from comments.retention import Notices

    notice = make_notice(comment)
    Notice.objects.update(created=timezone.now() - timedelta(days=300))
    complaint = notice.contest(keep(notice), "Relisez.")
    later(set_clock, days=100)
    assert Notices().due().count() == 0
    later(set_clock, days=300)
    assert Notices().due().count() == 0
    complaint.dismiss(by=make_moderator("bea"), words="Elle tient.")
    assert list(Notices().due()) == [notice]
    assert (Notices().carry_out(), Notices().due().count()) == (1, 0)
    assert comment.status == Status.PUBLISHED
