"""The list of articles in the back office: columns, filters, search, cost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Publication, Review
from tests.articles.people import PEOPLE, SEEING, client_of, expected_status
from tests.factories import make_article, make_chief_editor, make_editor, make_person, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LIST = "/admin/articles/article/"


@pytest.fixture
def chief(client):
    chief = make_chief_editor(first_name="Chloé", last_name="Chef")
    client.force_login(chief)
    return chief


def changed(article: Article, **fields) -> Article:
    Article.objects.filter(pk=article.pk).update(**fields)
    article = Article.objects.get(pk=article.pk)
    article.record(by=None)
    return article


def reviewed(article: Article, *, due_in: int, outcome: str = "approved") -> Review:
    today = timezone.localdate()
    return Review.objects.create(
        article=article,
        version=article.published,
        person=make_person("dora"),
        outcome=outcome,
        reviewed_on=today - timedelta(days=400),
        due_on=today + timedelta(days=due_in),
    )


def titles(client, query: str = "") -> list[str]:
    response = client.get(LIST + query)
    assert response.status_code == 200, query
    return sorted(article.title for article in response.context["cl"].result_list)


def row(client, column: str) -> list[str]:
    """The words in a column of the only row."""
    html = client.get(LIST).content.decode()
    (cell,) = re.findall(rf'<t[dh] class="field-{column}[^"]*">(.*?)</t[dh]>', html)
    return [words for words in re.split(r"<[^>]*>", cell) if words.strip()]


def a_draft() -> None:
    make_article(publish=False)


def a_published_one() -> None:
    make_article()


def one_with_changes() -> None:
    changed(make_article(), title="Après")


def a_scheduled_first() -> None:
    make_article(publish=False).schedule(at=datetime(2099, 7, 14, 8, 30, tzinfo=UTC), by=None)


def a_scheduled_update() -> None:
    changed(make_article(), title="Après").schedule(at=datetime(2099, 7, 14, 8, 30, tzinfo=UTC), by=None)


def a_failed_one() -> None:
    a_scheduled_first()
    Publication.objects.update(state="failed")


def a_withdrawn_one() -> None:
    make_article().withdraw(by=None, reason="Dépassé.")


def a_redirected_one() -> None:
    article = make_article()
    Article.objects.filter(pk=article.pk).update(availability="redirected", redirect_to=article)


def a_gone_one() -> None:
    make_article().unpublish(by=None)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (a_draft, ["brouillon"]),
        (a_published_one, ["publié"]),
        (one_with_changes, ["publié", "modifications non publiées"]),
        (a_scheduled_first, ["brouillon", "programmé pour le 14/07/2099 10:30"]),
        (a_scheduled_update, ["publié", "modifications non publiées", "programmé pour le 14/07/2099 10:30"]),
        (a_failed_one, ["brouillon", "publication échouée"]),
        (a_withdrawn_one, ["retiré, avec un bandeau"]),
        (a_redirected_one, ["redirigé"]),
        (a_gone_one, ["dépublié"]),
    ],
)
def test_the_state_is_said_in_words(client, chief, make, words):
    make()
    assert row(client, "state") == words


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("draft", ["brouillon", "programmé"]),
        ("published", ["changé", "publié"]),
        ("changes", ["changé"]),
        ("scheduled", ["programmé"]),
        ("failed", []),
        ("withdrawn", ["retiré"]),
        ("redirected", ["redirigé"]),
        ("gone", ["dépublié"]),
        ("n’importe-quoi", []),
    ],
)
def test_one_filters_by_state(client, chief, state, found):
    make_article(title="brouillon", publish=False)
    make_article(title="programmé", publish=False).schedule(at=datetime(2099, 1, 1, tzinfo=UTC), by=None)
    published = make_article(title="publié")
    changed(make_article(title="changé"), lede="Autrement.")
    make_article(title="retiré").withdraw(by=None, reason="Dépassé.")
    make_article(title="redirigé").redirect(published, by=None)
    make_article(title="dépublié").unpublish(by=None)
    assert titles(client, f"?state={state}") == found


def test_what_failed_is_found_until_something_else_is_decided(client, chief):
    article = make_article(title="raté", publish=False)
    article.schedule(at=datetime(2099, 1, 1, tzinfo=UTC), by=None)
    Publication.objects.update(state="failed")
    before = titles(client, "?state=failed")
    article.publish(by=None)
    assert (before, titles(client, "?state=failed")) == (["raté"], [])


@pytest.mark.parametrize(
    ("mine", "found"),
    [("all", ["partagé", "répond", "supplée"]), ("own", ["répond", "supplée"]), ("shared", ["partagé"])],
)
def test_one_filters_by_one_s_own_and_what_is_shared(client, chief, mine, found):
    emil = make_editor("emil")
    make_article(title="répond", responsible=chief, deputy=emil)
    make_article(title="supplée", responsible=emil, deputy=chief)
    shared = make_article(title="partagé", responsible=emil)
    shared.editors.add(chief, emil)
    make_article(title="d’un autre", responsible=emil).editors.add(emil)
    make_article(title="de personne")
    assert titles(client, f"?mine={mine}") == found


@pytest.mark.parametrize(
    ("review", "found"),
    [
        ("overdue", ["en retard"]),
        ("30", ["bientôt"]),
        ("90", ["bientôt", "plus tard"]),
        ("never", ["jamais", "à revoir"]),
        ("changed", ["changé"]),
        ("wanted", ["à revoir"]),
        ("12", []),
    ],
)
def test_one_filters_by_the_medical_review(client, chief, review, found):
    for title, days in (("en retard", -1), ("bientôt", 30), ("plus tard", 31), ("loin", 91)):
        reviewed(make_article(title=title), due_in=days)
    article = make_article(title="changé")
    reviewed(article, due_in=300)
    changed(article, lede="Autrement.").publish(by=None)
    make_article(title="jamais")
    reviewed(make_article(title="à revoir"), due_in=300, outcome="changes_wanted")
    make_article(title="brouillon", publish=False)
    assert titles(client, f"?review={review}") == found


def test_one_filters_by_topic_and_by_what_is_to_look_at(client, chief):
    make_article(title="sommeil", topic=make_topic("sommeil"))
    source = make_article(title="source", topic=make_topic("anxiete"))
    source.sources.create(key="a", title="Une étude", to_verify=True)
    make_article(title="rien", lede="", publish=False)
    assert titles(client, f"?topic__id__exact={make_topic('sommeil').pk}") == ["sommeil"]
    assert titles(client, "?work=sources") == ["source"]
    assert "rien" in titles(client, "?work=findings")


@pytest.mark.parametrize("words", ["mélatonine", "sommeil-et-melatonine", "endormir plus tôt"])
def test_one_searches_title_address_and_lede(client, chief, words):
    make_article(
        title="Que fait la mélatonine ?", slug="sommeil-et-melatonine", lede="Peut-on s’endormir plus tôt ?"
    )
    make_article(title="Autre chose")
    assert titles(client, f"?q={words}") == ["Que fait la mélatonine ?"]


@pytest.mark.parametrize(
    ("due_in", "remarks"), [(-1, ["en retard"]), (0, []), (200, [])], ids=["past", "today", "to come"]
)
def test_the_review_that_is_due_is_shown_with_what_is_wrong_with_it(client, chief, due_in, remarks):
    reviewed(make_article(), due_in=due_in)
    due = timezone.localdate() + timedelta(days=due_in)
    assert row(client, "review_is_due") == [f"{due:%d/%m/%Y}", *remarks]


def test_a_text_that_changed_since_its_review_says_so(client, chief):
    article = make_article()
    review = reviewed(article, due_in=200)
    changed(article, lede="Autrement.").publish(by=None)
    assert row(client, "review_is_due") == [f"{review.due_on:%d/%m/%Y}", "modifié depuis"]


def test_who_answers_for_an_article_is_shown_by_name(client, chief):
    make_article(responsible=chief)
    assert row(client, "answers_for_it") == ["Chloé Chef"]


@pytest.mark.parametrize("column", range(1, 7))
def test_every_column_can_be_asked_to_sort(client, chief, column):
    for day in (1, 2):
        reviewed(make_article(responsible=chief), due_in=day)
    assert client.get(LIST, {"o": column}).status_code == 200


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("query", ["", "?review=90", "?mine=all&state=published"])
def test_the_list_costs_the_same_for_few_articles_and_for_more(
    client, chief, django_assert_num_queries, n, query
):
    for number in range(n):
        article = make_article(responsible=chief, topic=make_topic(f"sujet-{number}"))
        reviewed(article, due_in=10)
        changed(article, lede="Autrement.").schedule(at=datetime(2099, 1, 1, tzinfo=UTC), by=None)
    client.get(LIST + query)
    # The session, the user, two of permissions; the topics, how many articles, the articles.
    with django_assert_num_queries(7):
        client.get(LIST + query)


@pytest.mark.parametrize("who", PEOPLE)
def test_who_sees_articles_sees_the_list(who):
    assert client_of(who).get(LIST).status_code == expected_status(who, SEEING, 200)
