"""One comment on the moderators' desk: deciding, answering, noting."""

import html as html_lib
import re

import pytest
from django.urls import reverse

from comments.admin.verbs import VERBS, possible
from comments.models import CAME_FROM, Comment, ModeratorNote, Status
from tests.factories import decisions_of, make_article, make_comment, make_moderator

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def ben(client):
    ben = make_moderator("ben", first_name="Ben")
    client.force_login(ben)
    return ben


def page(comment: Comment, view: str = "change") -> str:
    return reverse(f"admin:comments_comment_{view}", args=[comment.pk])


def decision(verb: str, comment: Comment, **more) -> dict:
    over = comment.latest_decision.pk if comment.status == Status.CHANGES_REQUESTED else ""
    seen = {"revision": comment.latest_revision.pk, "over": over}
    return {"verb": verb, **seen, "reason": "", "clause": "", **more}


def told(response) -> list[str]:
    """The messages as somebody reads them."""
    return [
        html_lib.unescape(re.sub(r"<[^>]+>", "", str(message))) for message in response.context["messages"]
    ]


# One comment.


@pytest.mark.parametrize("status", Status.values)
def test_a_comment_s_page_has_the_buttons_of_its_state_and_no_others(client, ben, status):
    comment = make_comment(status=status)
    html = client.get(page(comment)).content.decode()
    shown = re.findall(r'name="verb" value="(\w+)"', html)
    assert sorted(shown) == sorted(verb.name for verb in possible(comment))


@pytest.mark.parametrize(
    ("verb", "before"),
    [(verb.name, status) for verb in VERBS.values() for status in sorted(CAME_FROM[verb.action])],
)
def test_every_button_of_a_comment_s_page_decides(client, ben, verb, before):
    comment = make_comment(status=before)
    if verb in {"unpin", "unfreeze"}:
        getattr(comment, verb.removeprefix("un"))(by=make_moderator("zoe"))
    logged = len(decisions_of(comment))
    response = client.post(
        page(comment, "decide"), decision(verb, comment, reason="Parce que.", ground="rules")
    )
    comment.refresh_from_db()
    assert (response.status_code, response.headers["Location"]) == (302, page(comment))
    assert (len(decisions_of(comment)), comment.latest_decision.actor) == (logged + 1, ben)


@pytest.mark.parametrize("verb", ["reject", "ask_changes"])
def test_a_decision_without_its_reason_is_asked_for_beside_the_field(client, ben, verb):
    comment = make_comment(status=Status.PENDING)
    response = client.post(page(comment, "decide"), decision(verb, comment))
    assert (response.status_code, list(response.context["decision_form"].errors), decisions_of(comment)) == (
        422,
        ["reason"],
        ["post"],
    )


def test_after_a_decision_the_next_waiting_comment_is_a_click_away(client, ben):
    article = make_article()
    first, second = (make_comment(article=article, status=Status.PENDING) for _number in range(2))
    response = client.post(page(first, "decide"), decision("publish", first), follow=True)
    assert f'href="{page(second)}"' in str(list(response.context["messages"])[0])


def test_a_stale_decision_on_the_page_is_refused_and_the_words_are_kept(client, ben):
    comment = make_comment(status=Status.PENDING)
    data = decision("reject", comment, reason="Mes mots.")
    comment.publish(by=make_moderator("bea", first_name="Béa"), revision=comment.latest_revision)
    response = client.post(page(comment, "decide"), data)
    (refusal,) = told(response)
    assert (response.status_code, "Béa" in refusal, response.context["unsent"], decisions_of(comment)) == (
        409,
        True,
        "Mes mots.",
        ["post", "publish"],
    )


def test_an_unknown_verb_decides_nothing(client, ben):
    comment = make_comment(status=Status.PENDING)
    response = client.post(page(comment, "decide"), decision("erase", comment))
    assert (response.status_code, decisions_of(comment)) == (422, ["post"])


def test_the_history_says_who_did_what_and_why(client, ben):
    comment = make_comment(status=Status.PENDING)
    comment.reject(
        by=make_moderator("bea", first_name="Béa"), revision=comment.latest_revision, reason="Une dose."
    )
    html = client.get(page(comment)).content.decode()
    history = html[html.index('id="history"') :]
    assert ("Béa" in history, "Une dose." in history) == (True, True)


@pytest.mark.parametrize(
    "address", ["/admin/comments/comment/999/change/", "/admin/comments/comment/x/change/"]
)
def test_a_comment_that_is_not_there_is_not_found(client, ben, address):
    assert client.get(address).status_code == 404


# Answering and noting.


def test_the_editorial_team_s_answer_is_published_once_for_two_clicks(client, ben):
    comment = make_comment()
    for _click in range(2):
        client.post(page(comment, "answer"), {"answer-text": "Bonjour Ada.", "answer-revision": ""})
    (answer,) = comment.replies.all()
    assert (answer.is_staff, answer.status, answer.public_revision.text) == (
        True,
        Status.PUBLISHED,
        "Bonjour Ada.",
    )


def test_answering_a_waiting_comment_publishes_it_first(client, ben):
    comment = make_comment(status=Status.PENDING)
    data = {"answer-text": "Bonjour Ada.", "answer-revision": comment.latest_revision.pk}
    client.post(page(comment, "answer"), data)
    assert (decisions_of(comment), comment.replies.count()) == (["post", "publish"], 1)


