"""Taking an article away from readers and bringing it back, in the back office."""

from datetime import UTC, datetime

import pytest

from articles.models import Article
from tests.articles.admin_forms import page
from tests.articles.people import PEOPLE, PUBLISHING, client_of, expected_status
from tests.factories import make_article, make_chief_editor

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

REASON = "Une étude de 2026 dit le contraire."


@pytest.fixture
def chief(client):
    chief = make_chief_editor(first_name="Chloé", last_name="Chef")
    client.force_login(chief)
    return chief


def sent(article: Article, what: str, **fields) -> dict:
    shown = Article.objects.get(pk=article.pk).availability
    return {"shown": shown, "what": what, "sure": "on", **fields}


def decide(client, article: Article, what: str, **fields):
    return client.post(page(article, "availability"), sent(article, what, **fields), follow=True)


def state_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).availability


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def text_of(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("what", ["withdraw", "redirect", "unpublish"])
def test_only_who_may_publish_takes_an_article_away(who, what):
    client = client_of(who)
    article, other = make_article(), make_article()
    data = sent(article, what, public_reason=REASON, target=other.pk)
    shown = client.get(page(article, "availability")).status_code
    response = client.post(page(article, "availability"), data)
    done = {"withdraw": "withdrawn", "redirect": "redirected", "unpublish": "gone"}[what]
    assert (shown, response.status_code, state_of(article)) == (
        expected_status(who, PUBLISHING, 200),
        expected_status(who, PUBLISHING, 302),
        done if who in PUBLISHING else "live",
    )


@pytest.mark.parametrize("who", PEOPLE)
def test_only_who_may_publish_brings_an_article_back(who):
    client = client_of(who)
    article = make_article()
    article.withdraw(by=None, reason=REASON)
    response = client.post(page(article, "availability"), sent(article, "bring_back"))
    assert response.status_code == expected_status(who, PUBLISHING, 302)
    assert state_of(article) == ("live" if who in PUBLISHING else "withdrawn")


def test_a_withdrawal_keeps_its_reason_who_decided_and_since_when(client, chief, set_clock):
    article = make_article()
    decide(client, article, "withdraw", public_reason=REASON)
    article.refresh_from_db()
    assert (article.availability_reason, article.availability_by) == (REASON, chief)
    html = text_of(client.get(page(article, "availability")))
    assert [words in html for words in (REASON, "Chloé Chef", "Remettre en ligne")] == [True] * 3


def test_what_is_written_for_the_editors_is_not_told_to_readers(client, chief):
    article = make_article()
    decide(
        client, article, "unpublish", internal_reason="Plainte du laboratoire.", public_reason="Autre chose"
    )
    article.refresh_from_db()
    public = client.get(article.get_absolute_url())
    assert (article.availability_reason, public.status_code) == ("Plainte du laboratoire.", 410)
    assert "Plainte" not in text_of(public)


@pytest.mark.parametrize(
    ("what", "fields", "wrong"),
    [
        ("withdraw", {"public_reason": "  "}, ["public_reason"]),
        ("redirect", {}, ["target"]),
        ("redirect", {"target": "999"}, ["target"]),
        ("redirect", {"target": "x"}, ["target"]),
        ("", {}, ["what"]),
        ("abracadabra", {}, ["what"]),
        ("unpublish", {"sure": ""}, ["sure"]),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_changes_nothing(client, chief, what, fields, wrong):
    article = make_article()
    response = decide(client, article, what, **{"internal_reason": "Gardé.", **fields})
    assert (response.status_code, list(response.context["form"].errors), state_of(article)) == (
        422,
        wrong,
        "live",
    )
    assert "Gardé." in text_of(response)


def test_only_what_readers_can_open_is_offered_as_a_target(client, chief):
    article, good = make_article(), make_article()
    make_article(publish=False)
    gone, leads_here = make_article(), make_article()
    gone.unpublish(by=None)
    leads_here.redirect(article, by=None)
    offered = client.get(page(article, "availability")).context["form"].fields["target"].queryset
    assert list(offered) == [good]
    response = decide(client, article, "redirect", target=leads_here.pk)
    assert (list(response.context["form"].errors), state_of(article)) == (["target"], "live")


def test_who_depends_on_an_article_is_named_before_it_is_taken_away(client, chief):
    article = make_article()
    make_article(title="Le vieux").redirect(article, by=None)
    assert "Le vieux" in text_of(client.get(page(article, "availability")))


@pytest.mark.parametrize("what", ["withdraw", "redirect", "unpublish", "bring_back"])
def test_a_second_click_changes_nothing_and_is_told_so(client, chief, what):
    article, other = make_article(), make_article()
    if what == "bring_back":
        article.withdraw(by=None, reason=REASON)
    data = sent(article, what, public_reason=REASON, target=other.pk)
    answers = [client.post(page(article, "availability"), data, follow=True) for _click in range(2)]
    assert ["Rien n’a été changé" in messages_of(answer)[0] for answer in answers] == [False, True]


def test_what_somebody_else_decided_meanwhile_is_not_undone(client, chief):
    article = make_article()
    data = sent(article, "unpublish")
    article.withdraw(by=None, reason=REASON)
    client.post(page(article, "availability"), data)
    assert state_of(article) == "withdrawn"


def test_that_a_scheduled_publication_is_cancelled_is_said_before(client, chief):
    article = make_article()
    Article.objects.filter(pk=article.pk).update(title="Après")
    Article.objects.get(pk=article.pk).schedule(at=datetime(2099, 7, 14, 8, 30, tzinfo=UTC), by=None)
    html = text_of(client.get(page(article, "availability")))
    decide(client, article, "withdraw", public_reason=REASON)
    assert ("14 juillet 2099" in html, article.scheduled) == (True, None)


def test_a_draft_that_readers_never_saw_leads_back_to_its_form(client, chief):
    article = make_article(publish=False)
    response = client.get(page(article, "availability"))
    assert (response.status_code, response.headers["Location"]) == (302, page(article))


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_costs_the_same_for_few_targets_and_for_more(client, chief, django_assert_num_queries, n):
    article = make_article()
    for _number in range(n):
        make_article().redirect(article, by=None)
        make_article()
    client.get(page(article, "availability"))
    # The session, the user, two of permissions; the article, who is led here, what is scheduled, the targets.
    with django_assert_num_queries(8):
        client.get(page(article, "availability"))
