"""Withdrawn, redirected, unpublished, brought back: what readers get, at the article and in its conversation."""

import pytest

from articles.models import Article
from articles.models.publishing import ImpossibleMove
from comments.models import Comment, OwnerToken
from ldnportal.pages.models import Stamp
from tests.at_once import at_once
from tests.comments.posting import filled
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db

REASON = "Une étude de 2026 dit le contraire."


@pytest.fixture
def article():
    return make_article(title="Le vieux", slug="vieux")


@pytest.fixture
def other():
    return make_article(title="Le neuf", slug="neuf")


def renamed(article: Article, slug: str) -> Article:
    Article.objects.filter(pk=article.pk).update(slug=slug)
    article.publish(by=None)
    return Article.objects.get(pk=article.pk)


def way(client, path: str) -> list[str | int]:
    """Where each step leads, and the status at the end."""
    response = client.get(path, follow=True)
    return [address for address, _status in response.redirect_chain] + [response.status_code]


def text_of(response) -> str:
    return response.content.decode()


# Withdrawn: kept under a banner


def test_a_withdrawn_article_stays_with_a_banner_that_says_since_when_and_why(client, article):
    article.withdraw(by=make_user("chloe"), reason=REASON)
    page = client.get("/articles/vieux/")
    banner = text_of(page).split('<div class="banner banner--withdrawn" role="note">')[1].split("</div>")[0]
    assert (page.status_code, REASON in banner, "<time datetime=" in banner) == (200, True, True)
    assert "Un paragraphe." in text_of(page)
    assert '<meta name="robots" content="noindex">' in text_of(page)


@pytest.mark.parametrize("path", ["/", "/articles/", "/themes/anxiete/"])
@pytest.mark.parametrize("verb", ["withdraw", "unpublish"])
def test_what_was_taken_away_is_offered_nowhere(client, article, other, path, verb):
    before = "Le vieux" in text_of(client.get(path))
    getattr(article, verb)(by=None, reason=REASON)
    page = text_of(client.get(path))
    assert (before, "Le vieux" in page, "Le neuf" in page) == (True, False, True)


def test_a_redirected_article_is_offered_nowhere(client, article, other):
    article.redirect(other, by=None)
    assert "Le vieux" not in text_of(client.get("/articles/"))


def test_a_withdrawal_has_a_reason(article):
    with pytest.raises(ValueError, match="reason"):
        article.withdraw(by=None, reason=" \n")
    article.refresh_from_db()
    assert article.availability == "live"


def test_a_reason_put_better_later_does_not_move_the_date(article, set_clock):
    article.withdraw(by=None, reason="Dépassé.")
    since = article.availability_since
    set_clock(since.replace(year=since.year + 1))
    article.withdraw(by=None, reason=REASON)
    assert (article.availability_reason, article.availability_since) == (REASON, since)


# Gone


def test_an_unpublished_article_is_gone_and_its_reason_is_not_for_readers(client, article):
    article.unpublish(by=None, reason=REASON)
    response = client.get("/articles/vieux/")
    assert (response.status_code, REASON in text_of(response)) == (410, False)
    assert '<meta name="robots" content="noindex">' in text_of(response)


# One step, whatever the way


def test_a_redirected_article_leads_on_for_the_time_being(client, article, other):
    article.redirect(other, by=None)
    response = client.get("/articles/vieux/")
    assert (response.status_code, response.headers["Location"]) == (302, "/articles/neuf/")


def test_a_chain_of_redirects_is_one_step(client, article, other):
    middle = make_article(slug="milieu")
    article.redirect(middle, by=None)
    middle.redirect(other, by=None)
    assert way(client, "/articles/vieux/") == ["/articles/neuf/", 200]


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("withdraw", ["/articles/de-nouveau/", 200]),
        ("unpublish", [410]),
        ("redirect", ["/articles/neuf/", 200]),
    ],
)
def test_an_old_address_takes_one_step_too(client, article, other, verb, expected):
    article = renamed(article, "de-nouveau")
    if verb == "redirect":
        article.redirect(other, by=None)
    else:
        getattr(article, verb)(by=None, reason=REASON)
    assert way(client, "/articles/vieux/") == expected


def test_old_addresses_of_one_redirected_through_another_take_one_step(client, article, other):
    article = renamed(renamed(article, "deuxieme"), "troisieme")
    article.redirect(other, by=None)
    renamed(other, "tout-neuf")
    assert [way(client, f"/articles/{slug}/") for slug in ("vieux", "deuxieme", "troisieme", "neuf")] == [
        ["/articles/tout-neuf/", 200]
    ] * 4


def test_what_leads_to_a_withdrawn_article_still_does(client, article, other):
    article.redirect(other, by=None)
    other.withdraw(by=None, reason=REASON)
    assert way(client, "/articles/vieux/") == ["/articles/neuf/", 200]


def test_what_leads_to_a_gone_article_is_gone(client, article, other):
    article.redirect(other, by=None)
    other.unpublish(by=None)
    assert way(client, "/articles/vieux/") == [410]


def test_an_address_that_was_never_public_is_not_found_and_not_gone(client, article):
    make_article(slug="brouillon", publish=False)
    assert [way(client, f"/articles/{slug}/") for slug in ("brouillon", "nulle-part")] == [[404], [404]]


# No loop, no dead end


def test_an_article_leads_neither_to_itself_nor_to_what_readers_cannot_open(article, other):
    draft = make_article(publish=False)
    gone = make_article()
    gone.unpublish(by=None)
    led = make_article()
    led.redirect(other, by=None)
    for target in (article, draft, gone, led):
        with pytest.raises(ImpossibleMove):
            article.redirect(target, by=None)
    article.refresh_from_db()
    assert (article.availability, article.redirect_to) == ("live", None)


