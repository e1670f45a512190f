"""Whom the site publishes unread, and all that keeps it from doing so."""

import re
from datetime import timedelta

import pytest
from django.core import mail as post
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone

from comments import own, signals
from comments.models import (
    Comment,
    Contributor,
    Decision,
    OwnerToken,
    ReReview,
    Restriction,
    Revision,
    Status,
    UnconfirmedAddress,
    Urgency,
)
from comments.models.reachable import QUESTIONS_A_DAY
from comments.signals.shouting import Shouting
from ldnportal.mail.models import Outbox
from tests.at_once import at_once
from tests.comments.mailing import ADDRESS, deliver, give_address, make_reachable, paths, subject
from tests.comments.posting import TEXT, address, filled
from tests.factories import decisions_of, make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db

WANTED = 2


@pytest.fixture(autouse=True)
def trusting(settings):
    settings.TRUST_AFTER = WANTED


@pytest.fixture
def ben():
    return make_moderator("ben")


@pytest.fixture
def article():
    return make_article()


def make_trusted(email: str = ADDRESS, *, n: int = WANTED) -> Contributor:
    """Somebody whose ``n`` comments moderators have published."""
    for _each in range(n):
        comment = make_reachable(email)
    return comment.contributor


def make_waiting() -> Comment:
    """A comment of his that a moderator is to decide about."""
    with override_settings(TRUST_AFTER=0):
        return make_reachable(status=Status.PENDING)


def browser_of(contributor: Contributor | None, *, network: str = "10.0.0.1") -> Client:
    """A browser that posted one of his comments."""
    client = Client(REMOTE_ADDR=network)
    if contributor:
        key = contributor.comments.order_by("pk")[0].idempotency_key
        client.cookies[own.COOKIE] = OwnerToken.token_for(key)
    return client


def send(client: Client, article, *, email: str = ADDRESS, **fields) -> Comment:
    response = client.post(address(article, fields.pop("parent", None)), filled(email=email, **fields))
    assert response.status_code == 303
    return Comment.objects.latest("pk")


def unconfirmed(article, *, email: str = ADDRESS, **kwargs) -> tuple[Comment, UnconfirmedAddress]:
    """A comment whose address waits for its owner's click."""
    comment = make_comment(article=article, status=Status.PENDING, **kwargs)
    return comment, give_address(comment, email)


def status_of(comment: Comment) -> str:
    comment.refresh_from_db()
    return comment.status


# Who is trusted.


def test_so_many_publications_make_trust_and_one_less_does_not():
    trusted = [make_trusted(f"a{n}@example.org", n=n).is_trusted for n in (WANTED - 1, WANTED)]
    assert trusted == [False, True]


def test_on_a_site_that_names_no_number_nobody_is_trusted(settings):
    settings.TRUST_AFTER = 0
    assert make_trusted().is_trusted is False


@pytest.mark.parametrize("verb", ["ask_changes", "reject", "mark_spam", "remove", "redact"])
def test_one_refusal_ends_it_until_as_many_have_been_published_again(ben, verb):
    contributor = make_trusted()
    comment = make_reachable(text="Le dire à Zoé.") if verb in {"remove", "redact"} else make_waiting()
    why = {} if verb == "mark_spam" else {"reason": "Non."}
    words = {"words": ["Zoé"]} if verb == "redact" else {}
    getattr(comment, verb)(by=ben, revision=comment.latest_revision, **why, **words)
    found = [contributor.is_trusted]
    for _each in range(WANTED):
        make_reachable()
        contributor.refresh_from_db()
        found.append(contributor.is_trusted)
    assert found == [False, False, True]


def test_a_refusal_that_was_undone_or_a_mistake_does_not_count(ben):
    contributor = make_trusted()
    undone, restored, not_spam = (make_waiting() for _each in range(3))
    undone.undo(undone.reject(by=ben, revision=undone.latest_revision, reason="Non."), by=ben)
    restored.reject(by=ben, revision=restored.latest_revision, reason="Non.")
    restored.restore(by=ben, revision=restored.latest_revision)
    not_spam.mark_spam(by=ben, revision=not_spam.latest_revision)
    not_spam.unmark_spam(by=ben, revision=not_spam.latest_revision)
    assert contributor.is_trusted is True


