"""The conversation under an article, as readers see it."""

import re
from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from comments import thread
from comments.models import Comment, Status
from comments.thread import REPLIES_A_PAGE, REPLIES_SHOWN, ROOTS_A_PAGE
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
    assert [(row.pk, row.depth) for row in thread.load(article).rows] == [
        (root.pk, 1),
        (second.pk, 2),
        (third.pk, 3),
    ]


def test_a_deeper_answer_joins_the_last_level_and_names_whom_it_answers(client, article):
    third = make_comment(parent=make_comment(parent=make_comment(article=article)), name="Trois")
    fourth = make_comment(parent=third, name="Quatre")
    last_level = [row for row in thread.load(article).rows if row.depth == 3]
    assert [row.pk for row in last_level] == [third.pk, fourth.pk]
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
    assert [row.pk for row in first.rows] == [each.pk for each in comments[:ROOTS_A_PAGE]]
    assert [row.pk for row in second.rows] == [each.pk for each in comments[ROOTS_A_PAGE:]]
    assert [bool(each) for each in (first.previous, first.next, second.previous, second.next)] == [
        False,
        True,
        True,
        False,
    ]
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


def test_the_newest_come_first_where_asked_for(client, article):
    comments = [make_comment(article=article) for _each in range(ROOTS_A_PAGE + 1)]
    answer = make_comment(parent=comments[-1])
    pages = [thread.load(article, number, order=thread.NEWEST) for number in (1, 2)]
    newest = [each.pk for each in reversed(comments)]
    assert [row.pk for row in pages[0].rows] == [newest[0], answer.pk, *newest[1:ROOTS_A_PAGE]]
    assert [row.pk for row in pages[1].rows] == newest[ROOTS_A_PAGE:]
    html = client.get(f"{article.get_absolute_url()}commentaires/?ordre=recents").content.decode()
    assert 'href="/articles/article-1/commentaires/?ordre=recents&amp;page=2#commentaires"' in html
    assert '<meta name="robots" content="noindex">' in html


def test_the_first_page_offers_the_newest_first_once_there_are_two(client, article):
    link = "commentaires/?ordre=recents#commentaires"
    make_comment(article=article)
    assert link not in page(client, article)
    make_comment(article=article)
    assert link in page(client, article)


def test_an_old_address_leads_to_the_same_page_of_the_thread(client, article):
    old = thread_url(article, 2)
    article.slug = "nouvelle-adresse"
    article.save()
    article.publish(by=None)
    response = client.get(old)
    assert (response.status_code, response.url) == (301, "/articles/nouvelle-adresse/commentaires/?page=2")


# Long discussions.


def answers_below(root, n: int, **kwargs) -> list[Comment]:
    return [make_comment(parent=root, **kwargs) for _each in range(n)]


def discussion_url(root, number=1) -> str:
    url = f"/articles/{root.article.live_slug}/commentaires/?fil={root.pk}"
    return url if number == 1 else f"{url}&page={number}"


def test_ten_answers_stand_below_a_root_and_a_link_leads_to_the_others(client, article):
    root, next_root = make_comment(article=article), make_comment(article=article)
    answers = answers_below(root, REPLIES_SHOWN + 2)
    shown = [root.pk, *(each.pk for each in answers[:REPLIES_SHOWN]), next_root.pk]
    assert [row.pk for row in thread.load(article).rows] == shown
    assert f'<a href="{discussion_url(root)}">Voir les 2 autres réponses</a>' in page(client, article)
    whole = thread.load_discussion(article, root.pk)
    assert [row.pk for row in whole.rows] == [root.pk, *(each.pk for each in answers)]
    assert (whole.has_next, client.get(discussion_url(root)).status_code) == (False, 200)


def test_ten_answers_need_no_link(client, article):
    answers_below(make_comment(article=article), REPLIES_SHOWN)
    assert "?fil=" not in page(client, article)


def test_the_number_of_other_answers_is_that_of_what_readers_can_see(client, article):
    root = make_comment(article=article)
    answers = answers_below(root, REPLIES_SHOWN + 3)
    answers[-1].withdraw()
    make_comment(parent=answers[0]).parent.withdraw()
    make_comment(parent=root, status=Status.PENDING)
    # Shown: a tombstone, the answer below it and eight others; not shown: three and one that was withdrawn.
    assert "Voir les 3 autres réponses" in page(client, article)
    root.refresh_from_db()
    assert root.reply_count == REPLIES_SHOWN + 2


def test_a_page_of_a_discussion_shows_again_what_its_first_answer_stands_below(client, article):
    root = make_comment(article=article, name="Racine")
    second = make_comment(parent=root, name="Deuxième")
    third = make_comment(parent=second, name="Troisième")
    answers = answers_below(third, REPLIES_A_PAGE)
    page_two = thread.load_discussion(article, root.pk, 2)
    assert [(row.pk, row.depth) for row in page_two.rows] == [
        (root.pk, 1),
        (second.pk, 2),
        (answers[-2].pk, 3),
        (answers[-1].pk, 3),
    ]
    html = client.get(discussion_url(root, 2)).content.decode()
    # What they answer stands on the first page.
    assert html.count(f'href="/commentaires/{third.pk}/">en réponse à <bdi>Troisième</bdi></a>') == 2
    assert client.get(discussion_url(root, 3)).status_code == 404


