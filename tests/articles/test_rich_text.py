"""The field of rich text, and the page that its editor stands on."""

from html.parser import HTMLParser

import pytest
from django import forms

from articles.admin.rich_text import RichTextField
from tests.articles.admin_forms import page
from tests.factories import make_article, make_superuser
from tests.ldnportal.test_headers import POLICY


@pytest.mark.parametrize(
    ("initial", "data", "changed"),
    [
        ("<p>a</p>", "<p>a</p>", False),
        ("<p>a</p>\n<p>b</p>", "<p>a</p>\r\n<p>b</p>\r\n", False),
        # As the editor writes what the sanitiser has stored.
        ("<ul><li>a</li></ul>", "<ul><li><p>a</p></li></ul>", False),
        (
            "<ul><li><ul><li>a</li></ul></li></ul>",
            "<ul><li><p></p><ul><li><p>a</p></li></ul></li></ul>",
            False,
        ),
        ("", "<p></p>", False),
        (None, "", False),
        ("<p>a</p>", "<p>b</p>", True),
        ("<p>a</p>", "", True),
        ("<p>a</p>", "<p>" + "a" * 60_000, True),
        ("<p>a</p>", "<p>" + "<em>" * 40 + "a", True),
    ],
)
def test_a_text_has_changed_when_something_else_would_be_stored(initial, data, changed):
    assert RichTextField().has_changed(initial, data) == changed


def test_what_is_not_kept_is_gone_after_cleaning():
    assert RichTextField().clean("<p style='color: red'>a<script>b</script><img src=c></p>") == "<p>a</p>"


@pytest.mark.parametrize(
    ("data", "code"), [("<p> </p>", "required"), ("a" * 60_000, "too-large"), ("<em>" * 40 + "a", "too-deep")]
)
def test_a_refused_text_says_why(data, code):
    with pytest.raises(forms.ValidationError) as refused:
        RichTextField().clean(data)
    assert refused.value.code == code


class Inline(HTMLParser):
    """What the policy would block: inline scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        data = names.get("type", "").startswith("application/json")
        if tag == "style" or (tag == "script" and "src" not in names and not data):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith("on")]


@pytest.mark.django_db
def test_the_page_of_the_editor_has_the_policy_of_all_pages_and_keeps_it(client):
    client.force_login(make_superuser())
    response = client.get(page(make_article()))
    assert (response.headers["Content-Security-Policy"], Inline(response.text).found) == (POLICY, [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "times"), [("articles/article/add/", 1), ("articles/page/add/", 1), ("articles/topic/add/", 0)]
)
def test_the_toolbar_is_sent_once_and_only_where_there_is_rich_text(client, path, times):
    client.force_login(make_superuser())
    assert client.get(f"/admin/{path}").text.count('id="rich-text-toolbar"') == times