def test_several_texts_of_one_comment_are_one_publication(ben):
    comment = make_reachable()
    for text in ("Deux.", "Trois."):
        comment.edit(text)
        comment.publish(by=ben, revision=comment.proposed_revision)
    assert comment.contributor.trust.published == 1


def test_what_the_site_published_unread_earns_nothing(article):
    contributor = make_trusted()
    comment, claim = unconfirmed(article)
    first = claim.confirm()
    for other in contributor.comments.exclude(pk=comment.pk):
        other.forget_address()
    assert (first, contributor.trust.published) == (True, 0)


@pytest.mark.parametrize("kind", Restriction.Kind.values)
def test_no_restriction_of_either_kind_goes_with_trust(ben, kind):
    contributor = make_trusted()
    comment = contributor.comments.first()
    made = Restriction.objects.impose(comment, by=ben, days=7, reason="Ton.", kind=kind)
    during = contributor.is_trusted
    made.lift()
    assert (during, contributor.is_trusted) == (False, True)


@pytest.mark.parametrize("way", ["erased", "no more mails", "another address"])
def test_a_refused_comment_that_is_given_away_leaves_its_refusal_behind(ben, way):
    contributor = make_trusted()
    comment = make_reachable()
    comment.remove(by=ben, revision=comment.latest_revision, reason="Non.")
    if way == "erased":
        comment.erase()
    elif way == "no more mails":
        comment.forget_address()
    else:
        give_address(comment, "autre@example.org").confirm()
    contributor.refresh_from_db()
    assert (contributor.comments.count(), contributor.is_trusted) == (WANTED, False)


@pytest.mark.parametrize("n", [1, 3])
def test_trust_is_known_in_three_queries(django_assert_num_queries, ben, n):
    contributor = make_trusted(n=n)
    comment = make_reachable()
    comment.remove(by=ben, revision=comment.latest_revision, reason="Non.")
    with django_assert_num_queries(3):
        assert contributor.is_trusted is False


@pytest.mark.parametrize("way", ["no more mails", "taken back meanwhile", "another address"])
def test_whoever_gives_an_unread_comment_away_cannot_be_caught_by_it_any_more_and_begins_anew(article, way):
    contributor = make_trusted()
    comment = send(browser_of(contributor), article)
    if way == "another address":
        give_address(comment, "autre@example.org").confirm()
    elif way == "no more mails":
        comment.forget_address()
    else:
        comment.withdraw()
        comment.forget_address()
        comment.unwithdraw()
    contributor.refresh_from_db()
    assert (status_of(comment), contributor.is_trusted) == (Status.PUBLISHED, False)


def test_whoever_erases_his_own_unread_comment_loses_nothing(article):
    contributor = make_trusted()
    send(browser_of(contributor), article).erase()
    contributor.refresh_from_db()
    assert contributor.is_trusted is True


# At once, from a browser that is known.


def test_a_known_browser_with_the_same_address_is_published_at_once(article):
    client = browser_of(make_trusted())
    comment = send(client, article)
    decision = comment.decisions.last()
    assert (comment.status, comment.public_revision.text) == (Status.PUBLISHED, TEXT)
    assert (decision.role, decision.action, decision.actor) == ("system", "publish", None)
    article.refresh_from_db()
    assert (article.comment_count, decisions_of(comment)) == (1, ["post", "publish"])


def test_he_is_told_at_once_and_not_asked_again(article):
    send(browser_of(make_trusted()), article)
    (mail,) = Outbox.objects.filter(sent=None, given_up=None)
    assert (mail.kind, mail.next_try <= timezone.now()) == ("comment_published", True)
    (sent,) = deliver()
    assert subject(sent) == "LDN Portail : votre commentaire est publié"
    assert "sans qu’un modérateur" in sent.body
    assert UnconfirmedAddress.objects.count() == 0


def test_his_private_page_says_that_it_is_published(article):
    client = browser_of(make_trusted())
    comment = send(client, article)
    html = client.get(
        f"/commentaires/suivi/{OwnerToken.token_for(comment.idempotency_key)}/"
    ).content.decode()
    assert ("<h1>\n      Votre commentaire est publié.\n    </h1>" in html, "attend" in html) == (True, False)


def test_a_known_browser_of_somebody_not_trusted_is_not_asked_again_and_waits(article):
    contributor = make_trusted(n=WANTED - 1)
    comment = send(browser_of(contributor), article, follow="each")
    assert (comment.status, comment.contributor, comment.follow) == (Status.PENDING, contributor, "each")
    assert (Outbox.objects.filter(sent=None, given_up=None).count(), bool(comment.owner_token.token)) == (
        0,
        True,
    )


