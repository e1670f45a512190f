"""Saving a draft: versions, previews without a trace, and two editors at once."""

import pytest
from django.apps import apps
from django.urls import reverse

from articles import article_page
from articles.models import Article, Presence, Version
from tests.articles.admin_forms import form_of, formset, page, sections_of
from tests.factories import make_article, make_chief_editor, make_demo_article, make_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def chloe(client):
    chloe = make_chief_editor(first_name="Chloé")
    client.force_login(chloe)
    return chloe


def rows_of_every_table() -> dict[str, list]:
    # The session is touched by logging in and by reading it, not by the preview.
    return {
        model._meta.label: sorted(map(repr, model.objects.values_list()))
        for model in apps.get_models()
        if model._meta.label not in {"sessions.Session", "articles.Presence"}
    }


def opened(article: Article, **changes) -> dict:
    """The form as somebody has it open now."""
    return form_of(article, _article=article.pk, _based_on=article.draft.n, _form="f0f0", **changes)


def with_first_section(article: Article, **changes) -> dict:
    rows = sections_of(article)
    rows[0] |= changes
    return formset("sections", rows, len(rows))


def test_a_save_makes_a_version_with_author_and_note(client, chloe):
    article = make_article()
    client.post(page(article), opened(article, title="Un autre titre", _note="Titre plus court"))
    article.refresh_from_db()
    assert (article.draft.n, article.draft.title, article.draft.author, article.draft.note) == (
        2,
        "Un autre titre",
        chloe,
        "Titre plus court",
    )


def test_a_save_that_changes_nothing_makes_no_version(client, chloe):
    article = make_article()
    client.post(page(article), opened(article))
    assert article.versions.count() == 1


def test_a_preview_shows_what_is_on_the_screen_with_all_parts(client, chloe):
    article = make_article(title="Titre enregistré")
    sections = sections_of(article)
    sections[0] |= {"heading": "Intertitre neuf"}
    sections.append(
        {"article": article.pk, "heading": "Section neuve", "body": "<p>Neuve.</p>", "position": 2}
    )
    changes = {
        "title": "Titre à l’écran",
        **formset("sections", sections, 1),
        **formset("sources", [{"article": article.pk, "key": "k1", "kind": "other", "note": "Source neuve"}]),
    }
    html = client.post(page(article), opened(article, _preview="1", **changes)).content.decode()
    wanted = ["Titre à l’écran", "Intertitre neuf", "Section neuve", "Source neuve"]
    assert [text for text in wanted if text not in html] == []


def test_a_preview_leaves_every_table_as_it_was(client, chloe):
    article = make_demo_article()
    before = rows_of_every_table()
    response = client.post(page(article), opened(article, title="À l’écran", _preview="1"))
    assert (response.status_code, rows_of_every_table()) == (200, before)


def test_a_preview_of_a_new_article_leaves_every_table_as_it_was(client, chloe):
    data = form_of(make_article(), title="Tout neuf", slug="tout-neuf", _preview="1")
    data |= formset("sections", [{"heading": "Une", "body": "<p>Un texte.</p>", "position": 1}])
    data |= formset("authorships", [])
    before = rows_of_every_table()
    response = client.post(reverse("admin:articles_article_add"), data)
    assert ("Tout neuf" in response.content.decode(), rows_of_every_table()) == (True, before)


def test_what_is_previewed_is_byte_for_byte_what_is_stored(client, chloe):
    article = make_article()
    sections = [*sections_of(article), {"article": article.pk, "heading": "Neuve", "position": 2}]
    form = opened(article, **formset("sections", sections, 1))
    previewed = client.post(page(article), {**form, "_preview": "1"}).content.decode()
    client.post(page(article), form)
    article.refresh_from_db()
    assert article.draft.html in previewed


def test_a_preview_is_kept_by_nobody(client, chloe):
    article = make_article()
    response = client.post(page(article), opened(article, _preview="1"))
    kept = response.headers["Cache-Control"].split(", ")
    assert ("no-store" in kept, response.headers["X-Robots-Tag"]) == (True, "noindex")


def test_a_preview_says_nothing_on_the_next_page(client, chloe):
    article = make_article()
    client.post(page(article), opened(article, title="Autre", _preview="1"))
    assert "messagelist" not in client.get(page(article)).content.decode()


def test_a_preview_of_a_form_with_errors_is_the_form(client, chloe):
    article = make_article()
    html = client.post(page(article), opened(article, title="", _preview="1")).content.decode()
    assert ('name="_based_on"' in html, "id_title_error" in html) == (True, True)


def other_saves(article: Article, **fields) -> Version:
    bea = make_editor("bea", first_name="Béa")
    Article.objects.filter(pk=article.pk).update(**fields)
    return Article.objects.get(pk=article.pk).record(by=bea)


def test_what_two_editors_change_in_different_places_is_put_together(client, chloe):
    article = make_article()
    form = opened(article, **with_first_section(article, heading="Intertitre de Chloé"))
    other_saves(article, title="Titre de Béa")
    told = client.post(page(article), form, follow=True).content.decode()
    article.refresh_from_db()
    assert (article.title, article.sections.get().heading, article.draft.kind) == (
        "Titre de Béa",
        "Intertitre de Chloé",
        Version.Kind.MERGED,
    )
    assert "Béa (version 2" in told


def test_where_two_editors_contradict_each_other_the_second_is_asked(client, chloe):
    article = make_article()
    form = opened(article, title="Titre de Chloé")
    other_saves(article, title="Titre de Béa")
    asked = client.post(page(article), form, follow=True).content.decode()
    article.refresh_from_db()
    aside = article.versions.get(kind=Version.Kind.SET_ASIDE)
    assert (article.title, aside.title, aside.author) == ("Titre de Béa", "Titre de Chloé", chloe)
    assert [text for text in ("Béa (version 2", "Titre de Béa", "Titre de Chloé") if text not in asked] == []


