"""The conversation under an article, as readers see it."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from comments import thread
from comments.models import Comment, Status
from comments.models.comment import ROOTS_A_PAGE
from tests.comments.posting import TEXT, address, filled
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article()


def page(client, article) -> str:
    return client.get(article.get_absolute_url()).content.decode()


def thread_url(article, number) -> str:
    return f"/articles/{article.live_slug}/commentaires/?page={number}"


# What stands there.


@pytest.mark.parametrize("status", Status.values)
def test_only_what_is_published_is_shown(client, article, status):
    make_comment(article=article, status=status, name="Nom caché", text="Texte caché")
    html = page(client, article)
    assert ("Nom caché" in html, "Texte caché" in html) == ((status == Status.PUBLISHED,) * 2)


@pytest.mark.parametrize(
    "end, words",
    [("remove", "retiré par la modération"), ("withdraw", "retiré par son auteur"), ("erase", "effacé")],
)
def test_what_was_answered_leaves_a_tombstone_without_its_name_and_text(client, article, end, words):
    parent = make_comment(article=article, name="Nom caché", text="Texte caché")
    make_comment(parent=parent, text="La réponse reste.")
    if end == "remove":
        parent.remove(by=make_moderator(), revision=parent.latest_revision, reason="Parce que.")
    else:
        getattr(parent, end)()
    html = page(client, article)
    assert ("caché" in html, "La réponse reste." in html, words in html) == (False, True, True)
    assert f"?reponse={parent.pk}" not in html


@pytest.mark.parametrize(
    "n, words", [(0, "Aucun commentaire, soyez le premier…"), (1, "1 commentaire"), (2, "2 commentaires")]
)
def test_the_heading_counts_what_readers_see(client, article, n, words):
    for _each in range(n):
        make_comment(article=article)
    make_comment(article=article, status=Status.PENDING)
    heading = re.search(r'<h2 id="commentaires-titre">\s*(.*?)\s*</h2>', page(client, article))[1]
    assert heading == words


def test_a_closed_thread_is_read_only(client, article):
    make_comment(article=article)
    article.refresh_from_db()
    article.comments_open = False
    article.save()
    html = page(client, article)
    assert ("commentaires/nouveau" in html, "fermés" in html, "1 commentaire" in html) == (False, True, True)


def test_answers_stand_in_their_parents_with_headings_one_level_deeper(client, article):
    root = make_comment(article=article, name="Un")
    second = make_comment(parent=root, name="Deux")
    third = make_comment(parent=second, name="Trois")
    headings = re.findall(r'<h(\d) id="commentaire-\d+-titre"><bdi>(\w+)', page(client, article))
    assert headings == [("3", "Un"), ("4", "Deux"), ("5", "Trois")]
    [place] = thread.load(article).roots
    assert place.replies[0].replies[0].comment == third


def test_a_deeper_answer_joins_the_last_level_and_names_whom_it_answers(client, article):
    third = make_comment(parent=make_comment(parent=make_comment(article=article)), name="Trois")
    fourth = make_comment(parent=third, name="Quatre")
    last_level = thread.load(article).roots[0].replies[0].replies
    assert [(place.comment, place.answers) for place in last_level] == [(third, None), (fourth, third)]
    assert f'href="#commentaire-{third.pk}">en réponse à <bdi>Trois</bdi></a>' in page(client, article)


def test_an_answer_to_a_removed_comment_of_the_last_level_does_not_name_its_author(client, article):
    third = make_comment(parent=make_comment(parent=make_comment(article=article)), name="Nom caché")
    make_comment(parent=third)
    third.remove(by=make_moderator(), revision=third.latest_revision, reason="Parce que.")
    html = page(client, article)
    assert ("Nom caché" in html, "commentaire qui n’est plus là" in html) == (False, True)


def test_the_editorial_team_is_marked(client, article):
    Comment.objects.answer(parent=make_comment(article=article), text="Voici.", by=make_moderator())
    html = page(client, article)
    assert html.count("Réponse de la rédaction") == 1


def test_hostile_text_and_names_are_only_text(client, article):
    make_comment(article=article, name='"><script>x</script>', text="<img src=x onerror=alert(1)>\n\n\"'><b>")
    html = page(client, article)
    section = html[html.index('id="commentaires"') :]
    assert ("<script>x" in section, "<img" in section, "<b>" in section) == (False, False, False)


def test_bodies_and_names_keep_their_own_direction_and_stay_out_of_search_snippets(client, article):
    make_comment(article=article, name="مريم", text="شكرا")
    html = page(client, article)
    assert "<bdi>مريم</bdi></h3>" in html
    assert '<div class="comment__body" dir="auto" data-nosnippet><p>شكرا</p></div>' in html


def test_the_date_is_a_permalink_with_a_machine_readable_time(client, article):
    comment = make_comment(article=article)
    match = re.search(rf'href="/commentaires/{comment.pk}/"><time datetime="([^"]+)">', page(client, article))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:\d\d", match[1])


# Pages.


def test_twenty_roots_stand_on_a_page_oldest_first(client, article):
    comments = [make_comment(article=article, name=f"N{n}") for n in range(ROOTS_A_PAGE + 1)]
    first, second = thread.load(article, 1), thread.load(article, 2)
    assert [place.comment for place in first.roots] == comments[:ROOTS_A_PAGE]
    assert [place.comment for place in second.roots] == comments[ROOTS_A_PAGE:]
    assert ((first.has_previous, first.has_next), (second.has_previous, second.has_next)) == (
        (False, True),
        (True, False),
    )
    assert thread_url(article, 2) in page(client, article)
    html = client.get(thread_url(article, 2)).content.decode()
    assert ("N20" in html, "N19" in html) == (True, False)


def test_a_full_page_has_no_empty_one_after_it(client, article):
    for _each in range(ROOTS_A_PAGE):
        make_comment(article=article)
    assert thread.load(article).has_other_pages is False
    assert client.get(thread_url(article, 2)).status_code == 404


@pytest.mark.parametrize("number", ["0", "1", ""])
def test_the_first_page_is_the_articles_own(client, article, number):
    response = client.get(
        f"/articles/{article.live_slug}/commentaires/" + (f"?page={number}" if number else "")
    )
    assert (response.status_code, response.url) == (302, f"{article.get_absolute_url()}#commentaires")


@pytest.mark.parametrize("number", ["2", "-1", "x", "9" * 40, "1.5"])
def test_a_page_that_is_not_there_is_not_found(client, article, number):
    assert client.get(thread_url(article, number)).status_code == 404


def test_the_newest_comments_are_one_step_away(client, article):
    assert client.get(thread_url(article, "derniere")).url == f"{article.get_absolute_url()}#commentaires"
    for _each in range(ROOTS_A_PAGE + 1):
        make_comment(article=article)
    assert client.get(thread_url(article, "derniere")).url == f"{thread_url(article, 2)}#commentaires"


def test_an_old_address_leads_to_the_same_page_of_the_thread(client, article):
    old = thread_url(article, 2)
    article.slug = "nouvelle-adresse"
    article.save()
    article.publish(by=None)
    response = client.get(old)
    assert (response.status_code, response.url) == (301, "/articles/nouvelle-adresse/commentaires/?page=2")


# Permalinks.


def test_a_permalink_lands_on_the_right_page(client, article):
    comments = [make_comment(article=article) for _each in range(ROOTS_A_PAGE + 1)]
    answer = make_comment(parent=comments[-1])
    for comment, where in [
        (comments[0], article.get_absolute_url()),
        (comments[-1], thread_url(article, 2)),
        (answer, thread_url(article, 2)),
    ]:
        response = client.get(comment.get_absolute_url())
        assert (response.status_code, response.url) == (302, f"{where}#commentaire-{comment.pk}")


@pytest.mark.parametrize("status", sorted(set(Status.values) - {Status.PUBLISHED}))
def test_a_permalink_tells_nothing_of_what_is_not_public(client, status):
    assert client.get(make_comment(status=status).get_absolute_url()).status_code == 404


@pytest.mark.parametrize("number", [0, 10**6, 10**40])
def test_a_permalink_to_nothing_is_not_found(client, number):
    assert client.get(f"/commentaires/{number}/").status_code == 404


# Only for its author.


def test_a_waiting_comment_is_shown_to_its_browser_and_to_nobody_else(client, article):
    private = client.post(address(article), filled(name="Nom secret")).url
    mine, theirs = page(client, article), page(Client(), article)
    assert (TEXT in mine, "vous seul" in mine, private in mine) == (True, True, True)
    assert (TEXT in theirs, "Nom secret" in theirs, "vous seul" in theirs) == (False, False, False)


def test_a_waiting_answer_stands_under_its_parent(client, article):
    first, second = make_comment(article=article), make_comment(article=article)
    client.post(address(article, first), filled())
    waiting = Comment.objects.latest("pk")
    html = page(client, article)
    places = [html.index(f'id="commentaire-{each.pk}"') for each in (first, waiting, second)]
    assert places == sorted(places)


def test_a_waiting_root_stands_at_the_end_of_every_page(client, article):
    for _each in range(ROOTS_A_PAGE + 1):
        make_comment(article=article)
    client.post(address(article), filled())
    assert [
        TEXT in html for html in (page(client, article), client.get(thread_url(article, 2)).content.decode())
    ] == [
        True,
        True,
    ]
    assert client.get(thread_url(article, 3)).status_code == 404


@pytest.mark.parametrize("status", [Status.REJECTED, Status.CHANGES_REQUESTED])
def test_what_was_decided_against_it_is_shown_to_its_browser_only(client, article, status):
    client.post(address(article), filled())
    comment, ben = Comment.objects.get(), make_moderator()
    verb = comment.reject if status == Status.REJECTED else comment.ask_changes
    verb(by=ben, revision=comment.latest_revision, reason="Parce que.")
    assert (TEXT in page(client, article), TEXT in page(Client(), article)) == (True, False)


def test_a_waiting_comment_does_not_appear_under_another_article(client, article):
    client.post(address(article), filled())
    assert TEXT not in page(client, make_article())


@pytest.mark.parametrize("value", ["x", "." * 500, "A" * 22, "A" * 22 + ".é", "'; drop table"])
def test_a_forged_cookie_shows_nothing(client, article, value):
    make_comment(article=article, status=Status.PENDING, text=TEXT)
    client.cookies["commentaires"] = value
    response = client.get(article.get_absolute_url())
    assert (response.status_code, TEXT in response.content.decode()) == (200, False)


def test_the_cookie_holds_the_twenty_newest(client, article):
    tokens = []
    for n in range(22):
        response = client.post(address(article), filled(), REMOTE_ADDR=f"192.0.2.{n}")
        tokens.insert(0, response.url.split("/")[3])
    assert client.cookies["commentaires"].value.split(".") == tokens[:20]


def test_a_reader_gets_no_cookie_and_a_page_that_varies_by_it(client, article):
    make_comment(article=article)
    response = client.get(article.get_absolute_url())
    assert (dict(response.cookies), response.headers["Vary"]) == ({}, "Cookie")
    assert "csrf" not in response.content.decode()


def test_the_page_with_own_comments_is_kept_by_nobody(client, article):
    client.post(address(article), filled())
    for _each in range(ROOTS_A_PAGE + 1):
        make_comment(article=article)
    for url in (article.get_absolute_url(), thread_url(article, 2)):
        assert client.get(url).headers["Cache-Control"] == "private, no-store"


# What it costs.


def make_threads(article, n: int) -> None:
    for _each in range(n):
        root = make_comment(article=article)
        second = make_comment(parent=root)
        make_comment(parent=make_comment(parent=second))
        make_comment(parent=second)


@pytest.mark.parametrize("n", [1, 3])
def test_a_page_of_the_thread_takes_two_queries(article, n, django_assert_num_queries):
    make_threads(article, n)
    article.refresh_from_db()
    with django_assert_num_queries(2):
        context = thread.for_reader(RequestFactory().get("/"), article, number=1)
        assert render_to_string("comments/_thread.html", context).count("<article") == 5 * n


@pytest.mark.parametrize("n", [1, 3])
def test_the_article_page_takes_at_most_five_queries(client, article, n, django_assert_max_num_queries):
    make_threads(article, n)
    with django_assert_max_num_queries(5):
        client.get(article.get_absolute_url())


@pytest.mark.parametrize("n", [1, 3])
def test_own_waiting_comments_take_one_query_more(client, article, n, django_assert_num_queries):
    make_threads(article, n)
    for _each in range(n):
        client.post(address(article), filled())
    request = RequestFactory().get("/", headers={"cookie": client.cookies.output(header="", sep=";")})
    with django_assert_num_queries(3):
        context = thread.for_reader(request, article, number=1)
        assert render_to_string("comments/_thread.html", context).count(TEXT) == n