def without_secrets(response) -> str:
    return re.sub(r"[\w-]{22}|[0-9a-f-]{36}|\d+", "", response.content.decode())


def test_the_address_of_a_trusted_author_typed_elsewhere_publishes_nothing_and_tells_nothing(article):
    make_trusted()
    seen = []
    for email, network in ((ADDRESS, "10.0.0.7"), ("nobody@example.org", "10.0.0.8")):
        client = browser_of(None, network=network)
        sent = client.post(address(article), filled(email=email))
        page = client.get(sent.url)
        comment = Comment.objects.latest("pk")
        headers = {
            name: value for name, value in sent.headers.items() if name not in {"Location", "Set-Cookie"}
        }
        seen.append((sent.status_code, headers, without_secrets(page), comment.status, comment.contributor))
    assert seen[0] == seen[1]
    assert seen[0][3:] == (Status.PENDING, None)


def test_the_private_link_of_another_author_s_comment_does_not_help(article):
    make_trusted()
    other = make_reachable("eve@example.org").contributor
    comment = send(browser_of(other), article)
    assert (comment.status, comment.contributor, comment.waits_for_confirmation) == (
        Status.PENDING,
        None,
        True,
    )


def test_a_comment_that_only_asked_for_the_address_does_not_help(article):
    make_trusted()
    comment, _claim = unconfirmed(article)
    client = Client()
    client.cookies[own.COOKIE] = OwnerToken.token_for(comment.idempotency_key)
    assert send(client, make_article()).status == Status.PENDING


def test_a_known_browser_with_another_address_does_not_help(article):
    comment = send(browser_of(make_trusted()), article, email="autre@example.org")
    assert (comment.status, comment.contributor) == (Status.PENDING, None)


def test_a_known_browser_without_an_address_does_not_help(article):
    client = browser_of(make_trusted())
    client.post(address(article), filled())
    assert Comment.objects.latest("pk").status == Status.PENDING


@pytest.mark.parametrize("on", ["connection", "author", "another author of this browser"])
def test_who_is_to_be_read_first_is_read_first_and_not_refused(article, ben, on):
    contributor = make_trusted()
    client = browser_of(contributor)
    if on == "connection":
        noticed = send(browser_of(None), article, email="")
    elif on == "author":
        noticed = contributor.comments.first()
    else:
        noticed = make_reachable("eve@example.org")
        tokens = (client.cookies[own.COOKIE].value, OwnerToken.token_for(noticed.idempotency_key))
        client.cookies[own.COOKIE] = ".".join(tokens)
    Restriction.objects.impose(noticed, by=ben, days=1, reason="Ton.", kind=Restriction.Kind.READ_FIRST)
    assert send(client, article).status == Status.PENDING


# What holds it back.


@pytest.mark.parametrize(
    "text",
    [
        "Appelez-moi au 06 12 34 56 78.",
        "Je veux mourir.",
        "Voyez https://example.org/ ou https://example.com/.",
    ],
)
def test_what_a_check_notices_is_read_first(article, text):
    make_trusted()
    comment, claim = unconfirmed(article, text=text)
    assert (claim.confirm(), status_of(comment)) == (False, Status.PENDING)


def test_a_doctor_s_title_in_the_name_is_read_first(article):
    comment = send(browser_of(make_trusted()), article, name="Dr Ada")
    assert comment.status == Status.PENDING


def test_that_it_is_a_first_comment_as_far_as_one_can_tell_is_harmless(article):
    make_trusted()
    comment, claim = unconfirmed(article)
    noticed = list(comment.latest_revision.signals.values_list("check_name", flat=True))
    assert (noticed, claim.confirm()) == (["first_comment"], True)


def test_words_of_distress_that_were_toned_down_are_read_all_the_same(article):
    make_trusted()
    comment, claim = unconfirmed(article, text="Je veux mourir.")
    comment.edit("Je vais mieux.")
    assert (claim.confirm(), status_of(comment)) == (False, Status.PENDING)
    comment.refresh_from_db()
    assert comment.urgency == Urgency.DISTRESS


