"""The versions of an article in the back office: listed, compared, seen, taken back into the draft."""

import html
import re

import pytest
from django.urls import reverse

from articles.models import Article, Person, Review
from tests.articles.admin_forms import page
from tests.articles.people import PEOPLE, PUBLISHING, SEEING, client_of, expected_status
from tests.articles.test_admin_publishing import changed
from tests.factories import make_article, make_chief_editor, make_editor, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def chief(client):
    chief = make_chief_editor(first_name="Chloé", last_name="Chef")
    client.force_login(chief)
    return chief


def version_page(article: Article, n: int, view: str = "version") -> str:
    return reverse(f"admin:articles_article_{view}", args=[article.pk, n])


def compare_page(article: Article, old, new) -> str:
    return f"{page(article, 'compare')}?from={old}&to={new}"


def text_of(response) -> str:
    """The words of the page, on one line."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", "", response.content.decode())))


def badges_of(response) -> dict[int, list[str]]:
    return {version.n: [badge.name for badge in badges] for version, badges in response.context["rows"]}


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def titles_of(article: Article) -> list[str]:
    return list(article.versions.order_by("n").values_list("title", flat=True))


def draft_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).title


# Who

PAGES = {
    "versions": lambda article: page(article, "versions"),
    "compare": lambda article: compare_page(article, 1, 2),
    "version": lambda article: version_page(article, 1),
}
CHANGES = {
    "restore": lambda article: version_page(article, 1, "restore"),
    "discard": lambda article: page(article, "discard"),
}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", PAGES)
def test_who_sees_the_article_sees_its_versions(who, name):
    client = client_of(who)
    article = changed(make_article(title="Avant"), title="Après")
    assert client.get(PAGES[name](article)).status_code == expected_status(who, SEEING, 200)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", CHANGES)
def test_only_who_may_change_the_article_goes_back(who, name):
    client = client_of(who)
    article = changed(make_article(title="Avant"), title="Après")
    asked = client.get(CHANGES[name](article)).status_code
    done = client.post(CHANGES[name](article), {"draft": "2"}).status_code
    # The editor changes his own articles only; this one is nobody's.
    assert (asked, done, draft_of(article)) == (
        expected_status(who, PUBLISHING, 200),
        expected_status(who, PUBLISHING, 302),
        "Avant" if who in PUBLISHING else "Après",
    )


def test_an_editor_goes_back_in_his_own_article(client):
    cleo = make_editor()
    client.force_login(cleo)
    article = changed(make_article(title="Avant", responsible=cleo), title="Après")
    client.post(version_page(article, 1, "restore"), {"draft": "2"})
    assert draft_of(article) == "Avant"


def test_what_may_not_be_done_has_no_button(client):
    client = client_of("reviewer")
    article = changed(make_article(title="Avant"), title="Après")
    shown = client.get(page(article, "versions")).content.decode()
    assert [
        address in shown for address in (page(article, "discard"), version_page(article, 1, "restore"))
    ] == [
        False,
        False,
    ]


@pytest.mark.parametrize("name", PAGES)
def test_pages_that_only_show_refuse_to_be_sent_to(client, chief, name):
    article = changed(make_article(), title="Après")
    assert client.post(PAGES[name](article)).status_code == 405


# The list


def test_versions_stand_newest_first_with_what_became_of_them(client, chief):
    article = make_article(title="Un")
    article = changed(article, title="Deux")
    article.publish(by=chief)
    article.restore(article.versions.get(n=1), by=chief)
    article.set_aside({**article.draft.data}, by=chief)
    Review.objects.create(
        article=article,
        version=article.versions.get(n=2),
        person=make_person(),
        reviewed_on="2026-01-05",
        due_on="2027-01-05",
    )
    response = client.get(page(article, "versions"))
    assert badges_of(response) == {
        4: ["set_aside"],
        3: ["draft", "restored"],
        2: ["live", "published", "approved"],
        1: ["published"],
    }
    assert "restaurée depuis la version 1" in text_of(response)


def test_the_page_says_what_readers_see_and_that_there_are_changes(client, chief):
    article = make_article()
    unchanged = client.get(page(article, "versions"))
    article = changed(article, title="Après")
    response = client.get(page(article, "versions"))
    assert [page(article, "discard") in each.content.decode() for each in (unchanged, response)] == [
        False,
        True,
    ]
    assert "Des modifications ne sont pas publiées." in text_of(response)


@pytest.mark.parametrize(
    ("shown", "expected"), [("", [3, 2, 1]), ("published", [1]), ("reviewed", [2]), ("x", [3, 2, 1])]
)
def test_the_list_shows_only_published_or_reviewed_ones(client, chief, shown, expected):
    article = make_article(title="Un")
    article = changed(article, title="Deux")
    Review.objects.create(article=article, version=article.draft, person=make_person(), due_on="2099-01-05")
    article = changed(article, title="Trois")
    response = client.get(page(article, "versions"), {"show": shown})
    assert [version.n for version, _badges in response.context["rows"]] == expected


def test_a_long_list_has_pages_that_keep_the_filter(client, chief):
    article = make_article(title="0")
    for number in range(1, 32):
        article = changed(article, title=str(number))
        if number < 31:
            article.publish(by=chief)
    response = client.get(page(article, "versions"), {"show": "published"})
    assert len(response.context["rows"]) == 30
    assert "?show=published&amp;page=2" in response.content.decode()
    again = client.get(page(article, "versions"), {"show": "published", "page": 2})
    assert [version.n for version, _badges in again.context["rows"]] == [1]
    assert client.get(page(article, "versions"), {"page": 9}).status_code == 404


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_costs_the_same_whatever_its_length(client, chief, django_assert_num_queries, more):
    article = make_article(title="0")
    for number in range(more):
        article = changed(article, title=f"Titre {number}")
        article.publish(by=chief)
        article.restore(article.versions.get(n=1), by=chief)
    with django_assert_num_queries(BUDGETS["versions"]):
        client.get(page(article, "versions"))


@pytest.mark.parametrize("more", [1, 3])
def test_a_comparison_costs_the_same_whatever_the_number_of_versions(
    client, chief, django_assert_num_queries, more
):
    article = make_article(title="0")
    for number in range(more):
        article = changed(article, title=f"Titre {number}")
    with django_assert_num_queries(BUDGETS["compare"]):
        client.get(compare_page(article, 1, 2))


BUDGETS = {"versions": 9, "compare": 7}


# Two compared


def test_words_that_came_and_went_are_marked_for_eyes_and_ears(client, chief):
    article = changed(make_article(lede="Un mot ancien ici."), lede="Un mot nouveau ici.")
    shown = client.get(compare_page(article, 1, 2)).content.decode()
    assert re.findall(r"<(del|ins)>(?!supprimé|ajouté)(.*?)</\1>", shown) == [
        (
            "del",
            '<span class="visually-hidden">[supprimé\u00a0: </span>ancien<span class="visually-hidden">]</span>',
        ),
        (
            "ins",
            '<span class="visually-hidden">[ajouté\u00a0: </span>nouveau<span class="visually-hidden">]</span>',
        ),
    ]


def test_a_comparison_leads_to_its_neighbours_and_back(client, chief):
    article = make_article(title="1")
    for title in "234":
        article = changed(article, title=title)
    shown = html.unescape(client.get(compare_page(article, 2, 3)).content.decode())
    assert re.findall(r'href="[^"]*\?from=(\d)&to=(\d)"', shown) == [("2", "3"), ("3", "4"), ("3", "2")]


def test_two_equal_versions_differ_in_nothing(client, chief):
    article = make_article()
    assert "Les deux textes disent exactement la même chose." in text_of(
        client.get(compare_page(article, 1, 1))
    )


@pytest.mark.parametrize(
    ("old", "new"), [("1", "9"), ("x", "1"), ("", ""), ("1", "99999999999999999999"), ("-1", "1"), ("1", "²")]
)
def test_numbers_of_no_version_are_said_to_be_none(client, chief, old, new):
    response = client.get(compare_page(make_article(), old, new))
    assert response.status_code == 404
    assert "Ces deux versions ne peuvent pas être comparées" in text_of(response)


def test_a_version_of_another_article_is_not_compared(client, chief):
    other = make_article()
    article = changed(make_article(), title="Après")
    assert client.get(compare_page(other, 1, 2)).status_code == 404
    assert client.get(compare_page(article, 1, 2)).status_code == 200


def test_many_parts_that_differ_are_listed_first(client, chief):
    article = make_article()
    article.sections.update(heading="Changé")
    article.sections.create(key="b", heading="Deux", body="<p>x</p>", position=1)
    article.faq.create(key="q", question="Pourquoi ?", answer="<p>Oui.</p>")
    article.sources.create(key="s", title="Une étude")
    article.record(by=chief)
    shown = client.get(compare_page(article, 1, 2)).content.decode()
    links = re.findall(r'<li><a href="#(d-[^"]*)">', shown)
    assert links == ["d-sections-a0000001", "d-sections-b", "d-faq-q", "d-sources-s"]
    assert [f'id="{link}"' in shown for link in links] == [True] * 4


# The page as it was


def test_a_version_is_shown_as_the_page_it_was_and_says_that_it_is_not_public(client, chief):
    article = make_article(title="Avant")
    article.sections.update(body="<p>Le texte d’avant.</p>")
    article.record(by=chief)
    article.sections.update(body="<p>Le texte d’après.</p>")
    article.record(by=chief)
    response = client.get(version_page(article, 2))
    words = text_of(response)
    assert ("Le texte d’avant." in words, "Le texte d’après." in words) == (True, False)
    assert "Ce n’est pas la page publique" in words
    assert ("no-store" in response["Cache-Control"], response["X-Robots-Tag"]) == (True, "noindex")
    shown = response.content.decode()
    assert ('<meta name="robots" content="noindex">' in shown, 'rel="canonical"' in shown) == (True, False)


@pytest.mark.parametrize("n", [9, 99999999999999999999])
@pytest.mark.parametrize("view", ["version", "restore"])
def test_a_version_that_is_none_is_not_found(client, chief, n, view):
    assert client.get(version_page(make_article(), n, view)).status_code == 404


# Going back


def test_a_version_is_restored_as_a_new_one_after_its_difference_was_shown(client, chief):
    article = changed(make_article(title="Le premier titre"), title="Le second titre")
    asked = client.get(version_page(article, 1, "restore"))
    assert [change.label for group in asked.context["difference"].groups for change in group.changes] == [
        "Titre"
    ]
    assert titles_of(article) == ["Le premier titre", "Le second titre"]
    done = client.post(version_page(article, 1, "restore"), {"draft": "2"}, follow=True)
    newest = article.versions.first()
    assert (newest.n, newest.kind, newest.restored_from.n, newest.author) == (3, "restored", 1, chief)
    assert draft_of(article) == "Le premier titre"
    assert "restaurez la version 2" in messages_of(done)[0].replace("\u00a0", " ")


def test_restoring_is_undone_by_restoring(client, chief):
    article = changed(make_article(title="Un"), title="Deux")
    client.post(version_page(article, 1, "restore"), {"draft": "2"})
    client.post(version_page(article, 2, "restore"), {"draft": "3"})
    assert (draft_of(article), titles_of(article)) == ("Deux", ["Un", "Deux", "Un", "Deux"])


def test_unpublished_changes_are_discarded_and_readers_notice_nothing(client, chief):
    article = changed(make_article(title="En ligne"), title="Brouillon")
    client.post(page(article, "discard"), {"draft": "2"})
    article.refresh_from_db()
    assert (article.title, article.has_unpublished_changes(), article.published.n) == ("En ligne", False, 1)
    activity = client.get(page(article, "history"))
    assert "Modifications non publiées" in activity.context["entries"][0].what


def test_a_second_click_changes_nothing_more(client, chief):
    article = changed(make_article(title="Un"), title="Deux")
    for address in (version_page(article, 1, "restore"), page(article, "discard")):
        for _click in range(2):
            client.post(address, {"draft": "2"})
    assert titles_of(article) == ["Un", "Deux", "Un"]


def test_what_somebody_saved_meanwhile_is_shown_before_it_is_replaced(client, chief):
    article = changed(make_article(title="Un"), title="Deux")
    emil = make_editor("emil", first_name="Émile", last_name="Petit")
    Article.objects.filter(pk=article.pk).update(title="Trois")
    article.record(by=emil)
    response = client.post(version_page(article, 1, "restore"), {"draft": "2"})
    assert (response.status_code, draft_of(article)) == (409, "Trois")
    assert "Émile Petit a enregistré la version 3 entre-temps" in text_of(response)


def test_a_draft_that_was_never_published_has_nothing_to_go_back_to(client, chief):
    article = make_article(publish=False)
    response = client.get(page(article, "discard"), follow=True)
    assert "n’ont pas encore vu cet article" in messages_of(response)[0]


def test_an_address_that_another_article_took_is_said_and_nothing_is_lost(client, chief):
    article = changed(make_article(slug="premiere", publish=False), slug="seconde")
    make_article(slug="premiere")
    address = version_page(article, 1, "restore")
    assert "« premiere »" in text_of(client.get(address))
    assert (client.post(address, {"draft": "2"}).status_code, titles_of(article)) == (
        409,
        [article.title] * 2,
    )


def test_a_person_who_is_gone_is_named(client, chief):
    article = make_article(publish=False)
    article.authorships.all().delete()
    article.record(by=chief)
    Person.objects.filter(slug="emma").delete()
    address = version_page(article, 1, "restore")
    assert "Emma ne figure plus parmi les personnes" in text_of(client.get(address))
    assert client.post(address, {"draft": "2"}).status_code == 409
