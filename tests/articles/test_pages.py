"""What readers get: pages, redirects, refusals, and how much each costs."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from articles.models import Article, Page, Publication, Version
from articles.models.review import Review
from articles.templatetags.typography import day
from tests.factories import (
    make_article,
    make_demo_article,
    make_image,
    make_person,
    make_topic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

DEMO = "/articles/naltrexone-et-anxiete/"


def text_of(response) -> str:
    return response.content.decode()


def titles_of(response) -> list[str]:
    return re.findall(r'class="card__title"><a href="[^"]*">([^<]*)</a>', text_of(response))


def review(article: Article, *, version: Version | None = None) -> Review:
    return Review.objects.create(
        article=article,
        version=version or article.published,
        person=make_person("dora"),
        reviewed_on=date(2026, 3, 1),
        due_on=date(2027, 3, 1),
    )


# Lists


def test_the_list_shows_the_published_articles_newest_first(client):
    for number in (1, 2):
        make_article(publish=False, title=f"Titre {number}").publish(
            by=None, at=datetime(2026, number, 1, tzinfo=UTC)
        )
    make_article(publish=False, title="Brouillon secret")
    response = client.get("/articles/")
    assert titles_of(response) == ["Titre 2", "Titre 1"]
    assert "Brouillon secret" not in text_of(response)


def test_a_card_shows_the_published_text_and_not_the_draft(client):
    article = make_article(title="Titre public", lede="Chapeau public.")
    Article.objects.filter(pk=article.pk).update(title="Titre secret", lede="Chapeau secret.")
    page = text_of(client.get("/articles/"))
    assert ("Titre public" in page, "Chapeau public." in page, "secret" in page) == (True, True, False)


def test_a_page_of_the_list_holds_twelve_articles(client):
    for _ in range(13):
        make_article()
    first, second = client.get("/articles/"), client.get("/articles/?page=2")
    assert (len(titles_of(first)), len(titles_of(second))) == (12, 1)
    assert 'rel="next" href="?page=2"' in text_of(first)
    assert 'rel="prev" href="?page=1"' in text_of(second)
    assert 'rel="canonical" href="http://localhost/articles/?page=2"' in text_of(second)


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "", "1.5", "0000000010", "9" * 30, "9" * 5000])
def test_a_page_that_is_not_there_is_not_found(client, number):
    make_article()
    assert client.get("/articles/", {"page": number}).status_code == 404


def test_an_empty_site_says_so(client):
    assert [client.get(path).status_code for path in ("/", "/articles/")] == [200, 200]
    assert '<ul class="cards">' not in text_of(client.get("/"))


def test_a_topic_shows_its_own_articles(client):
    make_article(title="De l’anxiété", topic=make_topic("anxiete"))
    make_article(title="Du sommeil", topic=make_topic("sommeil"))
    assert titles_of(client.get("/themes/sommeil/")) == ["Du sommeil"]
    assert client.get("/themes/nulle-part/").status_code == 404


def test_the_home_page_names_only_topics_with_articles(client):
    make_article(topic=make_topic("anxiete"))
    make_topic("sommeil")
    page = text_of(client.get("/"))
    assert ("/themes/anxiete/" in page, "/themes/sommeil/" in page) == (True, False)


def test_the_menu_says_where_the_reader_is(client):
    assert re.findall(r'href="([^"]*)" aria-current="page"', text_of(client.get("/articles/"))) == [
        "/articles/"
    ]


# The article


def test_the_article_stands_in_the_head_of_the_page(client):
    make_demo_article()
    page = text_of(client.get(DEMO))
    assert f'<link rel="canonical" href="http://localhost{DEMO}">' in page
    assert re.findall(r"<h1>(.*?)</h1>", page) == [
        "Naltrexone et anxiété\N{NO-BREAK SPACE}: peut-il réduire les symptômes\N{NARROW NO-BREAK SPACE}?"
    ]
    assert 'role="note"' in page


def test_readers_see_the_published_text_and_not_the_draft(client):
    article = make_article(title="Titre public")
    Article.objects.filter(pk=article.pk).update(title="Titre secret", lede="Chapeau secret.")
    article.sections.update(heading="Partie secrète", body="<p>Un paragraphe secret.</p>")
    page = text_of(client.get(article.get_absolute_url()))
    assert ("Titre public" in page, "Un paragraphe." in page, "secr" in page) == (True, True, False)


def test_a_draft_is_not_found_and_leaks_nothing(client):
    article = make_article(publish=False, slug="brouillon", title="Titre secret", lede="Chapeau secret.")
    response = client.get(f"/articles/{article.slug}/")
    assert (response.status_code, "secret" in text_of(response)) == (404, False)


def test_an_old_address_leads_to_the_new_one(client):
    article = make_article(slug="ancienne")
    for slug in ("moyenne", "nouvelle"):
        article.slug = slug
        article.save()
        article.publish(by=None)
    for slug in ("ancienne", "moyenne"):
        response = client.get(f"/articles/{slug}/")
        assert (response.status_code, response.headers["Location"]) == (301, "/articles/nouvelle/")


def test_the_address_of_a_draft_does_not_lead_anywhere_yet(client):
    article = make_article(slug="ancienne")
    Article.objects.filter(pk=article.pk).update(slug="nouvelle")
    assert client.get("/articles/nouvelle/").status_code == 404
    assert client.get("/articles/ancienne/").status_code == 200


def test_an_update_is_dated_when_the_day_differs(client):
    article = make_article(publish=False)
    first = datetime(2026, 1, 1, 12, tzinfo=UTC)
    article.publish(by=None, at=first)
    path = article.get_absolute_url()
    assert 'datetime="2026-01-01"' in text_of(client.get(path))
    article.publish(by=None, at=first + timedelta(days=40))
    assert re.findall(r'<time datetime="(2026-[^"]*)">([^<]*)</time>', text_of(client.get(path))) == [
        ("2026-01-01", "1er\N{NO-BREAK SPACE}janvier 2026"),
        ("2026-02-10", "10\N{NO-BREAK SPACE}février 2026"),
        # Under «Ce qui a changé».
        ("2026-02-10", "10\N{NO-BREAK SPACE}février 2026"),
    ]


def test_a_review_names_its_reviewer_and_the_next_one(client):
    article = make_article()
    review(article)
    page = text_of(client.get(article.get_absolute_url()))
    assert re.search(r"Relu le\s+<time datetime=\"2026-03-01\">", page)
    assert ("<strong>Dora</strong>, Médecin" in page, 'datetime="2027-03-01"' in page) == (True, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([], False),
        ([Publication.Change.MINOR], False),
        ([Publication.Change.MAJOR], True),
        ([Publication.Change.MAJOR, Publication.Change.MINOR], True),
    ],
)
def test_a_major_change_after_the_review_is_said(client, changes, said):
    article = make_article()
    review(article)
    for number, change in enumerate(changes):
        article.sections.update(heading=f"Un autre intertitre, {number}")
        article.publish(by=None, change=change)
    page = text_of(client.get(article.get_absolute_url()))
    assert ("modifié depuis la dernière relecture" in page) is said


def test_without_a_review_the_page_says_so(client):
    article = make_article()
    assert "n’a pas encore été relu" in text_of(client.get(article.get_absolute_url()))


def test_a_person_of_the_demonstration_is_marked_wherever_named(client):
    make_demo_article()
    # The author and the reviewer, each in the byline and in the box at the end.
    assert text_of(client.get(DEMO)).count('class="example"') == 4


def test_every_address_inside_the_page_leads_to_one_place(client):
    make_demo_article()
    page = text_of(client.get(DEMO))
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert sorted(ids) == sorted(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', page)) - set(ids) == set()
    assert {
        key for keys in re.findall(r'aria-(?:labelledby|describedby)="([^"]*)"', page) for key in keys.split()
    } <= set(ids)


def test_an_alias_cannot_take_the_place_of_the_sources(client):
    article = make_article(publish=False)
    article.sections.update(alias="sources")
    article.sources.create(key="s1", title="Une source")
    article.publish(by=None)
    ids = re.findall(r'\sid="([^"]*)"', text_of(client.get(article.get_absolute_url())))
    assert sorted(ids) == sorted(set(ids))


# Static pages


def test_a_static_page_stands_below_the_root_with_its_date(client):
    Page.objects.create(slug="regles", title="Règles", body="<h3>Une règle</h3>", updated=date(2026, 5, 1))
    page = text_of(client.get("/regles/"))
    assert ("<h1>Règles</h1>" in page, "<h2>Une règle</h2>" in page) == (True, True)
    assert '<time datetime="2026-05-01">1er\N{NO-BREAK SPACE}mai 2026</time>' in page


def test_a_static_page_takes_no_address_from_another(client):
    Page.objects.create(slug="articles", title="Fausse page", body="<p>x</p>")
    assert "Fausse page" not in text_of(client.get("/articles/"))


def test_a_page_not_found_has_a_way_on(client):
    response = client.get("/nulle-part/")
    assert (response.status_code, "Page introuvable" in text_of(response)) == (404, True)
    assert ('href="/articles/"' in text_of(response), 'content="noindex"' in text_of(response)) == (
        True,
        True,
    )


# Images


IMAGE_HEADERS = {
    "Content-Type": "image/avif",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def test_an_image_is_served_for_ever_under_a_policy_of_its_own(client, settings):
    make_image()
    name = next((settings.MEDIA_ROOT / "images").glob("*.avif")).name
    response = client.get(f"/media/images/{name}")
    assert response.status_code == 200
    assert {header: response.headers[header] for header in IMAGE_HEADERS} == IMAGE_HEADERS
    assert b"".join(response.streaming_content)[4:12] == b"ftypavif"


@pytest.mark.parametrize(
    "name",
    [
        "0123456789abcdef-480.avif",
        "0123456789abcdef-480.svg",
        "0123456789ABCDEF-480.jpg",
        "../ldnportal.sqlite3",
        "..%2fldnportal.sqlite3",
        "0123456789abcdef-480.jpg%0A",
        "",
    ],
)
def test_no_other_file_is_served(client, settings, name):
    folder = settings.MEDIA_ROOT / "images"
    folder.mkdir(parents=True)
    (folder.parent / "ldnportal.sqlite3").write_text("secret")
    (folder / "0123456789abcdef-480.svg").write_text("secret")
    assert client.get(f"/media/images/{name}").status_code == 404


# Every page


@pytest.mark.parametrize("path", ["/", "/articles/", "/themes/anxiete/", "/articles/article-1/", "/regles/"])
def test_a_page_is_only_read_and_checked_again_each_time(client, path):
    make_article(slug="article-1")
    Page.objects.create(slug="regles", title="Règles", body="<p>Une règle.</p>")
    response = client.get(path)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-cache")
    assert dict(response.cookies) == {}
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert re.search(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=", text_of(response)) is None
    assert client.head(path).status_code == 200
    assert [client.post(path).status_code, client.put(path).status_code, client.delete(path).status_code] == [
        405
    ] * 3


def test_a_topic_costs_the_same_for_one_article_and_for_three(client, django_assert_num_queries):
    for new in (1, 2):
        for _ in range(new):
            make_article()
        with django_assert_num_queries(4):
            assert client.get("/themes/anxiete/").status_code == 200


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 11, 1), "1er\N{NO-BREAK SPACE}novembre 2026"),
        (date(2026, 11, 11), "11\N{NO-BREAK SPACE}novembre 2026"),
    ],
)
def test_a_day_is_written_as_the_french_write_it(value, text):
    assert day(value) == text