@pytest.mark.parametrize("how", ["fails", "comes too late", "cannot be written"])
def test_a_text_that_not_all_checks_have_read_is_read_by_a_person(article, monkeypatch, how):
    make_trusted()
    if how == "fails":
        monkeypatch.setattr(Shouting, "find", lambda *_args: 1 / 0)
    elif how == "comes too late":
        monkeypatch.setattr(signals, "SECONDS", -1)
    else:
        monkeypatch.setattr("comments.signals.recording._sort_in", lambda *_args: 1 / 0)
    comment, claim = unconfirmed(article)
    assert (claim.confirm(), status_of(comment)) == (False, Status.PENDING)


def test_a_text_from_before_checks_left_word_is_read_by_a_person(article):
    make_trusted()
    comment, claim = unconfirmed(article)
    Revision.objects.filter(comment=comment).update(checked=None)
    assert claim.confirm() is False


@pytest.mark.parametrize("what", ["parent removed", "discussion frozen", "article paused", "article closed"])
def test_what_could_not_be_sent_any_more_is_not_published(article, ben, what):
    make_trusted()
    parent = make_comment(article=article)
    comment, claim = unconfirmed(article, parent=parent)
    if what == "parent removed":
        parent.remove(by=ben, revision=parent.latest_revision, reason="Non.")
    elif what == "discussion frozen":
        parent.freeze(by=ben)
    elif what == "article paused":
        article.pause_comments(paused=True)
    else:
        type(article).objects.filter(pk=article.pk).update(comments_open=False)
    assert (claim.confirm(), status_of(comment)) == (False, Status.PENDING)


# By the link of the mail.


def test_whoever_confirms_by_the_mail_is_published_then(article):
    make_trusted()
    comment = send(browser_of(None), article)
    (mail,) = deliver()
    (path,) = paths(mail)
    before = status_of(comment)
    page = Client().post(path).content.decode()
    assert (before, status_of(comment), comment.published_at is not None) == ("pending", "published", True)
    assert "Votre adresse est confirmée et votre commentaire est publié." in page
    (told,) = deliver()
    assert subject(told) == "LDN Portail : votre commentaire est publié"


def test_trust_that_was_lost_before_the_click_does_not_count(article, ben):
    contributor = make_trusted()
    comment, claim = unconfirmed(article)
    other = contributor.comments.first()
    other.remove(by=ben, revision=other.latest_revision, reason="Non.")
    assert (claim.confirm(), status_of(comment)) == (False, Status.PENDING)


@pytest.mark.parametrize("verb", ["ask_changes", "reject", "mark_spam", "undone"])
def test_what_a_moderator_has_touched_is_left_to_moderators(article, ben, verb):
    make_trusted()
    comment, claim = unconfirmed(article)
    if verb == "undone":
        comment.undo(comment.publish(by=ben, revision=comment.latest_revision), by=ben)
    else:
        why = {} if verb == "mark_spam" else {"reason": "Non."}
        getattr(comment, verb)(by=ben, revision=comment.latest_revision, **why)
    before = comment.status
    assert (claim.confirm(), status_of(comment)) == (False, before)


def test_what_its_author_has_withdrawn_is_not_published(article):
    make_trusted()
    comment, claim = unconfirmed(article)
    comment.withdraw()
    assert (claim.confirm(), status_of(comment)) == (False, Status.WITHDRAWN)


def test_a_new_text_waits_for_a_moderator(article):
    comment = send(browser_of(make_trusted()), article)
    comment.edit("Un autre texte.")
    assert (comment.status, comment.public_revision.text, comment.proposed_revision.text) == (
        Status.PUBLISHED,
        TEXT,
        "Un autre texte.",
    )


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_publish_once_and_tell_once():
    article = make_article()
    make_trusted()
    comment, claim = unconfirmed(article)

    def click():
        return UnconfirmedAddress(
            pk=claim.pk, comment_id=comment.pk, email_encrypted=claim.email_encrypted, follow=""
        ).confirm()

    results = at_once(click, click)
    assert (sorted(results), decisions_of(comment)) == ([False, True], ["post", "publish"])
    assert Outbox.objects.filter(kind="comment_published", sent=None).count() == 1


# What becomes of it.


def test_a_moderator_who_had_it_open_is_told_that_the_site_was_quicker(article, ben):
    make_trusted()
    comment, claim = unconfirmed(article)
    open_page = Comment.objects.get(pk=comment.pk)
    claim.confirm()
    with pytest.raises(Exception, match="par le site") as refused:
        open_page.reject(by=ben, revision=open_page.latest_revision, reason="Non.")
    assert refused.value.latest.role == Decision.Role.SYSTEM