def test_a_waiting_comment_whose_text_changed_is_neither_published_nor_answered(client, ben):
    comment = make_comment(status=Status.PENDING)
    data = {"answer-text": "Bonjour Ada.", "answer-revision": comment.latest_revision.pk}
    comment.ask_changes(by=ben, revision=comment.latest_revision, reason="À préciser.")
    comment.resubmit("Autre chose.")
    response = client.post(page(comment, "answer"), data)
    comment.refresh_from_db()
    assert (response.status_code, comment.status, comment.replies.count()) == (409, Status.PENDING, 0)
    assert response.context["answer_form"]["text"].value() == "Bonjour Ada."


@pytest.mark.parametrize("status", [Status.REJECTED, Status.REMOVED, Status.SPAM, Status.WITHDRAWN])
def test_what_is_not_public_is_not_answered(client, ben, status):
    comment = make_comment(status=status)
    response = client.post(page(comment, "answer"), {"answer-text": "Bonjour.", "answer-revision": ""})
    assert (response.status_code, comment.replies.count()) == (409, 0)


@pytest.mark.parametrize("text", ["", " \n ", "x" * 5001])
def test_an_answer_has_a_text_of_a_possible_length(client, ben, text):
    comment = make_comment()
    response = client.post(page(comment, "answer"), {"answer-text": text, "answer-revision": ""})
    assert (response.status_code, list(response.context["answer_form"].errors), comment.replies.count()) == (
        422,
        ["text"],
        0,
    )


def test_a_note_is_kept_for_moderators(client, ben):
    comment = make_comment()
    client.post(page(comment, "note"), {"note-text": "À relire avec la rédaction."})
    (note,) = comment.notes.all()
    html = client.get(page(comment)).content.decode()
    assert (note.author, note.text, "À relire avec la rédaction." in html) == (
        ben,
        "À relire avec la rédaction.",
        True,
    )


def test_a_note_is_not_shown_to_readers(client):
    comment = make_comment(text="Visible pour tous.")
    ModeratorNote.objects.create(comment=comment, author=make_moderator(), text="Entre nous.")
    html = client.get(comment.article.get_absolute_url()).content.decode()
    assert ("Visible pour tous." in html, "Entre nous." in html) == (True, False)


# A new text of a published comment.


@pytest.fixture
def edited():
    comment = make_comment(text="Ancien texte.")
    comment.edit("Nouveau texte.")
    return comment


def in_question(verb: str, comment: Comment, **more) -> dict:
    return decision(verb, comment, revision=comment.revision_in_question.pk, **more)


def test_a_new_text_is_in_the_queue_and_on_the_page_beside_the_public_one(client, ben, edited):
    listed = client.get("/admin/comments/comment/")
    assert list(listed.context["cl"].result_list) == [edited]
    assert f'name="revision-{edited.pk}" value="{edited.proposed_revision.pk}"' in listed.content.decode()
    html = client.get(page(edited)).content.decode()
    assert html.index("Nouveau texte.") < html.index("Ancien texte.")
    assert "un nouveau texte attend" in html


@pytest.mark.parametrize(
    ("verb", "public", "status"),
    [
        ("publish", "Nouveau texte.", Status.PUBLISHED),
        ("reject", "Ancien texte.", Status.PUBLISHED),
        ("ask_changes", "Ancien texte.", Status.PUBLISHED),
        ("remove", "Ancien texte.", Status.REMOVED),
    ],
)
def test_a_new_text_is_decided_on_by_its_page(client, ben, edited, verb, public, status):
    data = in_question(verb, edited, reason="Parce que.", ground="rules")
    assert client.post(page(edited, "decide"), data).status_code == 302
    edited.refresh_from_db()
    assert (edited.status, edited.public_revision.text, edited.proposed_revision, edited.is_waiting) == (
        status,
        public,
        None,
        False,
    )
    assert (decisions_of(edited), edited.latest_decision.revision.text) == (
        ["post", "publish", "edit", verb],
        "Nouveau texte.",
    )


def test_a_new_text_is_published_from_the_list(client, ben, edited):
    data = {
        "action": "publish",
        "index": "0",
        "_selected_action": edited.pk,
        f"revision-{edited.pk}": edited.proposed_revision.pk,
    }
    client.post("/admin/comments/comment/", data)
    edited.refresh_from_db()
    assert edited.public_revision.text == "Nouveau texte."


def test_a_decision_on_a_text_that_was_replaced_meanwhile_changes_nothing(client, ben, edited):
    data = in_question("publish", edited)
    edited.edit("Encore un autre.")
    response = client.post(page(edited, "decide"), data)
    edited.refresh_from_db()
    assert (response.status_code, edited.public_revision.text) == (409, "Ancien texte.")


def test_a_comment_whose_new_text_was_refused_is_removed_and_restored_with_its_public_text(
    client, ben, edited
):
    edited.reject(by=ben, revision=edited.proposed_revision, reason="Non.")
    for verb in ("remove", "restore"):
        client.post(page(edited, "decide"), in_question(verb, edited, reason="Parce que.", ground="rules"))
        edited.refresh_from_db()
    assert (
        edited.status,
        edited.public_revision.text,
        "Nouveau texte." in html_of_readers(client, edited),
    ) == (
        Status.PUBLISHED,
        "Ancien texte.",
        False,
    )


def html_of_readers(client, comment: Comment) -> str:
    return client.get(comment.article.get_absolute_url()).content.decode()


def test_what_is_contested_has_its_list_and_its_words_on_the_page(client, ben):
    comment = make_comment(status=Status.REJECTED)
    make_comment(status=Status.REJECTED)
    comment.contest(comment.contestable()[0], "C’est mon expérience.")
    listed = client.get("/admin/comments/comment/", {"state": "contested"})
    assert list(listed.context["cl"].result_list) == [comment]
    assert "C’est mon expérience." in client.get(page(comment)).content.decode()
