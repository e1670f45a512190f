"""An article's draft in the back office."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from articles import limits
from articles.models import Article
from tests.articles.admin_forms import form_of, formset, page, sections_of
from tests.factories import make_article, make_chief_editor, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    chief = make_chief_editor()
    client.force_login(chief)
    return chief


def test_saving_changes_the_draft_and_not_what_readers_see(client, chief):
    article = make_article(title="Titre publié")
    response = client.post(page(article), form_of(article, title="Titre du brouillon"), follow=True)
    article.refresh_from_db()
    assert (article.title, article.published.title, article.draft.title, article.draft.author) == (
        "Titre du brouillon",
        "Titre publié",
        "Titre du brouillon",
        chief,
    )
    assert "messagelist" in response.content.decode()


def test_saving_without_a_change_leaves_the_draft_as_old_as_it_was(client, chief):
    article = make_article()
    before = article.modified
    response = client.post(page(article), form_of(article))
    article.refresh_from_db()
    assert (response.status_code, article.modified, article.has_unpublished_changes()) == (302, before, False)


def test_a_changed_part_makes_the_draft_newer(client, chief):
    article = make_article()
    before = article.modified
    client.post(page(article), form_of(article, **{"sections-0-heading": "Un autre intertitre"}))
    article.refresh_from_db()
    assert (article.modified > before, article.sections.get().heading) == (True, "Un autre intertitre")


def test_every_part_of_an_article_is_added_on_its_page(client, chief):
    article = make_article(publish=False)
    emma = make_person("emile")
    author = article.authorships.get()
    authors = [
        {"id": author.pk, "article": article.pk, "person": author.person_id, "position": 0},
        {"id": "", "article": article.pk, "person": emma.pk, "position": ""},
    ]
    sections = [
        *sections_of(article),
        {"id": "", "heading": "Deux", "body": "<p>B.</p>", "position": "", "alias": ""},
    ]
    data = form_of(
        article,
        **formset("authorships", authors, 1),
        **formset("sections", sections, 1),
        **formset("faq", [{"question": "Quoi ?", "answer": "<p>Ceci.</p>", "position": ""}]),
        **formset("comparisons", [{"caption": "Traitements comparés", "position": ""}]),
        **formset("sources", [{"key": "younger-2014", "kind": "study", "title": "LDN", "position": ""}]),
    )
    response = client.post(page(article), data)
    assert response.status_code == 302
    assert [section.heading for section in article.sections.all()] == ["Une section", "Deux"]
    assert [each.person.slug for each in article.authorships.all()] == ["emma", "emile"]
    assert [
        article.faq.get().answer,
        article.comparisons.get().caption,
        article.sources.get().key,
        len(article.comparisons.get().key),
    ] == ["<p>Ceci.</p>", "Traitements comparés", "younger-2014", 8]


def test_what_editors_paste_is_sanitised(client, chief):
    article = make_article()
    hostile = '<p onclick="x()">Bon<script>alert(1)</script> <a href="javascript:x()">lien</a></p>'
    client.post(page(article), form_of(article, **{"sections-0-body": hostile}))
    assert article.sections.get().body == "<p>Bon lien</p>"


@pytest.mark.parametrize("body", ["<p>" + "x" * 50_001 + "</p>", "<ul><li>" * 40 + "x"])
def test_a_text_that_cannot_be_cleaned_stays_in_the_form_with_an_error(client, chief, body):
    article = make_article()
    response = client.post(page(article), form_of(article, **{"sections-0-body": body}))
    form = response.context["inline_admin_formsets"][1].formset.forms[0]
    assert (response.status_code, list(form.errors), form["body"].value()) == (200, ["body"], body)
    assert article.sections.get().body == "<p>Un paragraphe.</p>"


def test_more_parts_than_an_article_may_have_are_an_error_and_not_dropped(client, chief):
    article = make_article()
    rows = [
        {"heading": f"Section {n}", "body": "", "position": n, "alias": ""}
        for n in range(limits.MAX_SECTIONS)
    ]
    data = form_of(article, **formset("sections", [*sections_of(article), *rows], 1))
    response = client.post(page(article), data)
    formset_errors = response.context["inline_admin_formsets"][1].formset.non_form_errors()
    assert (response.status_code, len(formset_errors), article.sections.count()) == (200, 1, 1)


def test_the_questions_move_from_one_section_to_another_in_one_save(client, chief):
    article = make_article()
    first = article.sections.get()
    second = article.sections.create(heading="Deux", position=1)
    article.sections.filter(pk=second.pk).update(shows_faq=True)
    rows = sections_of(article)
    rows[0]["shows_faq"], rows[1]["shows_faq"] = "on", ""
    client.post(page(article), form_of(article, **formset("sections", rows, 2)))
    assert list(article.sections.values_list("pk", "shows_faq")) == [(first.pk, True), (second.pk, False)]


def test_two_sections_with_the_questions_are_refused(client, chief):
    article = make_article()
    article.sections.create(heading="Deux", position=1)
    rows = [{**row, "shows_faq": "on"} for row in sections_of(article)]
    response = client.post(page(article), form_of(article, **formset("sections", rows, 2)))
    assert (response.status_code, article.sections.filter(shows_faq=True).count()) == (200, 0)


def test_a_public_anchor_is_not_changed_any_more(client, chief):
    article = make_article(publish=False)
    article.sections.update(alias="etudes")
    article.publish(by=chief)
    client.post(page(article), form_of(article, **{"sections-0-alias": "autre"}))
    assert article.sections.get().alias == "etudes"


def test_the_key_of_a_source_is_not_changed_any_more(client, chief):
    article = make_article()
    source = article.sources.create(key="younger-2014", title="LDN")
    row = {
        "id": source.pk,
        "article": article.pk,
        "key": "autre",
        "kind": "other",
        "title": "Autre",
        "position": 0,
    }
    client.post(page(article), form_of(article, **formset("sources", [row], 1)))
    source.refresh_from_db()
    assert (source.key, source.title) == ("younger-2014", "Autre")


@pytest.mark.parametrize("n", [1, 3])
def test_the_article_form_costs_the_same_for_any_number_of_parts(client, chief, django_assert_num_queries, n):
    article = make_article()
    for number in range(n):
        article.sections.create(
            heading=f"S{number}", comparison=article.comparisons.create(caption=f"C{number}")
        )
        article.faq.create(question="Q", answer="<p>R</p>")
        article.sources.create(title="T")
        article.authorships.create(person=make_person(f"p{number}"))
    ContentType.objects.get_for_model(Article)  # kept between requests
    with django_assert_num_queries(20):
        client.get(page(article))


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_of_articles_costs_the_same_for_any_number(client, chief, django_assert_num_queries, n):
    for _number in range(n):
        make_article()
    with django_assert_num_queries(7):
        client.get(reverse("admin:articles_article_changelist"))
