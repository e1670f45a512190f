"""The library of images and the upload page, as an editor sees and uses them."""

import pytest
from playwright.sync_api import expect

from articles.models import Image
from tests.articles.test_imaging import detailed, saved
from tests.browser.conftest import faults, log_in
from tests.factories import PASSWORD, make_article, make_chief_editor, make_image

LIST = "/admin/articles/image/"
ADD = LIST + "add/"


@pytest.fixture(autouse=True)
def _files_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def library():
    """An image that is in a draft and on a published page, one that looks like it, and one that is nowhere."""
    from articles import imaging

    photograph, smaller = (
        Image.objects.store(imaging.clean_upload(saved(picture)), title=title)
        for picture, title in [
            (detailed(), "Échographie d’une rotule, vue de face"),
            (detailed().resize((450, 300)), "Rotule"),
        ]
    )
    article = make_article(title="Le genou et ses douleurs", publish=False)
    article.sections.get().figures.create(image=photograph, alt="Une rotule blanche sur fond noir")
    article.publish(by=None)
    return {"photograph": photograph, "smaller": smaller, "plain": make_image(), "article": article}


@pytest.fixture
def desk(visit):
    def open_page(path, **options):
        make_chief_editor()
        page = visit("/admin/login/", **options)
        log_in(page, "chloe", PASSWORD)
        page.goto(path)
        return page

    return open_page


def jpeg(name="rotule.jpg", data=None):
    return {"name": name, "mimeType": "image/jpeg", "buffer": data or saved(detailed(3))}


def empty_list(page, library):
    page.goto(LIST + "?q=introuvable")


def whole_list(page, library):
    page.goto(LIST)


def filtered_list(page, library):
    page.goto(LIST + "?use=unused")


def lookup(page, library):
    page.goto(LIST + "?_to_field=id&_popup=1")


def upload(page, library):
    page.goto(ADD)


def refused_upload(page, library):
    page.goto(ADD)
    page.set_input_files("#id_file", jpeg(data=b"<svg/>"))
    page.locator("[name=_save]").click()
    page.locator(".errorlist").first.wait_for()


def used_image(page, library):
    page.goto(f"{LIST}{library['photograph'].pk}/change/")


def unused_image(page, library):
    page.goto(f"{LIST}{library['plain'].pk}/change/")


def deletion(page, library):
    page.goto(f"{LIST}{library['plain'].pk}/delete/")


def refused_deletion(page, library):
    page.goto(f"{LIST}{library['photograph'].pk}/delete/")


STATES = [
    whole_list,
    filtered_list,
    empty_list,
    lookup,
    upload,
    refused_upload,
    used_image,
    unused_image,
    deletion,
    refused_deletion,
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_no_violation_and_nothing_is_wider_than_a_phone(desk, library, state):
    page = desk(LIST)
    state(page, library)
    assert faults(page) == []


def test_an_image_is_dropped_on_the_field_named_after_its_file_and_shown(desk):
    page = desk(ADD)
    expect(page.get_by_text("JPEG, PNG, WebP ou AVIF, au plus 10")).to_be_visible()
    page.set_input_files("#id_file", jpeg("Radio du genou.jpg"))
    page.locator("[name=_save]").click()
    page.wait_for_url("**" + LIST)
    expect(page.get_by_role("link", name="Radio du genou")).to_have_count(2)  # in the message and in the list


def test_the_reason_stands_beside_the_field_and_the_title_stays(desk):
    page = desk(ADD)
    page.set_input_files("#id_file", jpeg("photo.png", b"<svg/>"))
    page.fill("#id_title", "Un motif")
    page.locator("[name=_save]").click()
    expect(page.locator(".field-file .errorlist")).to_contain_text("C’est un fichier SVG")
    expect(page.locator("#id_title")).to_have_value("Un motif")


def test_an_image_is_searched_and_chosen_in_the_window_of_a_form(desk, library):
    article = library["article"]
    page = desk(f"/admin/articles/article/{article.pk}/change/")
    with page.expect_popup() as opened:
        page.locator("#lookup_id_cover").click()
    window = opened.value
    window.fill("#searchbar", "rotule")
    window.locator("#changelist-search [type=submit]").click()
    window.wait_for_url("**q=rotule**")
    expect(window.locator("img.thumbnail")).to_have_count(2)
    with window.expect_event("close"):
        window.get_by_role("link", name="Échographie d’une rotule").click()
    expect(page.locator("#id_cover")).to_have_value(str(library["photograph"].pk))


def test_an_image_is_added_in_the_window_of_a_form_and_chosen_by_that(desk, library):
    page = desk(f"/admin/articles/article/{library['article'].pk}/change/")
    with page.expect_popup() as opened:
        page.locator("#lookup_id_cover").click()
    window = opened.value
    window.locator(".addlink").click()
    window.locator("#id_file").wait_for()
    window.set_input_files("#id_file", jpeg("photo.png", b"<svg/>"))
    window.locator("[name=_save]").click()
    expect(window.locator(".field-file .errorlist")).to_contain_text("C’est un fichier SVG")
    window.set_input_files("#id_file", jpeg())
    with window.expect_event("close"):
        window.locator("[name=_save]").click()
    expect(page.locator("#id_cover")).to_have_value(str(Image.objects.get(title="rotule").pk))


def test_an_image_is_added_and_deleted_without_javascript(desk):
    page = desk(ADD, javascript=False)
    page.set_input_files("#id_file", jpeg())
    page.locator("[name=_save]").click()
    page.wait_for_url("**" + LIST)
    image = Image.objects.get()
    page.goto(f"{LIST}{image.pk}/delete/")
    page.locator("form [type=submit][value]").last.click()
    page.wait_for_url("**" + LIST)
    assert (Image.objects.count(), page.locator("img.thumbnail").count()) == (0, 0)
