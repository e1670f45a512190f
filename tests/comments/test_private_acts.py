"""What the author does from the private page: each act is asked for on a page of its own, and done by a POST."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments.models import Comment, Complaint, Status
from comments.models.authoring import COMPLAINT_WINDOW, TEXTS_A_DAY, UNDO_WINDOW
from ldnportal.markup.sanitize import COMMENT_MAX_CHARACTERS
from ldnportal.pages.models import Stamp
from tests.comments.posting import address, filled
from tests.comments.test_status_page import PRIVATE, headers_of, page_of
from tests.factories import decisions_of, make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db

ACTS = ["edit", "withdraw", "unwithdraw", "contest", "data", "data_file", "erase"]


def html_of(client: Client, comment: Comment, name: str = "status") -> str:
    return client.get(page_of(comment, name)).content.decode()


def text_form(comment: Comment, body: str, **more) -> dict[str, str]:
    return {"seen": str(comment.latest_revision.pk), "body": body, **more}


def later(set_clock, step: timedelta) -> None:
    set_clock(timezone.now() + step)


# All of them.


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("status", Status.values)
def test_every_page_is_as_private_in_every_state_and_looking_changes_nothing(client, name, status):
    comment = make_comment(status=status)
    before = decisions_of(comment)
    response = client.get(page_of(comment, name))
    assert (response.status_code in {200, 302}, headers_of(response), decisions_of(comment)) == (
        True,
        PRIVATE,
        before,
    )


@pytest.mark.parametrize("name", ACTS)
def test_nothing_is_kept_in_the_browser_by_an_act(client, name):
    comment = make_comment(status=Status.REJECTED)
    client.get(page_of(comment, name))
    if name not in {"data", "data_file"}:
        client.post(page_of(comment, name), {"body": "Un texte.", "text": "Pourquoi ?"})
    assert dict(client.cookies) == {}


@pytest.mark.parametrize("name", ["edit", "withdraw", "unwithdraw", "contest", "erase"])
def test_another_site_can_do_nothing_even_with_the_address(name):
    comment = make_comment(status=Status.PENDING)
    response = Client().post(
        page_of(comment, name), text_form(comment, "Autre."), headers={"sec-fetch-site": "cross-site"}
    )
    assert (response.status_code, decisions_of(comment)) == (403, ["post"])


@pytest.mark.parametrize("name", ["edit", "withdraw", "unwithdraw", "contest", "erase"])
def test_the_address_alone_is_enough_for_each_act(name):
    client = Client(enforce_csrf_checks=True)
    comment = make_comment(status=Status.PENDING)
    data = text_form(comment, "Un nouveau texte.", text="Pourquoi ?")
    assert client.post(page_of(comment, name), data, headers={"origin": "null"}).status_code != 403


# Changing the text.


def test_a_waiting_text_is_replaced_as_often_as_its_author_likes(client):
    comment = make_comment(status=Status.PENDING, text="Un.")
    for body in ("Deux.", "Trois."):
        response = client.post(page_of(comment, "edit"), text_form(comment, body))
        assert (response.status_code, response.url) == (302, page_of(comment))
    comment.refresh_from_db()
    assert (comment.status, comment.latest_revision.text, decisions_of(comment)) == (
        Status.PENDING,
        "Trois.",
        ["post", "edit", "edit"],
    )


def test_a_published_text_stays_public_until_the_new_one_is_approved(client):
    comment = make_comment(text="Ancien texte.")
    stamp = Stamp.current()
    client.post(page_of(comment, "edit"), text_form(comment, "Nouveau texte."))
    comment.refresh_from_db()
    public = client.get(comment.article.get_absolute_url()).content.decode()
    assert ("Ancien texte." in public, "Nouveau texte." in public, Stamp.current()) == (True, False, stamp)
    assert list(Comment.objects.waiting()) == [comment]
    comment.publish(by=make_moderator(), revision=comment.proposed_revision)
    public = client.get(comment.article.get_absolute_url()).content.decode()
    assert ("Ancien texte." in public, "Nouveau texte." in public) == (False, True)
    assert list(Comment.objects.waiting()) == []


def test_the_private_page_shows_both_texts_and_says_which_readers_see(client):
    comment = make_comment(text="Ancien texte.")
    client.post(page_of(comment, "edit"), text_form(comment, "Nouveau texte."))
    html = html_of(client, comment)
    assert html.index("Ancien texte.") < html.index("Nouveau texte.")


@pytest.mark.parametrize("verb", ["reject", "ask_changes"])
def test_a_refused_new_text_leaves_the_approved_one_and_its_author_is_told(client, verb):
    comment = make_comment(text="Ancien texte.")
    comment.edit("Nouveau texte.")
    getattr(comment, verb)(by=make_moderator(), revision=comment.proposed_revision, reason="Pas ainsi.")
    comment.refresh_from_db()
    assert (comment.status, comment.public_revision.text, comment.proposed_revision) == (
        Status.PUBLISHED,
        "Ancien texte.",
        None,
    )
    assert "Pas ainsi." in html_of(client, comment)


def test_an_old_decision_cannot_reach_a_text_that_came_after(client):
    comment = make_comment()
    seen = comment.public_revision
    comment.edit("Nouveau texte.")
    from comments.models import StaleDecision

    with pytest.raises(StaleDecision):
        comment.remove(by=make_moderator(), revision=seen, reason="Hors sujet.")


def test_after_a_set_time_a_published_comment_is_only_withdrawn(client, set_clock, settings):
    settings.COMMENT_EDIT_DAYS = 3
    comment = make_comment(text="Ancien texte.")
    assert "/modifier/" in html_of(client, comment)
    data = text_form(comment, "Trop tard.")
    later(set_clock, timedelta(days=3, seconds=1))
    assert "/modifier/" not in html_of(client, comment)
    response = client.post(page_of(comment, "edit"), data)
    assert (response.status_code, "readonly>Trop tard.</textarea>" in response.content.decode()) == (
        409,
        True,
    )
    assert decisions_of(comment) == ["post", "publish"]


def test_a_request_for_changes_to_a_new_text_is_answered_after_that_time_too(client, set_clock):
    comment = make_comment()
    comment.edit("Nouveau texte.")
    comment.ask_changes(by=make_moderator(), revision=comment.proposed_revision, reason="Sans le nom.")
    later(set_clock, timedelta(days=30))
    client.post(page_of(comment, "edit"), text_form(comment, "Sans nom."))
    comment.refresh_from_db()
    assert comment.proposed_revision.text == "Sans nom."


def test_a_request_for_changes_is_answered_beside_the_feedback(client):
    comment = make_comment(status=Status.CHANGES_REQUESTED, text="Premier texte.")
    html = html_of(client, comment, "edit")
    assert ("À revoir pour ce test." in html, "Premier texte.</textarea>" in html) == (True, True)
    client.post(page_of(comment, "edit"), text_form(comment, "Second texte."))
    comment.refresh_from_db()
    assert (comment.status, decisions_of(comment)) == (Status.PENDING, ["post", "ask_changes", "resubmit"])


@pytest.mark.parametrize("body", ["", "  \n ", "x" * (COMMENT_MAX_CHARACTERS + 1), "Le texte d’avant."])
def test_a_wrong_text_is_refused_beside_its_field_and_kept(client, body):
    comment = make_comment(status=Status.PENDING, text="Le texte d’avant.")
    response = client.post(page_of(comment, "edit"), text_form(comment, body))
    form = response.context["form"]
    assert (response.status_code, list(form.errors), form["body"].value()) == (422, ["body"], body)
    html = response.content.decode()
    assert ('href="#id_body"' in html, 'id="id_body_error"' in html) == (True, True)
    assert decisions_of(comment) == ["post"]


def test_a_text_sent_twice_is_one_change(client):
    comment = make_comment(status=Status.PENDING)
    data = text_form(comment, "Nouveau texte.")
    for _click in range(2):
        assert client.post(page_of(comment, "edit"), data).url == page_of(comment)
    assert decisions_of(comment) == ["post", "edit"]


def test_a_text_from_another_tab_is_not_replaced_unread(client):
    comment = make_comment(status=Status.PENDING)
    data = text_form(comment, "De l’ancien onglet.")
    comment.edit("Du nouvel onglet.")
    response = client.post(page_of(comment, "edit"), data)
    html = response.content.decode()
    assert (response.status_code, "Du nouvel onglet." in html, "De l’ancien onglet.</textarea>" in html) == (
        409,
        True,
        True,
    )
    again = {name: response.context["form"][name].value() for name in ("seen", "body")}
    client.post(page_of(comment, "edit"), again)
    assert comment.latest_revision.text == "De l’ancien onglet."


@pytest.mark.parametrize("seen", ["", "x", "9" * 30])
def test_without_a_sensible_mark_of_what_was_seen_the_text_is_asked_about(client, seen):
    comment = make_comment(status=Status.PENDING)
    response = client.post(page_of(comment, "edit"), text_form(comment, "Autre.", seen=seen))
    assert (response.status_code, response.context["form"]["body"].value()) == (409, "Autre.")


def test_a_private_link_cannot_fill_the_database(client):
    comment = make_comment(status=Status.PENDING)
    for number in range(TEXTS_A_DAY - 1):
        comment.edit(f"Texte {number}.")
    response = client.post(page_of(comment, "edit"), text_form(comment, "Un de trop."))
    assert (response.status_code, response.context["form"]["body"].value()) == (429, "Un de trop.")
    assert comment.revisions.count() == TEXTS_A_DAY


@pytest.mark.parametrize(
    "status", [Status.REJECTED, Status.SPAM, Status.REMOVED, Status.WITHDRAWN, Status.ERASED]
)
def test_where_nothing_can_be_changed_the_text_comes_back_to_copy(client, status):
    comment = make_comment(status=status)
    before = decisions_of(comment)
    response = client.post(page_of(comment, "edit"), text_form(comment, "Mes mots."))
    assert (response.status_code, "Mes mots.</textarea>" in response.content.decode()) == (409, True)
    assert decisions_of(comment) == before
    # Not even who decided is told to the author.
    assert "ben" not in response.content.decode()


# Withdrawing, and back.


@pytest.mark.parametrize("status", sorted(set(Status.values) - {Status.WITHDRAWN, Status.ERASED}))
def test_a_withdrawal_is_undone_within_the_hour_to_where_it_was(client, status):
    comment = make_comment(status=status)
    comment.withdraw()
    assert "/retirer/annuler/" in html_of(client, comment)
    for _click in range(2):
        assert client.post(page_of(comment, "unwithdraw")).url == page_of(comment)
    comment.refresh_from_db()
    assert (comment.status, comment.consent.withdrawn_at) == (status, None)
    assert decisions_of(comment)[-2:] == ["withdraw", "unwithdraw"]


def test_after_an_hour_a_withdrawal_stands(client, set_clock):
    comment = make_comment()
    comment.withdraw()
    later(set_clock, UNDO_WINDOW)
    assert "/retirer/annuler/" not in html_of(client, comment)
    assert client.post(page_of(comment, "unwithdraw")).status_code == 409
    comment.refresh_from_db()
    assert (comment.status, decisions_of(comment)[-1]) == (Status.WITHDRAWN, "withdraw")


def test_a_new_text_that_waited_waits_again(client):
    comment = make_comment(text="Ancien texte.")
    comment.edit("Nouveau texte.")
    comment.withdraw()
    assert (comment.proposed_revision, list(Comment.objects.waiting())) == (None, [])
    comment.unwithdraw()
    assert (comment.public_revision.text, comment.proposed_revision.text) == (
        "Ancien texte.",
        "Nouveau texte.",
    )


def test_withdrawing_withdraws_the_consent_from_that_moment_on(client):
    comment = make_comment()
    client.post(page_of(comment, "withdraw"))
    comment.consent.refresh_from_db()
    assert comment.consent.withdrawn_at is not None


# Contesting.


@pytest.mark.parametrize("status", [Status.CHANGES_REQUESTED, Status.REJECTED, Status.SPAM, Status.REMOVED])
def test_a_decision_is_contested_once(client, status):
    comment = make_comment(status=status)
    assert "/contester/" in html_of(client, comment)
    for _click in range(2):
        response = client.post(page_of(comment, "contest"), {"text": "C’est une erreur."})
        assert response.url == page_of(comment)
    complaint = Complaint.objects.get()
    assert (complaint.decision, complaint.by, complaint.text) == (
        comment.latest_decision,
        "author",
        "C’est une erreur.",
    )
    html = html_of(client, comment)
    assert ("C’est une erreur." in html, "/contester/" in html) == (True, False)
    again = client.post(page_of(comment, "contest"), {"text": "Et encore."})
    assert (again.status_code, "Et encore.</textarea>" in again.content.decode()) == (409, True)


@pytest.mark.parametrize("status", [Status.PENDING, Status.PUBLISHED, Status.WITHDRAWN, Status.ERASED])
def test_where_nothing_was_decided_against_the_author_nothing_is_contested(client, status):
    comment = make_comment(status=status)
    response = client.post(page_of(comment, "contest"), {"text": "Pourquoi ?"})
    assert (response.status_code, Complaint.objects.count()) == (409, 0)


def test_after_six_months_a_decision_stands(client, set_clock):
    comment = make_comment(status=Status.REJECTED)
    later(set_clock, COMPLAINT_WINDOW)
    assert client.get(page_of(comment, "contest")).context["title"] == "Il n’y a rien à contester ici"
    assert client.post(page_of(comment, "contest"), {"text": "Trop tard."}).status_code == 409


@pytest.mark.parametrize("text", ["", " \n ", "x" * 3001])
def test_a_wrong_complaint_is_refused_beside_its_field_and_kept(client, text):
    comment = make_comment(status=Status.REJECTED)
    response = client.post(page_of(comment, "contest"), {"text": text})
    form = response.context["form"]
    assert (response.status_code, list(form.errors), form["text"].value()) == (422, ["text"], text)


def test_the_refusal_of_a_new_text_is_contested_by_its_own_number_alone(client):
    comment = make_comment()
    comment.edit("Nouveau texte.")
    refusal = comment.reject(by=make_moderator(), revision=comment.proposed_revision, reason="Non.")
    other = make_comment(status=Status.REJECTED).latest_decision
    assert (
        client.post(f"{page_of(comment, 'contest')}?decision={other.pk}", {"text": "À moi."}).status_code
        == 409
    )
    assert (
        client.post(f"{page_of(comment, 'contest')}?decision={refusal.pk}", {"text": "Si."}).status_code
        == 302
    )
    assert Complaint.objects.get().decision == refusal


def test_restoring_what_was_contested_says_that_the_author_was_right(client):
    ben = make_moderator()
    comment = make_comment(status=Status.REMOVED)
    complaint = comment.contest(comment.contestable()[0], "C’est une erreur.")
    assert list(Comment.objects.contested()) == [comment]
    comment.restore(by=ben, revision=comment.revision_in_question)
    complaint.refresh_from_db()
    assert (complaint.outcome, complaint.decided_by, list(Comment.objects.contested())) == ("upheld", ben, [])


# One's data.


def test_the_file_holds_all_that_is_kept_and_nobody_else(client):
    article = make_article()
    parent = make_comment(article=article, name="Zoé", text="Le texte de Zoé.")
    comment = make_comment(parent=parent, status=Status.PENDING, name="Ada", text="Premier texte.")
    comment.latest_revision.signals.create(
        check_name="links", check_version=1, score=1, explanation="Contient un lien."
    )
    comment.edit("Second texte.")
    comment.reject(
        by=make_moderator(), revision=comment.latest_revision, reason="Une dose.", clause="Règle 4"
    )
    comment.contest(comment.contestable()[0], "C’est une erreur.")
    comment.notes.create(author=make_moderator(), text="Entre nous.")
    response = client.get(page_of(comment, "data_file"))
    data = json.loads(response.content)
    assert response.headers["Content-Disposition"] == f'attachment; filename="commentaire-{comment.pk}.json"'
    assert (data["comment"]["pseudonym"], [each["text"] for each in data["texts"]]) == (
        "Ada",
        ["Premier texte.", "Second texte."],
    )
    assert "Contient un lien." in data["texts"][0]["noticed"]
    assert [(each["reason"], each["rule_or_law"]) for each in data["history"]] == [
        ("", ""),
        ("", ""),
        ("Une dose.", "Règle 4"),
    ]
    assert data["history"][2]["complaints"][0]["text"] == "C’est une erreur."
    assert data["consent"]["text"] == comment.consent.text.text
    assert len(data["connection_traces"]) == 1
    html = html_of(client, comment, "data")
    for text in ("Premier texte.", "Second texte.", "Contient un lien.", "Une dose.", "C’est une erreur."):
        assert text in html
    for page in (response.content.decode(), html):
        assert [word for word in ("Zoé", "ben", "Entre nous.") if word in page] == []
        assert page_of(comment).split("/")[3] not in response.content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_the_data_cost_the_same_for_any_history(client, django_assert_num_queries, n):
    comment = make_comment(status=Status.PENDING)
    for number in range(n):
        comment.edit(f"Texte {number}.")
    with django_assert_num_queries(9):
        client.get(page_of(comment, "data_file"))


# Erasing.


@pytest.mark.parametrize("status", sorted(set(Status.values) - {Status.ERASED}))
def test_erasing_is_asked_for_and_final(client, status):
    comment = make_comment(status=status, name="Ada Unique", text="Mon histoire unique.")
    assert "Mon histoire unique." not in html_of(client, comment, "erase")
    for _click in range(2):
        assert client.post(page_of(comment, "erase")).url == page_of(comment)
    comment.refresh_from_db()
    assert (comment.status, decisions_of(comment).count("erase")) == (Status.ERASED, 1)
    for name in ("status", "data", "data_file"):
        html = html_of(client, comment, name)
        assert ("unique" in html, "Unique" in html, "Refusé pour ce test." in html) == (False, False, False)


def test_erasing_takes_the_comment_out_of_this_browser_and_leaves_the_others(client):
    article = make_article()
    pages = [client.post(address(article), filled()).url for _number in range(2)]
    client.post(pages[0] + "effacer/")
    token = pages[1].split("/")[3]
    assert client.cookies["commentaires"].value == token
    client.post(pages[1] + "effacer/")
    assert client.cookies["commentaires"].value == ""


def test_an_erased_comment_leaves_the_public_page_and_its_answers_stay(client):
    comment = make_comment(name="Ada Unique", text="Mon histoire unique.")
    make_comment(parent=comment, text="Une réponse.")
    client.post(page_of(comment, "erase"))
    html = client.get(comment.article.get_absolute_url()).content.decode()
    assert ("nique" in html, "Une réponse." in html, "a été effacé" in html) == (False, True, True)