def test_a_removal_that_is_undone_brings_back_the_text_that_the_site_published(article, ben):
    comment = send(browser_of(make_trusted()), article)
    removal = comment.remove(by=ben, revision=comment.public_revision, reason="Non.")
    comment.undo(removal, by=ben)
    assert (status_of(comment), comment.public_revision.text) == (Status.PUBLISHED, TEXT)


def test_moderators_cannot_undo_what_the_site_did(article):
    assert send(browser_of(make_trusted()), article).undoable is None


def test_a_withdrawal_that_is_undone_leaves_nothing_waiting(article):
    comment = send(browser_of(make_trusted()), article)
    comment.withdraw()
    comment.unwithdraw()
    assert (status_of(comment), comment.proposed_revision) == (Status.PUBLISHED, None)


def test_it_is_no_moderator_s_decision_to_learn_from_or_to_look_at_twice(article, settings):
    contributor = make_trusted()
    settings.RE_REVIEW_PERCENT = 100
    make_moderator("bea")
    comment = send(browser_of(contributor), article)
    assert (ReReview.objects.count(), comment.latest_revision.learned_as) == (0, "")


def test_it_is_unread_until_a_moderator_decides_about_it(article, ben):
    comment = send(browser_of(make_trusted()), article)
    found = [comment.is_unread]
    comment.pin(by=ben)
    found.append(comment.is_unread)
    comment.redact(by=ben, revision=comment.public_revision, words=["dormir"], reason="Non.")
    found.append(comment.is_unread)
    assert found == [True, True, False]


def test_who_is_told_of_its_answer_is_not_told_that_it_was_read(article):
    parent = make_reachable("bob@example.org", follow="each", article=article)
    send(browser_of(make_trusted()), article, parent=parent)
    told = next(mail for mail in deliver() if mail.to == ["bob@example.org"])
    assert ("une nouvelle réponse" in told.body, "lue par" in told.body) == (True, False)


def test_who_is_to_be_read_first_by_his_connection_is_so_after_the_click_too(article, ben):
    make_trusted()
    comment, claim = unconfirmed(article)
    made = {"days": 1, "reason": "Ton.", "kind": Restriction.Kind.READ_FIRST}
    Restriction.objects.impose(comment, by=ben, **made)
    assert (claim.confirm(), status_of(comment)) == (False, Status.PENDING)


# What it costs.


def cost(client: Client, article, **fields) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.post(address(article), filled(**fields)).status_code == 303
    return len(captured)


def test_whoever_gives_no_address_pays_for_nobody_s_trust(article, settings):
    costs = []
    cost(Client(REMOTE_ADDR="10.0.0.2"), article)
    for wanted, network in ((0, "10.0.0.3"), (WANTED, "10.0.0.4")):
        settings.TRUST_AFTER = wanted
        costs.append(cost(Client(REMOTE_ADDR=network), article))
    assert costs == [33, 33]


@pytest.mark.parametrize("n", [WANTED, WANTED + 2])
def test_publishing_at_once_costs_the_same_for_any_number_of_publications(article, n):
    client = browser_of(make_trusted(n=n))
    assert cost(client, article, email=ADDRESS) == 57


# The setting is said.


def test_where_nobody_is_published_unread_everybody_is_told_so(article, settings):
    settings.TRUST_AFTER = 0
    html = Client().get(address(article)).content.decode()
    assert ("Chaque commentaire est lu" in html, "sauf ceux" in html) == (True, False)


def test_where_somebody_may_be_the_form_says_so(article):
    assert "sauf ceux" in Client().get(address(article)).content.decode()


def test_the_question_limit_is_not_touched_by_who_is_recognised(article):
    client = browser_of(make_trusted(n=1))
    UnconfirmedAddress.objects.all().delete()
    for _each in range(QUESTIONS_A_DAY + 1):
        send(client, article)
    assert (UnconfirmedAddress.objects.count(), len(post.outbox)) == (0, 0)


def test_old_claims_end_as_before(article, set_clock):
    make_trusted()
    comment, claim = unconfirmed(article)
    token = claim.token
    set_clock(timezone.now() + timedelta(hours=49))
    assert Client().post(reverse("comments:confirm_address", args=[token])).status_code == 404
    assert status_of(comment) == Status.PENDING
