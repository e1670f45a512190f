"""The report over all articles."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import Link, LinkUse
from tests.articles.admin_forms import make_comparison, page
from tests.articles.test_links import site
from tests.factories import (
    make_article,
    make_chief_editor,
    make_editor,
    make_moderator,
    make_superuser,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

REPORT = "/admin/articles/article/report/"

__all__ = ["site"]


@pytest.fixture
def chief(client):
    chief = make_chief_editor()
    client.force_login(chief)
    return chief


def flawed(title: str, body: str = "<p>C’est un remède miracle.</p>", **kwargs):
    article = make_article(publish=False, title=title, **kwargs)
    article.sections.update(body=body)
    article.record(by=None)
    return article


def shown(response) -> list[tuple[str, str]]:
    return [(entry.title, entry.code) for entry in response.context["findings"]]


def make_link(article, url: str = "https://a.example/", status: str = "broken", **kwargs) -> Link:
    body = f'<p>Voir <a href="{url}">la page des études</a>.</p>'
    article.sections.update(body=body)
    article.record(by=None)
    Link.objects.collect()
    link = Link.objects.get(url=url)
    link.note(status, **kwargs)
    return link


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda: None, 302),
        (lambda: make_user("paul", is_staff=True), 403),
        (make_moderator, 403),
        (make_editor, 200),
        (make_chief_editor, 200),
        (make_superuser, 200),
    ],
)
def test_the_report_is_for_those_who_may_see_articles(client, who, status):
    user = who()
    if user:
        client.force_login(user)
    assert client.get(REPORT).status_code == status


@pytest.mark.parametrize(
    ("who", "status", "kept"),
    [
        (lambda: None, 302, ""),
        (lambda: make_user("paul", is_staff=True), 403, ""),
        (make_moderator, 403, ""),
        (make_editor, 302, "Réservé aux abonnés."),
        (make_chief_editor, 302, "Réservé aux abonnés."),
    ],
)
def test_only_who_may_change_articles_decides_on_a_link(client, who, status, kept):
    link = make_link(make_article(publish=False))
    user = who()
    if user:
        client.force_login(user)
    data = {"act": "ignore", "because": "Réservé aux abonnés."}
    response = client.post(reverse("admin:articles_article_report_link", args=[link.pk]), data)
    link.refresh_from_db()
    assert (response.status_code, link.ignored_because) == (status, kept)


def test_findings_of_all_articles_stand_there_what_hinders_first(client, chief):
    flawed("Un")
    flawed("Deux", lede="")
    assert shown(client.get(REPORT)) == [
        ("Deux", "lede-missing"),
        ("Deux", "word-absolute"),
        ("Un", "word-absolute"),
    ]


def test_each_finding_links_to_the_field_where_it_is_mended(client, chief):
    article = flawed("Un")
    comparison = make_comparison(article)
    article.sections.update(comparison=comparison)
    comparison.treatments.get(key="isrs").cells.update(state="no_study")
    comparison.treatments.get(key="ldn").cells.filter(criterion__key="effet").update(state="no_study")
    article.record(by=None)
    urls = [entry.url for entry in client.get(REPORT).context["findings"]]
    assert urls == [
        f"{page(comparison)}#id_cell-ldn-delai-state",
        f"{page(article)}#id_sections-0-body",
        f"{page(comparison)}#grid",
    ]


def test_what_only_readers_still_see_is_said_and_what_both_have_stands_once(client, chief):
    article = flawed("Un", "<p>C’est un remède miracle.</p><p>Il guérit.</p>")
    article.publish(by=None)
    article.sections.update(position=1, body="<p>Il guérit.</p>")
    article.sections.create(heading="Avant", body="<p>Rien.</p>", position=0)
    article.record(by=None)
    entries = client.get(REPORT).context["findings"]
    assert [(entry.states, entry.url.partition("#")[2]) for entry in entries] == [
        ({"draft", "live"}, "id_sections-1-body"),
        ({"live"}, "id_sections-1-body"),
    ]


def test_an_unpublished_text_counts_as_a_draft_only(client, chief):
    article = flawed("Un")
    article.publish(by=None)
    article.unpublish(by=chief, reason="Dépassé.")
    (entry,) = client.get(REPORT).context["findings"]
    assert entry.states == {"draft"}


def test_a_reason_stated_since_is_heeded(client, chief):
    article = flawed("Un", "<p>Demandez conseil.</p>")
    article.sections.update(aspect="MayTreatHealthAspect")
    article.record(by=None)
    before = len(shown(client.get(REPORT)))
    article.omissions = "Ce sont des conseils généraux."
    article.save()
    assert (before, shown(client.get(REPORT))) == (4, [])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("code=lede-missing", [("Deux", "lede-missing")]),
        ("level=advice", [("Deux", "word-absolute"), ("Un", "word-absolute")]),
        ("level=blocks", [("Deux", "lede-missing")]),
        ("state=live", []),
        ("code=unknown&level=x&article=zero", 3),
        ("page=99", 3),
    ],
)
def test_findings_can_be_narrowed_down(client, chief, query, found):
    flawed("Un")
    flawed("Deux", lede="")
    there = shown(client.get(f"{REPORT}?{query}"))
    assert (len(there) if isinstance(found, int) else there) == found


def test_findings_of_one_article(client, chief):
    flawed("Un")
    article = flawed("Deux")
    assert shown(client.get(f"{REPORT}?article={article.pk}")) == [("Deux", "word-absolute")]


def test_findings_are_counted_by_kind_within_the_other_filters(client, chief):
    flawed("Un")
    flawed("Deux", lede="")
    counts = client.get(f"{REPORT}?level=advice&code=word-absolute").context["counts"]
    assert [(each["count"], each["query"], each["chosen"]) for each in counts] == [
        (2, "code=word-absolute&level=advice", True)
    ]


def test_many_findings_are_paginated(client, chief):
    flawed("Un", "<p>C’est un remède miracle.</p>" * 51)
    pages = [client.get(f"{REPORT}?page={number}").context["findings"] for number in (1, 2)]
    assert [len(list(each)) for each in pages] == [50, 1]


def test_the_report_takes_as_many_queries_for_one_article_as_for_three(client, chief):
    spent = []
    for new in (1, 2):
        for _number in range(new):
            article = flawed(f"Article {len(spent)}{_number}")
            article.publish(by=None)
            comparison = make_comparison(article)
            article.sections.update(comparison=comparison)
            make_link(article, f"https://a.example/{article.pk}")
            article.sections.update(body="<p>Il guérit.</p>")
            article.record(by=None)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(REPORT)
        assert response.status_code == 200
        spent.append(len(queries))
    assert spent == [17, 17]


# --- links -----------------------------------------------------------------------------------------------------


def test_failing_links_stand_with_their_places_what_readers_meet_first(client, chief):
    draft = make_article(publish=False, title="Brouillon")
    live = make_article(publish=False, title="Publié")
    make_link(draft, "https://a.example/1", http_status=404)
    make_link(live, "https://a.example/2", http_status=404)
    live.publish(by=None)
    Link.objects.collect()
    links = client.get(REPORT).context["links"]
    assert [(link.url, [(use.article.title, url) for use, url in link.places]) for link in links] == [
        ("https://a.example/2", [("Publié", f"{page(live)}#id_sections-0-body")]),
        ("https://a.example/1", [("Brouillon", f"{page(draft)}#id_sections-0-body")]),
    ]


@pytest.mark.parametrize(
    ("status", "kind"), [("broken", "failing"), ("moved", "moved"), ("unclear", "unclear"), ("ok", None)]
)
def test_links_are_listed_by_what_was_found(client, chief, status, kind):
    make_link(make_article(publish=False), status=status)
    listed = {
        each: len(client.get(f"{REPORT}?links={each}").context["links"].object_list)
        for each in ("failing", "moved", "unclear", "ignored")
    }
    assert listed == {**dict.fromkeys(listed, 0), **({kind: 1} if kind else {})}


def test_looking_again_looks_at_this_link_only(client, chief, site):
    article = make_article(publish=False)
    link = make_link(article, f"{site.home}/200")
    response = client.post(
        reverse("admin:articles_article_report_link", args=[link.pk]), {"act": "look", "links": "failing"}
    )
    link.refresh_from_db()
    assert (link.status, response.headers["Location"]) == ("ok", f"{REPORT}?links=failing#links")
    assert [path for _method, path, _at in site.asked] == ["/200"]


def test_opening_the_address_of_a_look_looks_at_nothing(client, chief, site):
    link = make_link(make_article(publish=False), f"{site.home}/200")
    response = client.get(reverse("admin:articles_article_report_link", args=[link.pk]))
    assert (response.status_code, site.asked) == (302, [])


def test_a_link_is_let_be_with_a_reason_and_can_be_heeded_again(client, chief):
    link = make_link(make_article(publish=False))
    url = reverse("admin:articles_article_report_link", args=[link.pk])
    client.post(url, {"act": "ignore", "because": "Réservé aux abonnés."})
    link.refresh_from_db()
    let_be = (link.ignored_because, link.ignored_by, Link.objects.failing().count())
    client.post(url, {"act": "heed"})
    assert (let_be, Link.objects.failing().count()) == (("Réservé aux abonnés.", chief, 0), 1)


def test_letting_be_without_a_reason_is_refused_beside_the_field(client, chief):
    link = make_link(make_article(publish=False))
    url = reverse("admin:articles_article_report_link", args=[link.pk])
    response = client.post(url, {"act": "ignore", "because": " "})
    link.refresh_from_db()
    (shown_link,) = response.context["links"]
    assert (response.status_code, bool(shown_link.form.errors["because"]), link.ignored_because) == (
        422,
        True,
        "",
    )


def test_a_link_that_is_gone_is_not_found(client, chief):
    response = client.post(reverse("admin:articles_article_report_link", args=[999]), {"act": "look"})
    assert (response.status_code, LinkUse.objects.count()) == (404, 0)
