"""Images and figures in the back office."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Picture

from articles.models import Image
from tests.articles.admin_forms import page
from tests.factories import make_article, make_chief_editor, make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    chief = make_chief_editor()
    client.force_login(chief)
    return chief


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


def test_the_same_image_sent_twice_is_one_and_keeps_its_title(client, chief):
    send_image(client, picture())
    send_image(client, picture(), title="Autre")
    assert [image.title for image in Image.objects.all()] == ["Motif"]


def test_of_an_image_only_the_title_can_be_changed(client, chief):
    image = make_image()
    client.post(page(image), {"title": "Nouveau titre", "sha256": "0" * 64, "width": 1})
    deleting = client.post(page(image, "delete"), {"post": "yes"})
    again = Image.objects.get()
    assert (again.title, again.sha256, again.width, deleting.status_code) == (
        "Nouveau titre",
        image.sha256,
        image.width,
        403,
    )


def test_an_image_says_where_it_is_used(client, chief):
    article = make_article(title="Mon article")
    section = article.sections.get()
    image = make_image()
    section.figures.create(image=image, alt="Un motif")
    html = client.get(page(image)).content.decode()
    assert f"{page(article)}#section-{section.key}" in html
