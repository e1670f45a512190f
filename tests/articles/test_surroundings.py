"""What the checks are told of the site around a text."""

from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import checks, snapshot, surroundings
from articles.models import Page, Review
from articles.models.publishing import NotPublishable
from tests.factories import make_article, make_person, make_topic, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def findings(article) -> list[str]:
    data = snapshot.take(article)
    return [each.code for each in checks.examine(data, surroundings.of(article, data))]


def linking(target: str):
    article = make_article(publish=False, slug="qui-renvoie")
    article.sections.update(body=f'<p>Lisez <a href="{target}">une autre page</a>.</p>')
    return article


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/articles/",
        "/articles/cible/",
        "/articles/cible/#partie-a0000001",
        "/articles/cible/#commentaires",
        "/articles/ancienne/",
        f"{settings.SITE_URL}/articles/cible/",
        "/articles/qui-renvoie/",
        "#partie-a0000001",
        "/themes/anxiete/",
        "/regles/",
        "https://ansm.sante.fr/absent/",
        "mailto:contact@example.org",
    ],
)
def test_a_link_that_leads_somewhere_is_left_alone(target):
    cible = make_article(slug="cible")
    cible.old_slugs.create(slug="ancienne")
    Page.objects.create(slug="regles", title="Règles", body="<p>Ici.</p>")
    assert findings(linking(target)) == []


@pytest.mark.parametrize(
    "target",
    [
        "/articles/absent/",
        "/articles/brouillon/",
        "/articles/disparu/",
        "/articles/cible/#partie-absente",
        "/themes/absent/",
        "/absente/",
        "/a/b/c/",
        f"{settings.SITE_URL}/absente/",
    ],
)
def test_a_link_to_nothing_is_found(target):
    make_article(slug="cible")
    make_article(slug="brouillon", publish=False)
    make_article(slug="disparu").unpublish(by=make_user("cleo"), reason="Dépassé.")
    make_topic("anxiete")
    assert findings(linking(target)) == ["link-to-nothing"]


def test_a_link_to_an_article_that_redirects_is_left_alone():
    make_article(slug="avant").redirect(make_article(slug="apres"), by=make_user("cleo"))
    assert findings(linking("/articles/avant/#partie-d-avant")) == []


def test_what_surrounds_a_text_takes_as_many_queries_for_one_link_as_for_three():
    for number in range(3):
        make_article(slug=f"cible-{number}")
    article = linking("/articles/cible-0/")
    spent = []
    for count in (1, 3):
        body = "".join(f'<p><a href="/articles/cible-{n}/">Article {n}</a></p>' for n in range(count))
        article.sections.update(body=body)
        data = snapshot.take(article)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            surroundings.of(article, data)
        spent.append(len(queries))
    assert spent == [3, 3]


def test_a_review_by_the_author_hinders_publication():
    article = make_article()
    Review.objects.create(
        article=article,
        version=article.published,
        person=make_person("emma"),
        reviewed_on=date(2026, 1, 1),
        due_on=date(2027, 1, 1),
    )
    article.sections.update(body="<p>Un autre texte.</p>")
    article.record(by=None)
    with pytest.raises(NotPublishable) as refusal:
        article.publish(by=None)
    assert [each.code for each in refusal.value.findings] == ["review-by-author"]


def test_a_stated_reason_answers_what_is_missing():
    article = make_article(publish=False)
    article.sections.update(aspect="MayTreatHealthAspect")
    missing = findings(article)
    article.omissions = "Ce sont des conseils généraux."
    assert (len(missing), findings(article)) == (4, [])


def test_findings_and_advice_are_stored_with_each_version():
    article = make_article(publish=False, lede="")
    article.sections.update(body="<p>C’est un remède miracle.</p>")
    version = article.record(by=None)
    assert [(each["code"], each["level"], each["place"]) for each in version.checks] == [
        ("lede-missing", "blocks", "/article/lede"),
        ("word-absolute", "advice", "/article/sections/0/body"),
    ]