@pytest.mark.parametrize("wrong", ["x", "", "0", "999999", "9" * 40])
def test_a_discussion_that_is_not_there_is_not_found(client, article, wrong):
    make_comment(article=article, status=Status.PENDING)
    assert client.get(f"{article.get_absolute_url()}commentaires/?fil={wrong}").status_code == 404


def test_a_discussion_of_another_article_is_not_found_here(client, article):
    other = make_comment()
    assert client.get(f"{article.get_absolute_url()}commentaires/?fil={other.pk}").status_code == 404


def test_the_html_of_nested_answers_is_balanced(client, article):
    root = make_comment(article=article)
    make_comment(parent=make_comment(parent=make_comment(parent=root)))
    make_comment(parent=root)
    make_comment(article=article)
    html = page(client, article)
    for tag in ("article", "ol", "li"):
        assert len(re.findall(rf"<{tag}[ >]", html)) == html.count(f"</{tag}>")


# What has changed since, and what is closed.


def test_a_comment_older_than_the_last_major_change_says_so(client, set_clock):
    set_clock(datetime(2027, 3, 1, 12, tzinfo=UTC))
    article = make_article()
    make_comment(article=article)
    assert "Écrit avant la mise à jour" not in page(client, article)
    set_clock(datetime(2027, 3, 2, 12, tzinfo=UTC))
    article.publish(by=None, change="minor")
    assert "Écrit avant la mise à jour" not in page(client, article)
    article.publish(by=None)
    make_comment(article=article)
    assert page(client, article).count("Écrit avant la mise à jour du 2 mars 2027") == 1


@pytest.mark.parametrize(
    "close, words",
    [
        (lambda article, _settings: setattr(article, "comments_open", False), "fermés sous cet article"),
        (lambda article, _settings: setattr(article, "comments_close_after", 0), "durée limitée"),
        (lambda _article, settings: setattr(settings, "COMMENTS_OPEN", False), "fermés sur tout le site"),
    ],
    ids=["this article", "after some days", "the whole site"],
)
def test_closed_comments_say_why(client, article, settings, close, words):
    make_comment(article=article)
    article.refresh_from_db()
    close(article, settings)
    article.save()
    html = page(client, article)
    assert (words in html, "1 commentaire" in html, "data-reply" in html) == (True, True, False)
    form = client.get(address(article))
    assert (form.status_code, words in form.content.decode()) == (200, True)
    sent = client.post(address(article), filled())
    assert (sent.status_code, words in sent.content.decode(), TEXT in sent.content.decode()) == (
        409,
        True,
        True,
    )


def test_a_frozen_discussion_takes_no_answers_and_says_so(client, article):
    root, other = make_comment(article=article), make_comment(article=article)
    answer = make_comment(parent=root)
    Comment.objects.filter(pk=root.pk).update(frozen=True)
    html = page(client, article)
    assert html.count("Cette discussion est gelée") == 1
    assert [f"?reponse={each.pk}" in html for each in (root, answer, other)] == [False, False, True]
    refused = client.post(address(article, answer), filled())
    assert (refused.status_code, "gelé cette discussion" in refused.content.decode()) == (409, True)


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


def test_a_permalink_to_one_of_many_answers_leads_to_its_page_of_the_discussion(client, article):
    root = make_comment(article=article)
    answers = answers_below(root, REPLIES_A_PAGE + 1)
    for number, where in [
        (REPLIES_SHOWN - 1, article.get_absolute_url()),
        (REPLIES_SHOWN, discussion_url(root)),
        (REPLIES_A_PAGE - 1, discussion_url(root)),
        (REPLIES_A_PAGE, discussion_url(root, 2)),
    ]:
        url = client.get(answers[number].get_absolute_url()).url
        assert url == f"{where}#commentaire-{answers[number].pk}"
        assert f'id="commentaire-{answers[number].pk}"' in client.get(url.partition("#")[0]).content.decode()


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
        context = thread.for_reader(RequestFactory().get("/"), article)
        assert render_to_string("comments/_thread.html", context).count("<article") == 5 * n


@pytest.mark.parametrize("n", [1, 3])
def test_a_page_of_a_discussion_takes_three_queries_at_most(article, n, django_assert_num_queries):
    root = make_comment(article=article)
    for _each in range(n):
        answers_below(make_comment(parent=root), 2)
    with django_assert_num_queries(2):
        thread.load_discussion(article, root.pk)


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
        context = thread.for_reader(request, article)
        assert render_to_string("comments/_thread.html", context).count(TEXT) == n
