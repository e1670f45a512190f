"""From the draft to the readers, in the back office: now or later, seen before, said afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from articles import snapshot
from articles.models import Article, Publication
from articles.models.version import digest_of
from tests.articles.admin_forms import form_of, make_comparison, page
from tests.articles.people import PEOPLE, PUBLISHING, client_of, expected_status
from tests.factories import make_article, make_chief_editor, make_editor, make_image, make_person

pytestmark = pytest.mark.django_db

# In Paris 9 o’clock.
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def chief(client):
    chief = make_chief_editor(first_name="Chloé", last_name="Chef")
    client.force_login(chief)
    return chief


def sent(article: Article, **fields) -> dict:
    """What the page of publication sends for the draft as it stands."""
    digest = digest_of(snapshot.take(Article.objects.get(pk=article.pk)))
    return {"digest": digest, "when": "now", "at": "", "change": "major", "note": "", **fields}


def changed(article: Article, **fields) -> Article:
    Article.objects.filter(pk=article.pk).update(**fields)
    article = Article.objects.get(pk=article.pk)
    article.record(by=None)
    return article


def states_of(article: Article) -> list[str]:
    return list(article.publications.order_by("pk").values_list("state", flat=True))


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def text_of(response) -> str:
    return response.content.decode()


# Who


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_who_may_publish_reaches_the_page_of_publication(who, method):
    client = client_of(who)
    article = make_article(publish=False)
    response = getattr(client, method)(page(article, "publish"), sent(article))
    article.refresh_from_db()
    status = expected_status(who, PUBLISHING, {"get": 200, "post": 302}[method])
    published = who in PUBLISHING and method == "post"
    assert (response.status_code, article.is_published) == (status, published)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("button", ["move", "cancel"])
def test_only_who_may_publish_moves_or_cancels_what_is_scheduled(who, button, set_clock):
    client = client_of(who)
    set_clock(NOW)
    article = make_article(publish=False)
    publication = article.schedule(at=NOW + timedelta(days=1), by=None)
    response = client.post(
        page(article, "schedule"), {"publication": publication.pk, "at": "2026-03-04T09:00", button: "1"}
    )
    done = {"move": ["cancelled", "scheduled"], "cancel": ["cancelled"]}[button]
    assert response.status_code == expected_status(who, PUBLISHING, 302)
    assert states_of(article) == (done if who in PUBLISHING else ["scheduled"])


@pytest.mark.parametrize("who", ["editor", "reviewer", "chief", "administrator", "superuser"])
def test_the_button_is_there_only_for_who_may_publish(who):
    client = client_of(who)
    article = make_article()
    html = text_of(client.get(page(article)))
    assert [page(article, view) in html for view in ("publish", "availability")] == [who in PUBLISHING] * 2


# Now


def test_two_clicks_publish_once_with_its_author_and_note(client, chief):
    article = changed(make_article(title="Avant"), title="Après")
    data = sent(article, change="minor", note="Une coquille.")
    answers = [client.post(page(article, "publish"), data, follow=True) for _click in range(2)]
    newest, _first = article.publications.all()
    assert (newest.version.title, newest.by, newest.change, newest.note, newest.version.n) == (
        "Après",
        chief,
        "minor",
        "Une coquille.",
        2,
    )
    assert ["rien n’a été publié" in messages_of(answer)[0] for answer in answers] == [False, True]


def test_a_first_publication_is_asked_only_for_its_moment(client, chief):
    form = client.get(page(make_article(publish=False), "publish")).context["form"]
    assert list(form.fields) == ["when", "at"]


def test_what_is_published_is_the_text_that_the_page_showed(client, chief):
    article = make_article(publish=False, title="Vu")
    data = sent(article)
    emil = make_editor("emil", first_name="Émile", last_name="Petit")
    Article.objects.filter(pk=article.pk).update(title="Pas vu")
    Article.objects.get(pk=article.pk).record(by=emil)
    response = client.post(page(article, "publish"), data)
    html = text_of(response)
    article.refresh_from_db()
    assert (response.status_code, article.is_published) == (409, False)
    assert ("Émile Petit" in html, "version\N{NO-BREAK SPACE}2" in html or "version 2" in html) == (
        True,
        True,
    )
    assert (
        client.post(page(article, "publish"), {**data, "digest": response.context["digest"]}).status_code
        == 302
    )
    article.refresh_from_db()
    assert article.published.title == "Pas vu"


def test_what_was_typed_is_still_there_when_the_draft_moved_on(client, chief):
    article = make_article(title="Avant")
    data = sent(article, change="minor", note="Une coquille.")
    changed(article, title="Après")
    form = client.post(page(article, "publish"), data).context["form"]
    assert (form["note"].value(), form["change"].value()) == ("Une coquille.", "minor")


def test_a_page_that_says_nothing_of_its_text_publishes_nothing(client, chief):
    article = make_article(publish=False)
    response = client.post(page(article, "publish"), {"when": "now"})
    article.refresh_from_db()
    assert (response.status_code, article.is_published) == (409, False)


def test_details_of_a_person_are_published_as_the_page_showed_them(client, chief):
    """They change without a version of the article; the publication makes one."""
    article = make_article()
    person = make_person("emma")
    person.qualification = "Pharmacienne"
    person.save()
    digest = client.get(page(article, "publish")).context["digest"]
    response = client.post(page(article, "publish"), sent(article, digest=digest))
    article.refresh_from_db()
    assert response.status_code == 302
    assert article.published.data["people"]["emma"]["qualification"] == "Pharmacienne"


def test_publishing_brings_a_withdrawn_article_back_and_says_so_before(client, chief):
    article = make_article()
    article.withdraw(by=None, reason="Dépassé.")
    changed(article, title="Remis à jour")
    before = text_of(client.get(page(article, "publish")))
    client.post(page(article, "publish"), sent(article))
    article.refresh_from_db()
    assert ("Publier remet l’article en ligne" in before, article.availability) == (True, "live")


def test_an_unchanged_text_offers_nothing_to_publish(client, chief):
    article = make_article()
    html = text_of(client.get(page(article, "publish")))
    assert ('name="when"' in html, "rien à publier" in html) == (False, True)


def test_the_text_can_be_looked_at_and_compared_before_it_is_published(client, chief):
    article = changed(make_article(title="Avant"), title="Après")
    html = text_of(client.get(page(article, "publish")))
    address = f"/admin/articles/article/{article.pk}/versions/"
    assert [f'href="{address}{there}"' in html for there in ("2/", "compare/?from=1&amp;to=2")] == [
        True,
        True,
    ]


# Later


def test_a_publication_is_scheduled_in_the_time_of_the_clocks_here(client, chief, set_clock):
    article = make_article(publish=False)
    client.post(page(article, "publish"), sent(article, when="later", at="2099-07-14T10:30"))
    assert article.scheduled.at == datetime(2099, 7, 14, 8, 30, tzinfo=UTC)
    assert article.is_published is False


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("", "Choisissez le jour et l’heure"),
        ("2026-03-02T09:00", "est passé"),
        ("0001-01-01T00:00", "est passé"),
        ("2026-03-29T02:30", "n’existe pas"),
        ("2026-10-25T02:30", "deux fois"),
        ("demain", "valide"),
        ("2026-13-45T10:00", "valide"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_beside_its_field(client, chief, set_clock, at, words):
    article = make_article(publish=False)
    set_clock(NOW)
    client.force_login(chief)
    response = client.post(page(article, "publish"), sent(article, when="later", at=at))
    errors = response.context["form"].errors
    assert (response.status_code, list(errors), words in errors["at"][0]) == (422, ["at"], True)
    assert f'value="{at}"' in text_of(response) or not at
    assert states_of(article) == []


def test_a_moment_that_was_given_is_not_passed_over_by_publishing_now(client, chief):
    article = make_article(publish=False)
    response = client.post(page(article, "publish"), sent(article, when="now", at="2099-07-14T10:30"))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["at"])


def test_two_clicks_schedule_once(client, chief):
    article = changed(make_article(title="Avant"), title="Après")
    for _click in range(2):
        client.post(page(article, "publish"), sent(article, when="later", at="2099-07-14T10:30"))
    assert states_of(article) == ["done", "scheduled"]


def test_the_page_says_what_is_scheduled_and_whether_the_draft_is_newer(client, chief):
    article = changed(make_article(title="Avant"), title="Programmé")
    article.schedule(at=datetime(2099, 7, 14, 8, 30, tzinfo=UTC), by=chief, note="La note.")
    same = text_of(client.get(page(article, "publish")))
    changed(article, title="Encore changé")
    newer = text_of(client.get(page(article, "publish")))
    assert [
        words in same for words in ("14 juillet 2099 10:30", "La note.", "Chloé Chef", "plus ancien")
    ] == [
        True,
        True,
        True,
        False,
    ]
    assert "plus ancien" in newer


def test_a_scheduled_publication_is_moved_with_its_text_and_note(client, chief):
    article = changed(make_article(title="Avant"), title="Programmé")
    old = article.schedule(
        at=datetime(2099, 1, 1, tzinfo=UTC), by=None, note="La note.", change=Publication.Change.MINOR
    )
    changed(article, title="Encore changé")
    data = {"publication": old.pk, "at": "2099-07-14T10:30", "move": "1"}
    client.post(page(article, "schedule"), data)
    new = article.scheduled
    assert (new.at, new.version, new.note, new.change) == (
        datetime(2099, 7, 14, 8, 30, tzinfo=UTC),
        old.version,
        "La note.",
        "minor",
    )


def test_a_moment_that_cannot_be_moves_nothing(client, chief):
    article = make_article(publish=False)
    old = article.schedule(at=datetime(2099, 1, 1, tzinfo=UTC), by=None)
    data = {"publication": old.pk, "at": "2020-07-14T10:30", "move": "1"}
    response = client.post(page(article, "schedule"), data)
    assert (response.status_code, list(response.context["move_form"].errors)) == (422, ["at"])
    assert article.scheduled == old


@pytest.mark.parametrize("button", ["move", "cancel"])
def test_what_somebody_else_decided_meanwhile_stands(client, chief, button):
    article = make_article(publish=False)
    old = article.schedule(at=datetime(2099, 1, 1, tzinfo=UTC), by=None)
    new = article.schedule(at=datetime(2099, 2, 1, tzinfo=UTC), by=None)
    data = {"publication": old.pk, "at": "2099-07-14T10:30", button: "1"}
    response = client.post(page(article, "schedule"), data, follow=True)
    assert article.scheduled == new
    assert "depuis" in messages_of(response)[0]


# What is in the way


def test_what_is_in_the_way_of_publication_is_named_with_a_link_to_its_place(client, chief):
    article = make_article(publish=False, lede="")
    section = article.sections.get()
    section.figures.create(image=make_image())
    comparison = make_comparison(article)
    response = client.post(page(article, "publish"), sent(article))
    article.refresh_from_db()
    assert (response.status_code, article.is_published) == (409, False)
    found = {finding.code: url for finding, url in response.context["findings"]}
    assert found == {
        "lede-missing": f"{page(article)}#id_lede",
        "alt-missing": f"{page(article)}#id_sections-0-figures-0-alt",
        "cell-to-complete": f"{page(comparison)}#id_cell-isrs-delai-state",
    }


def test_another_article_s_old_address_is_refused_in_words(client, chief):
    changed(make_article(slug="adresse"), slug="nouvelle-adresse").publish(by=None)
    article = make_article(publish=False, slug="adresse")
    response = client.post(page(article, "publish"), sent(article))
    (error,) = response.context["form"].non_field_errors()
    article.refresh_from_db()
    assert (response.status_code, "adresse" in error, article.is_published) == (409, True, False)


# Around it


def test_saving_can_lead_straight_to_publication(client, chief):
    article = make_article(publish=False)
    response = client.post(page(article), form_of(article, title="Prêt", _publish="1"))
    assert (response.status_code, response.headers["Location"]) == (302, page(article, "publish"))


def test_a_published_article_is_not_deleted(client, chief):
    article = make_article()
    client.post(page(article, "delete"), {"post": "yes"})
    assert Article.objects.filter(pk=article.pk).exists()


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_costs_the_same_for_few_sections_and_for_more(client, chief, django_assert_num_queries, n):
    article = make_article(publish=False)
    for number in range(n):
        article.sections.create(
            key=f"b000000{number}", heading="Suite", body="<p>Suite.</p>", position=number
        )
    client.get(page(article, "publish"))
    with django_assert_num_queries(13):
        client.get(page(article, "publish"))
