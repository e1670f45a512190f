"""Images and figures in the back office."""

import io
from threading import Thread

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from PIL import Image as Picture

from articles.models import Image
from tests.articles.admin_forms import page
from tests.articles.test_imaging import detailed, saved
from tests.factories import make_article, make_chief_editor, make_image

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LIST = "/admin/articles/image/"


@pytest.fixture(autouse=True)
def _files_of_its_own(settings, tmp_path):
    """Files are named after their content: what one test deletes, another may just be using."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def chief(client):
    chief = make_chief_editor()
    client.force_login(chief)
    return chief


def listed(client, query: str = "") -> list[str]:
    response = client.get(f"{LIST}?{query}")
    return [str(image) for image in response.context["cl"].result_list]


def make_titled(title: str, color=(18, 52, 59)) -> Image:
    image = make_image(color)
    Image.objects.filter(pk=image.pk).update(title=title)
    image.refresh_from_db()
    return image


def files_of(image: Image) -> list[bool]:
    return [default_storage.exists(name) for name in image.file_names]


def picture(kind: str = "PNG") -> bytes:
    data = io.BytesIO()
    Picture.new("RGB", (300, 200), (1, 2, 3)).save(data, kind)
    return data.getvalue()


def send_image(client, data: bytes, title: str = "Motif"):
    file = SimpleUploadedFile("photo.png", data, content_type="image/png")
    return client.post(reverse("admin:articles_image_add"), {"file": file, "title": title})


def test_an_image_is_taken_and_shown_in_the_list(client, chief):
    response = send_image(client, picture())
    image = Image.objects.get()
    html = client.get(reverse("admin:articles_image_changelist")).content.decode()
    assert (response.status_code, image.title, image.width, image.sha256[:16] in html) == (
        302,
        "Motif",
        300,
        True,
    )


@pytest.mark.parametrize("data", [b"<svg onload='x()'/>", b"", picture()[:60], picture("GIF")])
def test_a_file_that_is_no_fit_image_is_refused_with_the_reason(client, chief, data):
    response = send_image(client, data)
    errors = response.context["adminform"].form.errors
    assert (response.status_code, list(errors), Image.objects.count()) == (200, ["file"], 0)


def test_a_refused_file_leaves_what_was_typed(client, chief):
    response = send_image(client, b"<svg/>", title="Un motif")
    assert response.context["adminform"].form["title"].value() == "Un motif"


def test_the_upload_page_says_before_what_is_taken(client, chief):
    html = " ".join(client.get(reverse("admin:articles_image_add")).content.decode().split())
    assert [part in html for part in ("JPEG, PNG, WebP ou AVIF, au plus 10 Mo", "25 millions de pixels")] == [
        True,
        True,
    ]


# The same picture again.


def test_the_same_image_sent_twice_is_one_keeps_its_title_and_is_shown(client, chief):
    send_image(client, picture())
    response = send_image(client, picture(), title="Autre")
    image = Image.objects.get()
    html = client.get(response.url).content.decode()
    assert (image.title, response.url, "était déjà là" in html) == ("Motif", page(image), True)
    assert LogEntry.objects.count() == 1


def test_a_resized_picture_is_taken_and_said_to_look_like_the_first(client, chief):
    send_image(client, saved(detailed(), "JPEG", quality=95), "Photographie")
    response = send_image(client, saved(detailed().resize((600, 400)), "WEBP"), "La même, plus petite")
    small, first = Image.objects.all()
    html = client.get(response.url).content.decode()
    assert (small.lookalikes, "ressemble à « <a" in " ".join(html.split()), page(first) in html) == (
        [first],
        True,
        True,
    )


def test_other_pictures_and_plain_areas_look_like_nothing(client, chief):
    send_image(client, saved(detailed(1)))
    send_image(client, saved(detailed(2)))
    make_image((250, 250, 250))
    make_image((1, 2, 3))
    assert [image.lookalikes for image in Image.objects.all()] == [[], [], [], []]


def test_a_picture_of_another_shape_is_another_picture(client, chief):
    send_image(client, saved(detailed()))
    send_image(client, saved(detailed().resize((600, 600))))
    assert [image.lookalikes for image in Image.objects.all()] == [[], []]


def test_of_an_image_only_the_title_can_be_changed(client, chief):
    image = make_image()
    client.post(page(image), {"title": "Nouveau titre", "sha256": "0" * 64, "width": 1})
    again = Image.objects.get()
    assert (again.title, again.sha256, again.width) == ("Nouveau titre", image.sha256, image.width)


# The library.


@pytest.fixture
def library():
    """Four images: in a draft without an alternative, on a published page, in an old version, nowhere."""
    draft, live, old, nowhere = (
        make_titled(title, (60 * shade, 0, 0))
        for shade, title in enumerate(["Brouillon", "En ligne", "Ancienne", "Nulle part"])
    )
    article = make_article(publish=False, title="Le genou", cover=old)
    article.publish(by=None)
    article.cover = None
    article.save()
    figure = article.sections.get().figures.create(
        image=live, alt="Une rotule", caption="Vue de face", credit="Atelier Dupont"
    )
    article.publish(by=None)
    figure.image, figure.alt = draft, ""
    figure.save()
    return {"draft": draft, "live": live, "old": old, "nowhere": nowhere, "article": article}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Nulle part", "Ancienne", "En ligne", "Brouillon"]),
        ("use=used", ["En ligne", "Brouillon"]),
        ("use=earlier", ["Ancienne"]),
        ("use=unused", ["Nulle part"]),
        ("use=no-alternative", ["Brouillon"]),
        ("o=4", ["Brouillon", "En ligne", "Ancienne", "Nulle part"]),
        ("q=nulle", ["Nulle part"]),
        ("q=face", ["Brouillon"]),
        ("q=dupont", ["Brouillon"]),
        ("q=genou", ["Brouillon"]),
    ],
)
def test_images_are_filtered_sorted_and_found(client, chief, library, query, titles):
    assert listed(client, query) == titles


def test_an_image_is_found_by_its_alternative_text(client, chief, library):
    library["article"].sections.get().figures.update(alt="Une rotule")
    assert listed(client, "q=rotule") == ["Brouillon"]


def test_the_list_says_in_which_articles_each_image_is(client, chief, library):
    response = client.get(LIST)
    link = page(library["article"])
    shown = {
        image.title: link in str(response.context["cl"].model_admin.used_in(image))
        for image in response.context["cl"].result_list
    }
    assert shown == {"Brouillon": True, "En ligne": True, "Ancienne": False, "Nulle part": False}


def test_a_long_list_of_articles_is_cut(client, chief):
    image = make_image()
    for _number in range(5):
        make_article(publish=False, cover=image)
    assert "et 2 autres articles" in client.get(LIST).content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_takes_nine_queries(client, chief, django_assert_num_queries, n):
    for number in range(n):
        image = make_image((60 * number, 0, 0))
        article = make_article(publish=False, cover=image)
        article.sections.get().figures.create(image=image, alt="Un motif")
        article.publish(by=None)
    # Session, user and two for her rights; the number of images, the images, and three for what shows them.
    with django_assert_num_queries(9):
        client.get(LIST)


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_of_an_image_takes_as_many_queries_however_often_it_is_used(
    client, chief, django_assert_num_queries, n
):
    image = make_image()
    for _number in range(n):
        article = make_article(publish=False, cover=image)
        article.sections.get().figures.create(image=image, alt="Un motif")
        article.publish(by=None)
    client.get(page(image))  # Django then knows its content types
    with django_assert_num_queries(10):
        client.get(page(image))


def test_the_page_of_an_image_says_where_it_is_shown(client, chief, library):
    article = library["article"]
    section = article.sections.get()
    pages = {
        name: client.get(page(library[name])).content.decode() for name in ("draft", "live", "old", "nowhere")
    }
    assert f"{page(article)}#section-{section.key}" in pages["draft"]
    assert "texte publié" in pages["live"]
    assert "version 1" in pages["old"]
    assert "peut être supprimée" in pages["nowhere"]


def test_the_window_in_which_an_image_is_chosen_shows_and_searches_them(client, chief, library):
    html = client.get(f"{LIST}?_to_field=id&_popup=1&q=genou").content.decode()
    image = library["draft"]
    assert (f'data-popup-opener="{image.pk}"' in html, html.count('class="thumbnail"')) == (True, 1)


# Deletion.


def test_an_image_that_nothing_shows_is_deleted_with_its_files(
    client, chief, library, django_capture_on_commit_callbacks
):
    image = library["nowhere"]
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(page(image, "delete"), {"post": "yes"})
    assert (response.status_code, Image.objects.filter(pk=image.pk).exists()) == (302, False)
    assert files_of(image) == [False] * 7


@pytest.mark.parametrize(
    ("name", "place"), [("draft", "section « Une section »"), ("live", "texte publié"), ("old", "version 1")]
)
def test_an_image_that_something_shows_stays_and_the_page_says_what(client, chief, library, name, place):
    image = library[name]
    response = client.post(page(image, "delete"), {"post": "yes"})
    html = " ".join(response.content.decode().split())
    assert (response.status_code, Image.objects.filter(pk=image.pk).exists()) == (200, True)
    assert (place in html, page(library["article"]) in html) == (True, True)
    with pytest.raises(ProtectedError):
        image.delete()
    assert files_of(image) == [True] * 7


def test_of_several_images_none_is_deleted_if_one_is_shown(
    client, chief, library, django_capture_on_commit_callbacks
):
    def delete(*names):
        keys = [library[name].pk for name in names]
        data = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(LIST, data)

    refused = delete("nowhere", "old").content.decode()
    before = Image.objects.count()
    delete("nowhere")
    assert ("version 1" in refused, before, Image.objects.count()) == (True, 4, 3)
    assert files_of(library["nowhere"]) == [False] * 7


def test_a_deletion_that_is_undone_leaves_the_files():
    image = make_image()
    with transaction.atomic():
        image.delete()
        transaction.set_rollback(True)
    assert (Image.objects.count(), files_of(image)) == (1, [True] * 7)


def test_a_picture_sent_again_at_once_keeps_its_files(django_capture_on_commit_callbacks):
    image = make_image()
    with django_capture_on_commit_callbacks() as callbacks:
        image.delete()
    again = make_image()
    # Only now does the first deletion come to its files.
    for callback in callbacks:
        callback()
    assert (again.sha256 == image.sha256, files_of(again)) == (True, [True] * 7)


def test_a_deleted_picture_can_be_added_again(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_image().delete()
    assert files_of(make_image()) == [True] * 7


@pytest.mark.django_db(transaction=True)
def test_a_picture_being_added_while_its_files_are_removed_has_them_afterwards():
    """The two wait for each other at the unique hash."""

    def in_a_thread(work) -> Thread:
        def run():
            work()
            connection.close()

        thread = Thread(target=run)
        thread.start()
        return thread

    for _round in range(5):
        image = make_image()
        for thread in [in_a_thread(image.delete), in_a_thread(make_image)]:
            thread.join(30)
        assert files_of(image) == [Image.objects.exists()] * 7
        Image.objects.all().delete()
