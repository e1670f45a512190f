"""The moderators' desk: what it shows, and that it decides through the model's verbs only."""

import html as html_lib
import re

import pytest
from django.urls import reverse

from comments.admin.verbs import VERBS
from comments.models import Comment, ModeratorNote, Status
from tests.factories import decisions_of, make_article, make_comment, make_moderator, make_reason

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LIST = "/admin/comments/comment/"
HOSTILE = "<script>alert(1)</script> & <img src=x onerror=alert(2)>"


@pytest.fixture
def ben(client):
    ben = make_moderator("ben", first_name="Ben")
    client.force_login(ben)
    return ben


def page(comment: Comment, view: str = "change") -> str:
    return reverse(f"admin:comments_comment_{view}", args=[comment.pk])


def selected(action: str, *comments: Comment, **more) -> dict:
    return {
        "action": action,
        "index": "0",
        "_selected_action": [comment.pk for comment in comments],
        **{f"revision-{comment.pk}": comment.latest_revision.pk for comment in comments},
        **more,
    }


def confirmed(action: str, *comments: Comment, **more) -> dict:
    """What the page between the list and a rejection sends."""
    data = selected(
        action, *comments, **{"confirmed": "1", "ground": "rules", "clause": "", "reason": "", **more}
    )
    del data["index"]
    return data


def decision(verb: str, comment: Comment, **more) -> dict:
    return {"verb": verb, "revision": comment.latest_revision.pk, "reason": "", "clause": "", **more}


def told(response) -> list[str]:
    """The messages as somebody reads them."""
    return [
        html_lib.unescape(re.sub(r"<[^>]+>", "", str(message))) for message in response.context["messages"]
    ]


# The list.


def test_the_list_shows_what_waits_longest_waiting_first(client, ben):
    article = make_article()
    make_comment(article=article)
    waiting = [make_comment(article=article, status=Status.PENDING) for _number in range(2)]
    assert list(client.get(LIST).context["cl"].result_list) == waiting


def test_with_all_states_the_waiting_come_first(client, ben):
    article = make_article()
    published = make_comment(article=article)
    waiting = make_comment(article=article, status=Status.PENDING)
    assert list(client.get(LIST, {"state": "all"}).context["cl"].result_list) == [waiting, published]


@pytest.mark.parametrize("status", Status.values)
def test_the_list_is_filtered_by_state(client, ben, status):
    comments = {each: make_comment(status=each) for each in Status.values}
    assert list(client.get(LIST, {"state": status}).context["cl"].result_list) == [comments[status]]


def test_the_list_is_filtered_by_article_and_survives_a_strange_one(client, ben):
    wanted, _other = make_comment(status=Status.PENDING), make_comment(status=Status.PENDING)
    found = client.get(LIST, {"article": wanted.article_id}).context["cl"].result_list
    strange = client.get(LIST, {"article": "x"}).context["cl"].result_list
    assert (list(found), list(strange)) == ([wanted], [])


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("pavot", True),
        ("Zoé", True),
        ("zoe ÉTÉ", True),
        ("l'ete", True),
        ("100 %", True),
        ('"champ de"', True),
        ('"de champ"', False),
        ("pavot coquelicot", False),
        ("p_vot", False),
        ("Zoé " * 1000, True),
    ],
)
def test_the_list_is_searched_for_words_of_text_and_name_whatever_their_accents(client, ben, query, is_found):
    article = make_article()
    text = "Un champ de pavot, l’été, à 100\u00a0%."
    wanted = make_comment(article=article, status=Status.PENDING, name="Zoé", text=text)
    make_comment(article=article, status=Status.PENDING)
    found = list(client.get(LIST, {"q": query}).context["cl"].result_list)
    assert found == ([wanted] if is_found else [])


def test_the_list_shows_the_whole_text_the_name_and_what_is_answered(client, ben):
    parent = make_comment(name="Scott", text="La question.")
    long = "Un texte entier. " * 60
    make_comment(parent=parent, status=Status.PENDING, name="Zoé", text=long)
    html = re.sub("</?mark>", "", client.get(LIST).content.decode())
    assert [
        each in html for each in (long.strip(), "<bdi>Zoé</bdi>", "<bdi>Scott</bdi>", "La question.")
    ] == [True] * 4


@pytest.mark.parametrize("where", ["list", "page", "between"])
def test_what_readers_wrote_is_shown_as_text(client, ben, where):
    comment = make_comment(status=Status.PENDING, text=HOSTILE, name="<b>Ada</b>")
    match where:
        case "list":
            response = client.get(LIST)
        case "page":
            response = client.get(page(comment))
        case "between":
            response = client.post(LIST, selected("reject", comment))
    html = response.content.decode()
    assert (
        html_lib.escape(HOSTILE) in html,
        "<script>alert" in html,
        "<img src=x" in html,
        "<b>Ada" in html,
    ) == (
        True,
        False,
        False,
        False,
    )


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_comments(client, ben, django_assert_num_queries, n):
    for _number in range(n):
        make_comment(parent=make_comment(), status=Status.PENDING)
    # One of them asks which of all these texts are covered.
    with django_assert_num_queries(11):
        client.get(LIST)


@pytest.mark.parametrize("n", [1, 3])
def test_a_comment_s_page_costs_the_same_for_any_conversation(client, ben, django_assert_num_queries, n):
    root = make_comment()
    for _number in range(n):
        comment = make_comment(parent=root, status=Status.PENDING)
        ModeratorNote.objects.create(comment=comment, author=ben, text="À relire.")
    # One of them asks which of all these texts are covered.
    with django_assert_num_queries(24):
        client.get(page(comment))


