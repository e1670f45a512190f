"""Where the site wants it, another moderator confirms a removal or a ban, or takes it back, before anybody is told."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from comments import journal, retention
from comments.models import (
    Comment,
    Confirmation,
    Notice,
    NotImpartial,
    Restriction,
    StaleDecision,
    Status,
)
from comments.models.confirmation import WAIT
from ldnportal import settings as written
from ldnportal.mail.models import Outbox
from tests.at_once import at_once
from tests.comments.mailing import deliver, give_address, make_reachable, private_path
from tests.factories import decisions_of, make_comment, make_moderator, make_notice, make_superuser

pytestmark = pytest.mark.django_db

LIST = reverse("admin:comments_comment_changelist")
REASON = "Une injure."
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def wanted(settings):
    settings.SECOND_PAIR_OF_EYES = True


@pytest.fixture
def ben():
    """Who decides; in the factories, too."""
    return make_moderator("ben", first_name="Ben")


@pytest.fixture
def bea(client):
    """Who confirms, and is logged in."""
    user = make_moderator("bea", first_name="Béa")
    client.force_login(user)
    return user


@pytest.fixture
def after(set_clock):
    """Stops the clock so long from now."""
    return lambda time: set_clock(datetime.now(UTC) + time)


def remove(comment: Comment, by, **said) -> Confirmation:
    decision = comment.remove(by=by, revision=comment.public_revision, reason=REASON, **said)
    return Confirmation.objects.get(decision=decision)


def ban(comment: Comment, by, **said) -> Confirmation:
    made = Restriction.objects.impose(comment, by=by, **{"days": 7, "reason": "Des injures.", **said})
    return Confirmation.objects.get(restriction=made)


def outcomes() -> list[tuple[str, str | None]]:
    rows = Confirmation.objects.order_by("pk").select_related("by")
    return [(each.outcome, each.by.username if each.by else None) for each in rows]


def sent() -> list[str]:
    """The kinds of the mails that leave now."""
    before = set(Outbox.objects.exclude(sent=None).values_list("pk", flat=True))
    call_command("outbox", verbosity=0)
    left = Outbox.objects.exclude(sent=None).exclude(pk__in=before)
    return sorted(left.values_list("kind", flat=True))


def act(client, comment: Comment, confirmation: Confirmation, button: str = "confirm"):
    url = reverse("admin:comments_comment_confirm", args=[comment.pk])
    return client.post(url, {"confirmation": confirmation.pk, button: "1"}, follow=True)


def page(client, comment: Comment) -> str:
    return client.get(reverse("admin:comments_comment_change", args=[comment.pk])).content.decode()


def tab(client) -> list[Comment]:
    return list(client.get(LIST, {"state": "to_confirm"}).context["cl"].result_list)


# When a colleague is asked.


def test_it_is_off_unless_the_site_wants_it(settings, ben, bea):
    settings.SECOND_PAIR_OF_EYES = False
    comment = make_reachable()
    comment.remove(by=ben, revision=comment.public_revision, reason=REASON)
    Restriction.objects.impose(comment, by=ben, days=7, reason=REASON)
    assert Confirmation.objects.count() == 0


def test_by_default_the_setting_is_off():
    assert written.SECOND_PAIR_OF_EYES is False


def test_who_is_alone_waits_for_nobody(ben):
    make_moderator("bob", is_active=False)
    comment = make_reachable()
    comment.remove(by=ben, revision=comment.public_revision, reason=REASON)
    Restriction.objects.impose(comment, by=ben, days=7, reason=REASON)
    assert Confirmation.objects.count() == 0


def test_a_removal_holds_at_once_and_waits_two_days_for_a_colleague(ben, bea):
    comment = make_comment()
    confirmation = remove(comment, ben)
    waits = confirmation.until - confirmation.decision.created
    assert (comment.status, waits, confirmation.is_open) == (Status.REMOVED, timedelta(days=2), True)


def test_what_was_reported_and_is_removed_waits_too(ben, bea):
    notice = make_notice(make_comment())
    notice.remove_comment(by=ben, revision=notice.comment.public_revision, reason=REASON)
    assert [each.decision for each in Confirmation.objects.all()] == [notice.decision]


def test_what_a_complaint_has_removed_was_seen_by_two_already(ben, bea):
    notice = make_notice(make_comment())
    notice.keep_comment(by=ben, revision=notice.comment.public_revision, reason="Il reste.")
    complaint = notice.contest(notice.decision, "Relisez.")
    complaint.uphold(by=bea, revision=complaint.revision_in_question, words=REASON)
    assert (decisions_of(notice.comment)[-1], Confirmation.objects.count()) == ("remove", 0)


@pytest.mark.parametrize("verb", ["reject", "ask_changes", "mark_spam"])
def test_nothing_else_waits(ben, bea, verb):
    comment = make_comment(status=Status.PENDING)
    said = {} if verb == "mark_spam" else {"reason": REASON}
    getattr(comment, verb)(by=ben, revision=comment.latest_revision, **said)
    assert Confirmation.objects.count() == 0


def test_the_editorial_team_removes_its_own_words_alone(ben, bea):
    answer = Comment.objects.answer(parent=make_comment(), text="Bonjour.", by=ben)
    answer.remove(by=ben, revision=answer.public_revision, reason="Erreur.")
    assert Confirmation.objects.count() == 0


def test_a_ban_holds_at_once_and_waits_no_longer_than_it_lasts(ben, bea):
    known, unknown = ban(make_reachable(), ben), ban(make_comment(), ben)
    assert (known.until - known.restriction.created, unknown.until) == (
        timedelta(days=2),
        unknown.restriction.until,
    )
    assert [each.is_in_force for each in Restriction.objects.all()] == [True, True]


def test_who_is_only_read_first_is_not_banned(ben, bea):
    Restriction.objects.impose(
        make_reachable(), by=ben, days=7, reason=REASON, kind=Restriction.Kind.READ_FIRST
    )
    assert Confirmation.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"decision": None},
        {"outcome": "confirmed"},
        {"outcome": "overturned", "at": datetime(2026, 3, 2, tzinfo=UTC)},
        {"at": datetime(2026, 3, 2, tzinfo=UTC)},
        {"outcome": "lapsed"},
    ],
)
def test_the_database_refuses_an_answer_without_a_name_and_a_date(ben, bea, wrong):
    confirmation = remove(make_comment(), ben)
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.filter(pk=confirmation.pk).update(**wrong)


# The letters.


def test_until_somebody_confirms_nobody_is_told(ben, bea, after):
    comment = make_reachable()
    make_notice(comment, kind=Notice.Kind.ILLEGAL, name="Léa", email="lea@example.org")
    deliver()
    remove(comment, ben)
    after(WAIT - MINUTE)
    assert sent() == []


def test_once_it_is_confirmed_the_author_and_who_reported_are_told(ben, bea, after):
    comment = make_reachable()
    make_notice(comment, kind=Notice.Kind.ILLEGAL, name="Léa", email="lea@example.org")
    deliver()
    confirmation = remove(comment, ben)
    after(HOUR)
    confirmation.confirm(by=bea)
    assert (outcomes(), sent()) == ([("confirmed", "bea")], ["comment_removed", "notice_decided"])


def test_a_quick_confirmation_leaves_the_ten_minutes_to_undo(ben, bea, after):
    comment = make_reachable()
    remove(comment, ben).confirm(by=bea)
    after(9 * MINUTE)
    early = sent()
    after(10 * MINUTE)
    assert (early, sent()) == ([], ["comment_removed"])


def test_whom_nobody_confirms_is_told_after_two_days(ben, bea, after):
    comment = make_reachable()
    remove(comment, ben)
    after(WAIT)
    assert (sent(), Confirmation.objects.open().count(), Comment.objects.to_confirm().count()) == (
        ["comment_removed"],
        0,
        0,
    )


def test_who_was_told_that_it_stays_is_not_told_the_contrary_yet(ben, bea, after):
    comment = make_reachable()
    notice = make_notice(comment, kind=Notice.Kind.ILLEGAL, name="Léa", email="lea@example.org")
    notice.keep_comment(by=ben, revision=comment.public_revision, reason="Il reste.")
    deliver()
    comment.refresh_from_db()
    confirmation = remove(comment, ben)
    after(HOUR)
    early = sent()
    confirmation.confirm(by=bea)
    assert (early, sent()) == ([], ["comment_removed", "notice_overturned"])


def test_an_author_who_confirms_his_address_meanwhile_waits_like_the_others(ben, bea, after):
    comment = make_comment()
    confirmation = remove(comment, ben)
    after(HOUR)
    give_address(comment).confirm()
    early = sent()
    confirmation.confirm(by=bea)
    assert ("comment_removed" in early, sent()) == (False, ["comment_removed"])


def test_what_the_sender_has_tried_keeps_its_next_try(ben, bea):
    comment = make_reachable()
    confirmation = remove(comment, ben)
    Outbox.objects.filter(kind="comment_removed").update(attempts=1)
    confirmation.confirm(by=bea)
    assert Outbox.objects.get(kind="comment_removed").next_try == confirmation.until


def test_its_author_reads_on_his_private_page_at_once_why(client, ben, bea):
    comment = make_reachable()
    remove(comment, ben)
    assert REASON in client.get(private_path(comment)).content.decode()


# Taking it back.


def test_a_removal_is_taken_back_after_hours_as_though_it_had_not_been(ben, bea, after):
    comment = make_reachable()
    confirmation = remove(comment, ben)
    after(40 * HOUR)
    confirmation.overturn(by=bea)
    comment.refresh_from_db()
    after(WAIT)
    assert (comment.status, decisions_of(comment), outcomes(), sent()) == (
        Status.PUBLISHED,
        ["post", "publish", "remove", "undo"],
        [("overturned", "bea")],
        [],
    )


def test_a_ban_that_is_taken_back_ends(ben, bea):
    confirmation = ban(make_reachable(), ben)
    confirmation.overturn(by=bea)
    assert (Restriction.objects.in_force().count(), outcomes()) == (0, [("overturned", "bea")])


def test_a_confirmed_ban_goes_on(ben, bea):
    ban(make_reachable(), ben).confirm(by=bea)
    assert (Restriction.objects.in_force().count(), outcomes()) == (1, [("confirmed", "bea")])


def test_a_colleague_s_undoing_by_the_other_button_is_the_same(ben, bea, after):
    comment = make_comment()
    confirmation = remove(comment, ben)
    after(HOUR)
    comment.undo(confirmation.decision, by=bea)
    assert outcomes() == [("overturned", "bea")]


def test_after_its_confirmation_a_removal_cannot_be_undone_any_more(ben, bea, after):
    comment = make_comment()
    remove(comment, ben).confirm(by=bea)
    after(11 * MINUTE)
    assert comment.undoable is None


def test_a_letter_that_has_left_all_the_same_cannot_be_taken_back(ben, bea, after):
    comment = make_reachable()
    confirmation = remove(comment, ben)
    Outbox.objects.filter(kind="comment_removed").send_again()
    call_command("outbox", verbosity=0)
    with pytest.raises(StaleDecision, match="informé"):
        confirmation.overturn(by=bea)
    assert (Comment.objects.get().status, outcomes()) == (Status.REMOVED, [("", None)])


def test_who_was_told_that_it_stays_may_contest_that_again_once_the_removal_is_taken_back(ben, bea):
    comment = make_comment()
    notice = make_notice(comment)
    kept = notice.keep_comment(by=ben, revision=comment.public_revision, reason="Il reste.")
    comment.refresh_from_db()
    remove(comment, ben).overturn(by=bea)
    assert Notice.objects.get().contestable == kept


# By whom.


@pytest.mark.parametrize("verb", ["confirm", "overturn"])
@pytest.mark.parametrize("decide", [remove, ban])
def test_nobody_looks_at_his_own_decision(ben, bea, decide, verb):
    confirmation = decide(make_reachable(), ben)
    with pytest.raises(NotImpartial, match="à un collègue de la relire"):
        getattr(confirmation, verb)(by=ben)
    assert (outcomes(), decisions_of(Comment.objects.get())[-1:] == ["undo"]) == ([("", None)], False)


def test_a_superuser_who_decided_nothing_may_confirm(ben, bea):
    remove(make_comment(), ben).confirm(by=make_superuser())
    assert outcomes() == [("confirmed", "root")]


# What happens meanwhile.


@pytest.mark.parametrize(
    "event",
    [
        lambda comment, ben: comment.restore(by=ben, revision=comment.public_revision),
        lambda comment, ben: comment.withdraw(),
        lambda comment, ben: comment.erase(),
        lambda comment, ben: comment.undo(comment.undoable, by=ben),
    ],
    ids=["restored", "withdrawn", "erased", "undone by who decided it"],
)
def test_whatever_else_happens_leaves_nothing_to_confirm(ben, bea, event):
    comment = make_comment()
    confirmation = remove(comment, ben)
    event(comment, ben)
    assert outcomes() == [("lapsed", None)]
    for verb in (confirmation.confirm, confirmation.overturn):
        with pytest.raises(StaleDecision, match="Plus aucune confirmation"):
            verb(by=bea)


def test_of_a_restored_comment_its_author_is_told_both_in_their_order(ben, bea):
    comment = make_reachable()
    remove(comment, ben)
    comment.restore(by=bea, revision=comment.public_revision)
    waiting = Outbox.objects.filter(sent=None, given_up=None).order_by("next_try")
    assert [mail.kind for mail in waiting] == ["comment_removed", "comment_restored"]


def test_who_undoes_his_removal_himself_tells_nobody(ben, bea, after):
    comment = make_reachable()
    confirmation = remove(comment, ben)
    after(HOUR)
    comment.undo(confirmation.decision, by=ben)
    after(WAIT)
    assert (outcomes(), sent()) == ([("lapsed", None)], [])


@pytest.mark.parametrize("upheld", [True, False])
def test_a_complaint_that_is_answered_leaves_nothing_to_confirm(ben, bea, upheld):
    comment = make_reachable()
    remove(comment, ben)
    complaint = comment.contest(comment.contestable()[0], "Non.")
    if upheld:
        complaint.uphold(by=bea, revision=complaint.revision_in_question, words="Oui.")
    else:
        complaint.dismiss(by=bea, words="Non.")
    assert outcomes() == [("lapsed", None)]


def test_what_is_contested_is_decided_by_its_complaint_and_not_taken_back_here(client, ben, bea):
    comment = make_comment()
    confirmation = remove(comment, ben)
    comment.contest(comment.contestable()[0], "Non.")
    shown = page(client, comment)
    assert ("Confirmer" in shown, "Revenir sur cette décision" in shown) == (True, False)
    with pytest.raises(StaleDecision):
        confirmation.overturn(by=bea)


def test_a_ban_that_somebody_lifts_waits_no_more(ben, bea):
    confirmation = ban(make_reachable(), ben)
    confirmation.restriction.lift()
    with pytest.raises(StaleDecision):
        confirmation.confirm(by=bea)
    assert outcomes() == [("lapsed", None)]


def test_a_ban_whose_author_was_forgotten_is_not_confirmed(ben, bea):
    confirmation = ban(make_reachable(), ben)
    Confirmation.objects.get().restriction.contributor.delete()
    with pytest.raises(StaleDecision):
        confirmation.confirm(by=bea)
    assert Confirmation.objects.count() == 0


def test_the_purge_counts_bans_and_not_what_a_colleague_said_to_them(ben, bea, after):
    ban(make_reachable(), ben).confirm(by=bea)
    after(timedelta(days=4000))
    rule = next(each for each in retention.RULES if each.name == "restrictions")
    assert (rule.carry_out(), Confirmation.objects.count()) == (1, 0)


# Two at once.


@pytest.mark.parametrize("decide", [remove, ban])
@pytest.mark.parametrize(("first", "outcome"), [("confirm", "confirmed"), ("overturn", "overturned")])
def test_the_second_is_told_who_was_quicker(ben, bea, decide, first, outcome):
    confirmation = decide(make_reachable(), ben)
    late = Confirmation.objects.get()
    getattr(confirmation, first)(by=bea)
    for verb in (late.confirm, late.overturn):
        with pytest.raises(StaleDecision, match="Béa"):
            verb(by=make_moderator("carl"))
    assert outcomes() == [(outcome, "bea")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("decide", [remove, ban])
def test_two_colleagues_in_the_same_instant_leave_one_answer(decide):
    ben, bea, carl = (make_moderator(who) for who in ("ben", "bea", "carl"))
    pk = decide(make_reachable(), ben).pk
    results = at_once(
        lambda: Confirmation.objects.get(pk=pk).confirm(by=bea),
        lambda: Confirmation.objects.get(pk=pk).overturn(by=carl),
    )
    told = [each for each in results if isinstance(each, StaleDecision)]
    assert ([each for each in results if each is not None], len(told)) == (told, 1)
    assert outcomes() in ([("confirmed", "bea")], [("overturned", "carl")])


@pytest.mark.django_db(transaction=True)
def test_a_confirmation_against_the_undoing_of_the_first_leaves_one_of_them():
    ben, bea = make_moderator("ben"), make_moderator("bea")
    confirmation = remove(make_reachable(), ben)
    comment, decision = confirmation.decision.comment, confirmation.decision
    results = at_once(
        lambda: Confirmation.objects.get(pk=confirmation.pk).confirm(by=bea),
        lambda: Comment.objects.get(pk=comment.pk).undo(decision, by=ben),
    )
    is_undone = decisions_of(comment)[-1] == "undo"
    # Within the ten minutes what was confirmed may still be undone; what was undone is not confirmed.
    confirmed_first = outcomes() == [("confirmed", "bea")]
    told = [each for each in results if isinstance(each, StaleDecision)]
    assert (is_undone, len(told)) == (True, 0 if confirmed_first else 1)


# Complaints.


def confirmed_and_contested(ben, bea):
    comment = make_comment()
    remove(comment, ben).confirm(by=bea)
    return comment.contest(comment.contestable()[0], "C’est une erreur.")


def test_a_third_decides_about_a_complaint_where_there_is_one(ben, bea):
    complaint = confirmed_and_contested(ben, bea)
    carl = make_moderator("carl")
    assert [complaint.may_be_decided_by(each) for each in (ben, bea, carl)] == [False, False, True]


def test_of_two_it_is_decided_by_who_confirmed(ben, bea):
    complaint = confirmed_and_contested(ben, bea)
    assert [complaint.may_be_decided_by(each) for each in (ben, bea)] == [False, True]


def test_who_confirmed_is_told_that_another_decides(client, ben, bea):
    complaint = confirmed_and_contested(ben, bea)
    make_moderator("carl")
    shown = client.get(reverse("admin:comments_complaint_change", args=[complaint.pk])).content.decode()
    with pytest.raises(NotImpartial, match="Vous avez confirmé"):
        complaint.dismiss(by=bea, words="Non.")
    assert ("Vous avez confirmé cette décision" in shown, 'value="dismiss"' in shown) == (True, False)


# The back office.


def test_the_tab_shows_removals_and_of_a_banned_author_the_newest_comment(client, ben, bea):
    removed, other = make_comment(), make_comment()
    remove(removed, ben)
    first = make_reachable("max@example.org")
    newest = make_reachable("max@example.org")
    ban(first, ben)
    ban(other, ben)
    assert (tab(client), Comment.objects.to_confirm(by=ben).count()) == ([removed, other, newest], 0)


def test_the_tab_has_its_number_and_is_there_only_where_the_site_wants_it(client, settings, ben, bea):
    remove(make_comment(), ben)
    there = {each["label"]: each["number"] for each in client.get(LIST).context["tabs"]}
    settings.SECOND_PAIR_OF_EYES = False
    absent = {each["label"] for each in client.get(LIST).context["tabs"]}
    assert (there["à confirmer"], "à confirmer" in absent) == ("1", False)


def test_the_first_page_counts_what_waits_for_this_moderator(client, settings, ben, bea):
    remove(make_comment(), ben)
    ban(make_comment(), ben)
    remove(make_comment(), bea)
    shown = client.get(reverse("admin:index")).content.decode()
    settings.SECOND_PAIR_OF_EYES = False
    without = client.get(reverse("admin:index")).content.decode()
    link = f'<a href="{LIST}?state=to_confirm"><strong>2</strong> décisions de collègues à confirmer</a>'
    assert (link in shown, "à confirmer" in without) == (True, False)


@pytest.mark.parametrize("decide", [remove, ban])
def test_the_page_says_who_did_what_and_why_and_offers_both_answers(client, ben, bea, decide):
    comment = make_reachable()
    confirmation = decide(comment, ben)
    shown = page(client, comment)
    module = re.search(rf'id="confirmation-{confirmation.pk}".*?</form>', shown, re.DOTALL)[0]
    words = ["Ben", confirmation.reason, "Confirmer", "Revenir sur cette décision", "csrfmiddlewaretoken"]
    assert [each for each in words if each not in module] == []


def test_who_decided_reads_that_a_colleague_will_look_and_has_no_button(client, bea):
    make_moderator()
    comment = make_comment()
    remove(comment, bea)
    shown = page(client, comment)
    assert ("un collègue la relira" in shown, 'name="confirm"' in shown) == (True, False)


def test_confirming_says_so_and_leads_to_the_next_one(client, ben, bea):
    comment, following = make_comment(), make_comment()
    confirmation = remove(comment, ben)
    remove(following, ben)
    remove(make_comment(), bea)
    said = act(client, comment, confirmation).content.decode()
    link = f'<a href="{reverse("admin:comments_comment_change", args=[following.pk])}" data-key="n">'
    assert (f"Décision confirmée. {link}À confirmer ensuite (1 en attente)" in said, outcomes()[0]) == (
        True,
        ("confirmed", "bea"),
    )


@pytest.mark.parametrize("decide", [remove, ban])
def test_taking_back_says_so_and_that_nothing_waits_any_more(client, ben, bea, decide):
    comment = make_reachable()
    said = act(client, comment, decide(comment, ben), "overturn").content.decode()
    assert ("Plus rien n’attend votre confirmation." in said, outcomes()) == (True, [("overturned", "bea")])


def test_who_comes_too_late_reads_who_was_quicker(client, ben, bea):
    comment = make_comment()
    confirmation = remove(comment, ben)
    confirmation.confirm(by=make_moderator("carl", first_name="Carl"))
    response = act(client, comment, confirmation, "overturn")
    assert (response.status_code, "(Carl)" in response.content.decode(), outcomes()) == (
        409,
        True,
        [("confirmed", "carl")],
    )


def test_his_own_decision_is_refused_though_there_is_no_button(client, bea):
    make_moderator()
    comment = make_comment()
    response = act(client, comment, remove(comment, bea))
    assert (response.status_code, outcomes()) == (409, [("", None)])


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
def test_a_number_that_is_none_confirms_nothing(client, ben, bea, number):
    comment = make_comment()
    remove(comment, ben)
    url = reverse("admin:comments_comment_confirm", args=[comment.pk])
    assert client.post(url, {"confirmation": number}).status_code == 409
    assert outcomes() == [("", None)]


def test_what_waits_at_another_comment_is_not_confirmed_here(client, ben, bea):
    confirmation, here = remove(make_comment(), ben), make_comment()
    assert (act(client, here, confirmation).status_code, outcomes()) == (409, [("", None)])


def test_the_history_the_journal_and_the_author_s_page_say_who_confirmed(client, ben, bea):
    comment = make_reachable()
    removal = remove(comment, ben)
    for confirmation in (removal, ban(comment, ben)):
        confirmation.confirm(by=bea)
    entries = [each for each in journal.of(comment) if each.kind == "confirmation"]
    told = [(each.at, each.what, each.who) for each in entries]
    person = reverse("admin:comments_contributor_change", args=[comment.contributor_id])
    shown = [page(client, comment), client.get(person).content.decode()]
    assert told == [
        (removal.decision.created, "Confirmation demandée à un collègue\xa0: retiré", ""),
        (removal.at, "«\xa0retiré\xa0»\xa0: confirmé par un collègue", "Béa"),
    ]
    assert [html.count("confirmé par un collègue</strong> · Béa") for html in shown] == [1, 1]


def test_the_journal_says_that_nobody_looked(ben, bea, after):
    comment = make_comment()
    confirmation = remove(comment, ben)
    after(WAIT)
    last = [each for each in journal.of(comment) if each.kind == "confirmation"][-1]
    assert (last.at, last.what) == (
        confirmation.until,
        "«\xa0retiré\xa0»\xa0: plus aucune confirmation n’est attendue",
    )


@pytest.mark.parametrize("n", [1, 3])
def test_the_tab_costs_the_same_for_any_number(client, ben, bea, django_assert_num_queries, n):
    first = make_comment()
    for _number in range(n):
        remove(make_comment(article=first.article), ben)
    # As the other tabs do.
    with django_assert_num_queries(11):
        client.get(LIST, {"state": "to_confirm"})


def test_an_undoing_of_nothing_is_refused(client, bea):
    comment = make_comment(status=Status.PENDING)
    assert client.post(reverse("admin:comments_comment_undo", args=[comment.pk])).status_code == 409


def test_nothing_of_the_reader_is_in_the_row():
    names = {field.name for field in Confirmation._meta.get_fields()}
    assert names == {"id", "decision", "restriction", "until", "outcome", "by", "at"}
