"""An article's draft in the back office."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from articles import limits
from articles.models import Article, Figure, Section
from ldnportal.markup.sanitize import SECTION_MAX_BYTES
from tests.articles.admin_forms import form_of, formset, page, sections_of
from tests.factories import (
    make_article,
    make_chief_editor,
    make_demo_article,
    make_image,
    make_person,
    make_reviewer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


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
    with django_assert_num_queries(26):
        client.get(page(article))


def make_large_article() -> Article:
    """30 sections, 2 comparisons of 8 × 10, 40 questions, 20 sources and 10 figures."""
    article = make_article()
    for number in range(1, 30):
        article.sections.create(heading=f"Section {number}", body=f"<p>Texte {number}.</p>", position=number)
    for number, section in enumerate(article.sections.all()[:10]):
        section.figures.create(image=make_image((number, 0, 0)), alt=f"Image {number}")
    for number in range(2):
        comparison = article.comparisons.create(caption=f"Comparaison {number}", position=number)
        for row in range(8):
            comparison.treatments.create(name=f"T{row}", position=row)
        for column in range(10):
            comparison.criteria.create(name=f"C{column}", position=column)
        comparison.complete_grid()
    for number in range(40):
        article.faq.create(
            question=f"Question {number} ?", answer=f"<p>Réponse {number}.</p>", position=number
        )
    for number in range(20):
        article.sources.create(
            key=f"s{number}", title=f"Source {number}", position=number, read_on=date(2026, 1, 2)
        )
    return article


def test_a_large_article_opens_in_few_queries(client, chief, django_assert_num_queries):
    article = make_large_article()
    ContentType.objects.get_for_model(Article)  # kept between requests
    with django_assert_num_queries(26):
        client.get(page(article))


def test_a_large_article_with_one_changed_section_is_saved_in_few_queries(
    client, chief, django_assert_num_queries
):
    article = make_large_article()
    ContentType.objects.get_for_model(Article)
    data = form_of(article, **{"sections-12-body": "<p>Un autre texte.</p>", "_continue": "1"})
    with django_assert_num_queries(54):
        client.post(page(article), data)
    assert article.sections.all()[12].body == "<p>Un autre texte.</p>"


def test_the_first_section_of_a_large_article_becomes_its_last_in_few_queries(
    client, chief, django_assert_num_queries
):
    article = make_large_article()
    ContentType.objects.get_for_model(Article)
    rows = sections_of(article)
    for number, row in enumerate(rows):
        row["position"] = (number - 1) % 30
    data = form_of(article, **formset("sections", rows, 30))
    with django_assert_num_queries(51):
        client.post(page(article), data)
    assert [section.heading for section in article.sections.all()][-2:] == ["Section 29", "Une section"]


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_of_articles_costs_the_same_for_any_number(client, chief, django_assert_num_queries, n):
    for _number in range(n):
        make_article()
    with django_assert_num_queries(7):
        client.get(reverse("admin:articles_article_changelist"))


def with_figures(section_row: dict, rows: list[dict], there: int = 0) -> dict:
    kept = {name: value for name, value in section_row.items() if not name.startswith("figures-")}
    return kept | formset("figures", rows, there)


def test_figures_are_saved_with_their_sections_new_ones_too(client, chief):
    article = make_article()
    image = make_image()
    figure = {
        "image": image.pk,
        "alt": "Un motif",
        "caption": "Légende",
        "credit": "",
        "after": "",
        "position": "",
    }
    new = {"heading": "Deux", "body": "", "alias": "", "position": "1"}
    rows = [
        with_figures(sections_of(article)[0], [figure]),
        with_figures(new, [figure, figure | {"alt": "B"}]),
    ]
    response = client.post(page(article), form_of(article, **formset("sections", rows, 1)))
    found = [
        (figure.section.heading, figure.alt, figure.position) for figure in Figure.objects.order_by("pk")
    ]
    assert (response.status_code, found) == (
        302,
        [("Une section", "Un motif", 1), ("Deux", "Un motif", 1), ("Deux", "B", 2)],
    )


def test_a_changed_figure_alone_makes_the_draft_newer_and_a_version(client, chief):
    article = make_article()
    article.sections.get().figures.create(image=make_image(), alt="Avant")
    before, versions = article.modified, article.versions.count()
    client.post(page(article), form_of(article, **{"sections-0-figures-0-alt": "Après"}))
    article.refresh_from_db()
    assert (article.modified > before, Figure.objects.get().alt) == (True, "Après")
    assert article.versions.count() == versions + 1


def test_a_deleted_section_takes_its_figures_with_it_and_no_error_of_theirs_stops_it(client, chief):
    article = make_article()
    article.sections.get().figures.create(image=make_image(), alt="Un motif")
    data = form_of(article, **{"sections-0-DELETE": "on", "sections-0-figures-0-image": ""})
    response = client.post(page(article), data)
    assert (response.status_code, Section.objects.count(), Figure.objects.count()) == (302, 0, 0)


def test_a_wrong_figure_stops_the_save_and_is_named_in_the_summary(client, chief):
    article = make_article()
    article.sections.get().figures.create(image=make_image(), alt="Avant")
    data = form_of(article, **{"title": "Autre", "sections-0-figures-0-image": "999"})
    response = client.post(page(article), data)
    (problem,) = response.context["errors"]
    article.refresh_from_db()
    assert (response.status_code, problem.href, article.title) == (
        200,
        "#id_sections-0-figures-0-image",
        "Article 1",
    )


def test_a_decorative_figure_with_an_alternative_text_is_refused(client, chief):
    article = make_article()
    article.sections.get().figures.create(image=make_image(), alt="Avant")
    response = client.post(page(article), form_of(article, **{"sections-0-figures-0-decorative": "on"}))
    (problem,) = response.context["errors"]
    assert (problem.href, Figure.objects.get().decorative) == (f"#figure-{Figure.objects.get().key}", False)


def test_a_row_that_somebody_else_deleted_is_told_and_not_lost(client, chief):
    article = make_article()
    entry = article.faq.create(question="Quoi ?", answer="<p>Ceci.</p>")
    data = form_of(article, **{"faq-0-question": "Et quoi ?"})
    entry.delete()
    response = client.post(page(article), data)
    (problem,) = response.context["errors"]
    assert (response.status_code, "Et quoi ?" in problem.place) == (200, True)
    assert 'value="Et quoi ?"' in response.content.decode()


def test_a_row_of_another_article_is_not_taken(client, chief):
    article, other = make_article(), make_article()
    theirs = other.faq.create(question="Quoi ?", answer="<p>Ceci.</p>")
    article.faq.create(question="Q", answer="<p>R</p>")
    client.post(page(article), form_of(article, **{"faq-0-id": theirs.pk, "faq-0-question": "Volée"}))
    theirs.refresh_from_db()
    assert (theirs.article, theirs.question) == (other, "Quoi ?")


def test_rows_come_back_in_the_order_that_was_given_when_something_is_wrong(client, chief):
    article = make_article()
    article.sections.create(heading="Deux", position=1)
    rows = sections_of(article)
    rows[0]["position"], rows[1]["position"] = 5, 2
    rows[1]["heading"] = ""
    html = client.post(page(article), form_of(article, **formset("sections", rows, 2))).content.decode()
    assert re.findall(r'data-row="(sections-\d)"', html) == ["sections-1", "sections-0"]


def test_empty_rows_are_no_rows_whatever_their_position(client, chief):
    article = make_article()
    blank = {"question": "", "answer": "", "position": "0"}
    source = {"key": "", "kind": "other", "to_verify": "on", "position": "3"}
    data = form_of(article, **formset("faq", [blank]), **formset("sources", [source]))
    response = client.post(page(article), data)
    assert (response.status_code, article.faq.count(), article.sources.count()) == (302, 0, 0)


@pytest.mark.parametrize(
    ("place", "anchor"),
    [
        ("sections-1", "#section-b0000001"),
        ("sections-1-figures-0", "#figure-f0000001"),
        ("sections-0", "#sections-group"),
        ("faq-0", "#faq-c0000001"),
        ("", ""),
        ("//evil.example", ""),
    ],
)
def test_whoever_goes_on_writing_comes_back_to_his_place(client, chief, place, anchor):
    article = make_article()
    section = article.sections.create(key="b0000001", heading="Deux", position=1)
    section.figures.create(key="f0000001", image=make_image(), alt="A")
    article.faq.create(key="c0000001", question="Q", answer="<p>R</p>")
    data = form_of(article, _continue="1", _place=place, **{"sections-0-DELETE": "on"})
    response = client.post(page(article), data)
    assert response["Location"] == page(article) + anchor


def test_a_new_article_comes_back_to_its_new_section(client, chief):
    data = {
        **{"title": "Neuf", "slug": "neuf", "lede": "", "topic": "", "review_every_months": 12},
        **formset("authorships", []),
        **formset("sections", [{"heading": "Un", "body": "", "position": 0}]),
        **formset("faq", []),
        **formset("comparisons", []),
        **formset("sources", []),
        **{"_continue": "1", "_place": "sections-0"},
    }
    response = client.post(reverse("admin:articles_article_add"), data)
    article = Article.objects.get()
    assert response["Location"] == f"{page(article)}#section-{article.sections.get().key}"


def test_without_a_script_empty_rows_come_with_saving(client, chief):
    article = make_article()
    response = client.post(page(article), form_of(article, _more="1"))
    html = client.get(response["Location"]).content.decode()
    assert re.findall(r'data-row="((?:sections|faq)-(?:\d|\d-figures-\d))"', html) == [
        *["sections-0", "sections-0-figures-0", "sections-1", "sections-1-figures-0"],
        *["sections-2", "sections-2-figures-0", "sections-3", "sections-3-figures-0"],
        *["faq-0", "faq-1", "faq-2"],
    ]


@pytest.mark.parametrize(
    ("prefix", "row", "most"),
    [
        ("authorships", {"person": "", "position": "1"}, limits.MAX_AUTHORS),
        ("faq", {"question": "Q", "answer": "<p>R</p>"}, limits.MAX_FAQ_ENTRIES),
        ("comparisons", {"caption": "C"}, limits.MAX_COMPARISONS),
        ("sources", {"title": "T", "kind": "other"}, limits.MAX_SOURCES),
        ("sections", {"heading": "S"}, limits.MAX_SECTIONS),
    ],
)
def test_each_limit_is_told_and_nothing_is_lost(client, chief, prefix, row, most):
    article = make_article()
    rows = [row | ({"person": make_person(f"p{n}").pk} if "person" in row else {}) for n in range(most + 1)]
    response = client.post(page(article), form_of(article, **formset(prefix, rows)))
    told = [problem for problem in response.context["errors"] if problem.href == f"#{prefix}-group"]
    shown = response.content.decode().count(f'data-row="{prefix}-') - 1
    assert (response.status_code, len(told), str(most) in told[0].message) == (200, 1, True)
    assert response.content.decode().count(f'data-row="{prefix}-{most}"') == 1
    assert shown >= most + 1


def test_a_section_has_room_for_ten_figures(client, chief):
    article = make_article()
    figures = [{"image": make_image().pk, "alt": f"A{n}"} for n in range(limits.MAX_FIGURES_A_SECTION + 1)]
    rows = [with_figures(sections_of(article)[0], figures)]
    response = client.post(page(article), form_of(article, **formset("sections", rows, 1)))
    assert [problem.href for problem in response.context["errors"]] == ["#sections-0-figures-group"]


def fields_of_template(html: str, name: str, placeholder: str) -> int:
    template = re.search(rf'<template id="{name}-template".*?</template>', html, re.DOTALL)[0]
    names = set(re.findall(rf' name="{placeholder}-([^"]+)"', template))
    return len(names) + 1  # its id, once it is stored


def test_the_largest_article_that_is_allowed_fits_into_one_request(client, chief):
    html = client.get(reverse("admin:articles_article_add")).content.decode()
    section = fields_of_template(html, "section", "sections-__prefix__")
    figure = fields_of_template(html, "figure", "sections-__prefix__-figures-__row__")
    whole = (
        limits.MAX_SECTIONS * (section + limits.MAX_FIGURES_A_SECTION * figure)
        + limits.MAX_AUTHORS * fields_of_template(html, "author", "authorships-__prefix__")
        + limits.MAX_FAQ_ENTRIES * fields_of_template(html, "faq", "faq-__prefix__")
        + limits.MAX_COMPARISONS * fields_of_template(html, "comparison", "comparisons-__prefix__")
        + limits.MAX_SOURCES * fields_of_template(html, "source", "sources-__prefix__")
    )
    # The article's own fields, the lists' numbers of rows, the token.
    others = 40
    assert (whole, whole + others < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS) == (7436, True)


def test_the_longest_texts_that_are_allowed_fit_into_one_request(client, chief):
    article = make_article()
    text = "<p>" + "é" * ((SECTION_MAX_BYTES - 100) // 2) + "</p>"
    sections = [{"heading": f"S{n}", "body": text, "position": n} for n in range(limits.MAX_SECTIONS - 1)]
    faq = [{"question": f"Q{n}", "answer": text, "position": n} for n in range(limits.MAX_FAQ_ENTRIES)]
    data = form_of(
        article, **formset("sections", [*sections_of(article), *sections], 1), **formset("faq", faq)
    )
    response = client.post(page(article), data)
    assert (response.status_code, article.sections.count(), article.faq.count()) == (302, 40, 60)


def test_a_request_that_is_larger_still_gets_a_page_that_explains(client, chief):
    article = make_article()
    many = {f"x{number}": "" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)}
    response = client.post(page(article), form_of(article, **many))
    assert (response.status_code, "trop grand" in response.content.decode()) == (413, True)


def test_an_anchor_that_nobody_published_is_still_changed(client, chief):
    article = make_article(publish=False)
    article.sections.update(alias="etudes")
    client.post(page(article), form_of(article, **{"sections-0-alias": "autre"}))
    assert article.sections.get().alias == "autre"


def test_who_may_only_look_gets_a_form_that_changes_nothing(client):
    client.force_login(make_reviewer())
    article = make_demo_article()
    html = client.get(page(article)).content.decode()
    assert ('<fieldset class="all-rows" disabled>' in html, 'name="_continue"' in html) == (True, False)
    assert client.post(page(article), form_of(article, title="Autre")).status_code == 403


def test_the_thumbnail_of_a_chosen_image_is_shown(client, chief):
    image = make_image()
    response = client.get(reverse("admin:articles_article_thumbnail", args=[image.pk]))
    assert response["Location"].startswith(f"/media/images/{image.sha256[:16]}-")