# Deciding about several.


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("publish", Status.PENDING, Status.PUBLISHED),
        ("mark_spam", Status.PENDING, Status.SPAM),
        ("unmark_spam", Status.SPAM, Status.PENDING),
        ("restore", Status.REJECTED, Status.PUBLISHED),
        ("restore", Status.REMOVED, Status.PUBLISHED),
    ],
)
def test_an_action_decides_each_selected_comment_once(client, ben, action, before, after):
    article = make_article()
    comments = [make_comment(article=article, status=before) for _number in range(2)]
    logged = [len(decisions_of(comment)) for comment in comments]
    response = client.post(f"{LIST}?state=all", selected(action, *comments), follow=True)
    assert told(response) == [str(VERBS[action].done % {"n": 2})]
    assert [Comment.objects.get(pk=comment.pk).status for comment in comments] == [after, after]
    assert [len(decisions_of(comment)) for comment in comments] == [each + 1 for each in logged]
    assert {comment.latest_decision.actor for comment in comments} == {ben}


@pytest.mark.parametrize(("action", "before"), [("reject", Status.PENDING), ("remove", Status.PUBLISHED)])
def test_rejecting_and_removing_ask_for_a_reason_first(client, ben, action, before):
    comment = make_comment(status=before, text="À relire avant.")
    logged = decisions_of(comment)
    asked = client.post(f"{LIST}?state=all", selected(action, comment))
    empty = client.post(f"{LIST}?state=all", confirmed(action, comment, reason="  \n "))
    assert (asked.status_code, "À relire avant." in asked.content.decode()) == (200, True)
    assert (empty.status_code, list(empty.context["form"].errors), decisions_of(comment)) == (
        422,
        ["reason"],
        logged,
    )


def test_a_missing_law_leaves_what_was_written(client, ben):
    comment = make_comment(status=Status.PENDING)
    hurtful = make_reason("Blessant")
    response = client.post(
        LIST, confirmed("reject", comment, letter=hurtful.pk, reason="Mes mots.", ground="law", clause="")
    )
    form = response.context["form"]
    assert (list(form.errors), form["letter"].value(), form["reason"].value(), decisions_of(comment)) == (
        ["clause"],
        str(hurtful.pk),
        "Mes mots.",
        ["post"],
    )


def test_the_author_is_given_the_letter_and_the_moderator_s_own_words(client, ben):
    comment = make_comment(status=Status.PENDING)
    selling = make_reason("Vente")
    client.post(
        LIST,
        confirmed(
            "reject", comment, letter=selling.pk, reason="Le lien compris.", ground="law", clause="L. 5122"
        ),
    )
    rejection = comment.latest_decision
    assert (rejection.action, rejection.reason, rejection.ground, rejection.clause) == (
        "reject",
        f"{selling.letter}\n\nLe lien compris.",
        "law",
        "L. 5122",
    )


def test_the_second_moderator_is_told_who_was_first_and_the_others_go_through(client, ben):
    article = make_article()
    taken, free = (make_comment(article=article, status=Status.PENDING) for _number in range(2))
    data = selected("mark_spam", taken, free)
    taken.publish(by=make_moderator("bea", first_name="Béa"), revision=taken.latest_revision)
    refused, done = told(client.post(LIST, data, follow=True))
    taken.refresh_from_db()
    assert (str(taken) in refused, str(taken.get_status_display()) in refused, "Béa" in refused) == (
        True,
        True,
        True,
    )
    assert done == str(VERBS["mark_spam"].done % {"n": 1})
    assert (decisions_of(taken), decisions_of(free)) == (["post", "publish"], ["post", "spam"])


def test_a_text_that_changed_since_the_list_was_read_is_not_published(client, ben):
    comment = make_comment(status=Status.PENDING)
    data = selected("publish", comment)
    comment.ask_changes(by=ben, revision=comment.latest_revision, reason="À préciser.")
    comment.resubmit("Un tout autre texte.")
    client.post(LIST, data)
    comment.refresh_from_db()
    assert (comment.status, decisions_of(comment)) == (Status.PENDING, ["post", "ask_changes", "resubmit"])


@pytest.mark.parametrize("revision", [None, "", "0", "abc", "another's"])
def test_without_its_own_revision_nothing_is_decided(client, ben, revision):
    comment = make_comment(status=Status.PENDING)
    data = selected("publish", comment)
    data[f"revision-{comment.pk}"] = (
        make_comment().latest_revision.pk if revision == "another's" else revision
    )
    if revision is None:
        del data[f"revision-{comment.pk}"]
    response = client.post(LIST, data, follow=True)
    assert (len(told(response)), decisions_of(comment)) == (1, ["post"])


def test_the_page_between_carries_what_was_seen_and_not_what_came_later(client, ben):
    comment = make_comment(status=Status.PENDING, text="Le premier texte.")
    data = selected("reject", comment)
    comment.ask_changes(by=ben, revision=comment.latest_revision, reason="À préciser.")
    comment.resubmit("Le second texte.")
    html = client.post(LIST, data).content.decode()
    first = comment.revisions.get(n=1)
    assert ("Le premier texte." in html, "Le second texte." in html, f'value="{first.pk}"' in html) == (
        True,
        False,
        True,
    )