def test_two_articles_are_not_led_to_each_other_one_after_the_other(article, other):
    article.redirect(other, by=None)
    with pytest.raises(ImpossibleMove):
        other.redirect(article, by=None)
    assert Article.objects.get(pk=other.pk).leads_to == other


@pytest.mark.django_db(transaction=True)
def test_two_articles_are_not_led_to_each_other_at_the_same_instant(article, other):
    def lead(one, to):
        return lambda: Article.objects.get(pk=one.pk).redirect(Article.objects.get(pk=to.pk), by=None)

    results = at_once(lead(article, other), lead(other, article))
    assert sorted(type(result).__name__ for result in results) == ["ImpossibleMove", "NoneType"]
    assert Article.objects.filter(availability="redirected").count() == 1


def test_a_circle_that_got_in_by_hand_ends_as_gone(client, article, other):
    Article.objects.filter(pk=article.pk).update(availability="redirected", redirect_to=other)
    Article.objects.filter(pk=other.pk).update(availability="redirected", redirect_to=article)
    assert [way(client, f"/articles/{slug}/") for slug in ("vieux", "neuf")] == [[410], [410]]


# Back, twice, and never published


@pytest.mark.parametrize("verb", ["withdraw", "unpublish"])
def test_what_was_taken_away_comes_back_as_it_was(client, article, verb):
    before = text_of(client.get("/articles/vieux/"))
    getattr(article, verb)(by=make_user("chloe"), reason=REASON)
    article.bring_back(by=None)
    article.refresh_from_db()
    assert text_of(client.get("/articles/vieux/")) == before
    assert (article.availability_reason, article.availability_since, article.availability_by) == (
        "",
        None,
        None,
    )


def test_the_same_decision_taken_twice_is_refused(article, other):
    for act in (
        lambda: article.withdraw(by=None, reason=REASON),
        lambda: article.redirect(other, by=None),
        lambda: article.unpublish(by=None, reason=REASON),
        lambda: article.bring_back(by=None),
    ):
        act()
        with pytest.raises(ImpossibleMove):
            act()


def test_what_was_never_published_cannot_be_taken_away(other):
    draft = make_article(publish=False)
    for act in (
        lambda: draft.withdraw(by=None, reason=REASON),
        lambda: draft.redirect(other, by=None),
        lambda: draft.unpublish(by=None),
        lambda: draft.bring_back(by=None),
    ):
        with pytest.raises(ImpossibleMove):
            act()


def test_publishing_brings_a_withdrawn_article_back(client, article):
    article.withdraw(by=None, reason=REASON)
    article.publish(by=None)
    assert REASON not in text_of(client.get("/articles/vieux/"))


def test_every_decision_moves_the_page_stamp(article, other):
    stamps = [Stamp.current()]
    for act in (
        lambda: article.withdraw(by=None, reason=REASON),
        lambda: article.redirect(other, by=None),
        lambda: article.unpublish(by=None),
        lambda: article.bring_back(by=None),
    ):
        act()
        stamps.append(Stamp.current())
    assert stamps == list(range(stamps[0], stamps[0] + 5))


# The conversation


def test_comments_of_a_withdrawn_article_are_shown_and_closed_with_the_reason(client, article):
    make_comment(article=article, text="Merci beaucoup.")
    article.withdraw(by=None, reason=REASON)
    thread = text_of(client.get("/articles/vieux/")).split('id="commentaires"')[1]
    form = client.get("/articles/vieux/commentaires/nouveau/")
    assert ("Merci beaucoup." in thread, REASON in thread, "commentaires/nouveau" in thread) == (
        True,
        True,
        False,
    )
    assert (form.status_code, REASON in text_of(form), "<form" in text_of(form)) == (200, True, False)


CONVERSATION = [
    "commentaires/",
    "commentaires/?page=2",
    "commentaires/nouveau/",
    "commentaires/nouveau/?reponse=1",
]


@pytest.mark.parametrize("path", CONVERSATION)
@pytest.mark.parametrize("old_address", [False, True], ids=["today’s address", "an old address"])
def test_the_conversation_leads_where_the_article_leads(client, article, other, path, old_address):
    if old_address:
        article = renamed(article, "de-nouveau")
    make_comment(article=article)
    article.redirect(other, by=None)
    redirected = way(client, f"/articles/vieux/{path}")
    article.unpublish(by=None)
    assert (redirected, way(client, f"/articles/vieux/{path}")) == (["/articles/neuf/", 200], [410])


def test_a_permalink_leads_where_the_article_leads(client, article, other):
    comment = make_comment(article=article)
    article.redirect(other, by=None)
    redirected = way(client, f"/commentaires/{comment.pk}/")
    article.unpublish(by=None)
    assert (redirected, way(client, f"/commentaires/{comment.pk}/")) == (["/articles/neuf/", 200], [410])


def test_what_is_sent_under_a_gone_article_is_not_lost(client, article, other):
    for act in (lambda: article.redirect(other, by=None), lambda: article.unpublish(by=None)):
        act()
        response = client.post("/articles/vieux/commentaires/nouveau/", filled(body="Un long texte."))
        assert (response.status_code, "Un long texte." in text_of(response), Comment.objects.count()) == (
            410,
            True,
            0,
        )


def test_the_author_s_page_does_not_lead_to_what_is_gone(client, article):
    comment = make_comment(article=article, text="Mon texte.")
    address = f"/commentaires/suivi/{OwnerToken.token_for(comment.idempotency_key)}/"
    before = "/articles/vieux/" in text_of(client.get(address))
    article.unpublish(by=None)
    page = text_of(client.get(address))
    assert (before, 'href="/articles/vieux/"' in page, "Mon texte." in page) == (True, False, True)