@pytest.mark.parametrize(("choice", "title"), [("mine", "Titre de Chloé"), ("theirs", "Titre de Béa")])
def test_the_chosen_text_becomes_the_draft(client, chloe, choice, title):
    article = make_article()
    form = opened(article, title="Titre de Chloé", lede="Chapô de Chloé.")
    other_saves(article, title="Titre de Béa")
    merge = client.post(page(article), form).url
    client.post(merge, {"theirs": "2", "article/title": choice, "title": choice})
    article.refresh_from_db()
    assert (article.title, article.lede) == (title, "Chapô de Chloé.")


def test_a_choice_made_on_an_older_draft_is_asked_again(client, chloe):
    article = make_article()
    form = opened(article, title="Titre de Chloé")
    other_saves(article, title="Titre de Béa")
    merge = client.post(page(article), form).url
    other_saves(article, lede="Encore autre chose.")
    response = client.post(merge, {"theirs": "2", "title": "mine"})
    article.refresh_from_db()
    assert (response.status_code, article.title) == (409, "Titre de Béa")


def test_a_section_that_somebody_deleted_meanwhile_is_not_lost(client, chloe):
    article = make_article()
    article.sections.create(key="b0000002", heading="Seconde", body="<p>Texte.</p>", position=1)
    article.record(by=None)
    rows = sections_of(article)
    rows[1] |= {"heading": "Seconde, revue par Chloé"}
    form = opened(article, **formset("sections", rows, 2))
    article.sections.filter(key="b0000002").delete()
    article.record(by=make_editor("bea"))
    asked = client.post(page(article), form, follow=True).content.decode()
    aside = article.versions.get(kind=Version.Kind.SET_ASIDE)
    assert aside.data["article"]["sections"][1]["heading"] == "Seconde, revue par Chloé"
    assert "Seconde" in asked


def test_a_section_that_somebody_added_meanwhile_stays(client, chloe):
    article = make_article()
    form = opened(article, title="Titre de Chloé")
    article.sections.create(key="b0000002", heading="De Béa", body="<p>Texte.</p>", position=1)
    article.record(by=make_editor("bea"))
    client.post(page(article), form)
    article.refresh_from_db()
    assert (article.title, [section.heading for section in article.sections.all()]) == (
        "Titre de Chloé",
        ["Une section", "De Béa"],
    )


def test_a_form_with_errors_keeps_the_version_that_it_was_made_from(client, chloe):
    article = make_article()
    form = opened(article, title="")
    other_saves(article, lede="De Béa.")
    html = client.post(page(article), form).content.decode()
    assert 'name="_based_on" value="1"' in html


def test_whoever_has_the_form_open_is_named_to_the_next(client, chloe):
    article = make_article()
    Presence.objects.note(article, make_editor("bea", first_name="Béa"))
    assert "Béa modifie cet article depuis" in client.get(page(article)).content.decode()


def test_whoever_leaves_is_no_longer_named(client, chloe):
    article = make_article()
    client.get(page(article))
    client.post(page(article, "presence"), {"leave": "1"})
    assert article.presences.count() == 0


def test_an_open_form_hears_of_a_newer_draft(client, chloe):
    article = make_article()
    other_saves(article, title="Titre de Béa")
    assert client.post(page(article, "presence")).json() == {"others": [], "draft": 2}


def test_the_page_of_a_version_needs_no_published_text():
    article = make_article(publish=False)
    context = article_page.for_editors(article, article.draft)
    assert (context["not_public"], context["body"]) == (article.draft, article.draft.html)


def test_what_nobody_touched_on_the_page_keeps_what_another_put_there(client, chloe):
    article = make_article()
    form = opened(article, title="Titre de Chloé")
    bea = make_editor("bea")
    Article.objects.filter(pk=article.pk).update(deputy=bea)
    client.post(page(article), form)
    article.refresh_from_db()
    assert (article.title, article.deputy) == ("Titre de Chloé", bea)


def test_who_answers_for_an_article_is_kept_when_two_save_at_once(client, chloe):
    article = make_article()
    form = opened(article, title="Titre de Chloé", deputy=chloe.pk, editors=[chloe.pk])
    other_saves(article, title="Titre de Béa")
    client.post(page(article), form)
    article.refresh_from_db()
    assert (article.title, article.deputy, list(article.editors.all())) == ("Titre de Béa", chloe, [chloe])


def test_a_person_s_new_qualification_makes_a_version_of_each_draft(client, chloe):
    article = make_article()
    emma = article.authors.get()
    data = {"name": emma.name, "slug": emma.slug, "qualification": "Pharmacienne", "interests": ""}
    client.post(page(emma), data)
    article.refresh_from_db()
    assert (article.draft.n, article.draft.data["people"]["emma"]["qualification"]) == (2, "Pharmacienne")
    assert article.has_unpublished_changes() is True


def test_a_preview_names_what_publication_would_refuse_with_a_link_to_each_field(client, chloe):
    article = make_article()
    html = client.post(page(article), opened(article, lede="", _preview="1")).content.decode()
    assert f'<a href="{page(article)}#id_lede">' in html


def test_a_save_says_what_the_checks_found(client, chloe):
    article = make_article()
    html = client.post(page(article), opened(article, lede=""), follow=True).content.decode()
    assert "Les contrôles ont trouvé : 1 point à corriger avant publication" in html.replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_a_save_in_which_the_checks_find_nothing_says_nothing_of_them(client, chloe):
    article = make_article()
    html = client.post(page(article), opened(article, title="Un autre titre"), follow=True).content.decode()
    assert "Les contrôles ont trouvé" not in html
