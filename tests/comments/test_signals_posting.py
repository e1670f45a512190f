"""What the author sees of the checks: personal data before sending, and help when he is in distress."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from comments.models import CheckSetting, Comment, HelpPanel, OwnerToken, Status
from tests.comments.posting import address, filled, text_in, ticket, ticket_in
from tests.factories import make_article, make_comment, make_moderator

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PERSONAL = "Appelez-moi au 06 12 34 56 78 <b>ou</b> à ada@exemple.fr."
MASKED = "Appelez-moi au [donnée personnelle masquée] <b>ou</b> à [donnée personnelle masquée]."
DISTRESS = "Je veux mourir."
PANEL = 'class="help-panel"'


@pytest.fixture
def article():
    return make_article()


# Personal data.


def test_personal_data_is_shown_marked_before_anything_is_sent(client, article):
    response = client.post(address(article), filled(body=PERSONAL))
    html = response.content.decode()
    assert (response.status_code, text_in(response), Comment.objects.count()) == (422, PERSONAL, 0)
    assert "<mark>06 12 34 56 78</mark> &lt;b&gt;ou&lt;/b&gt; à <mark>ada@exemple.fr</mark>." in html
    assert 'name="personal" value="mask"' in html
    assert 'name="personal" value="keep"' in html
    assert "no-store" in response.headers["Cache-Control"]


def test_nothing_of_the_form_is_lost_to_the_warning(client, article):
    sent = filled(body=PERSONAL, name="Zoé", remember="on")
    response = client.post(address(article), sent)
    form = response.context["form"]
    assert (form["name"].value(), form["consent"].value(), form["remember"].value()) == ("Zoé", True, True)
    assert ticket_in(response) == sent["ticket"]


def test_masking_changes_the_text_in_the_field_and_sends_nothing(client, article):
    response = client.post(address(article), filled(body=PERSONAL, personal="mask"))
    assert (response.status_code, text_in(response), Comment.objects.count()) == (200, MASKED, 0)
    assert 'class="personal-data"' not in response.content.decode()
    sent = client.post(address(article), filled(body=MASKED, ticket=ticket_in(response)))
    assert (sent.status_code, Comment.objects.get().latest_revision.text) == (303, MASKED)


def test_masking_keeps_what_else_is_wrong_in_sight(client, article):
    response = client.post(address(article), filled(body=PERSONAL, personal="mask", consent=None))
    assert (text_in(response), list(response.context["form"].errors)) == (MASKED, ["consent"])


def test_publishing_as_it_stands_is_accepted_and_flagged(client, article):
    response = client.post(address(article), filled(body=PERSONAL, personal="keep"))
    signal = Comment.objects.get().latest_revision.signals.get(check_name="personal_data")
    assert (response.status_code, signal.matched) == (303, ["06 12 34 56 78", "ada@exemple.fr"])


def test_the_warning_uses_no_sending_up_and_a_double_click_afterwards_makes_one_comment(client, article):
    sent = filled(body=PERSONAL)
    client.post(address(article), sent)
    first, second = (client.post(address(article), {**sent, "personal": "keep"}) for _each in range(2))
    assert (first.url, Comment.objects.count()) == (second.url, 1)


def test_masking_after_the_comment_was_sent_leads_to_it_or_asks(client, article):
    sent = filled(body=PERSONAL, ticket=ticket(key=uuid.uuid4()))
    first = client.post(address(article), {**sent, "personal": "keep"})
    again = client.post(address(article), {**sent, "personal": "mask"})
    assert (again.url, Comment.objects.count()) == (first.url, 1)


def test_an_expired_form_can_still_be_masked_and_goes_on_with_a_new_ticket(client, article):
    old = ticket(age=timedelta(hours=25))
    response = client.post(address(article), filled(body=PERSONAL, personal="mask", ticket=old))
    assert (text_in(response), ticket_in(response) != old) == (MASKED, True)


def test_a_corrected_text_is_sent_without_another_question(client, article):
    sent = filled(body=PERSONAL)
    client.post(address(article), sent)
    assert client.post(address(article), {**sent, "body": "Sans numéro."}).status_code == 303


def test_a_form_sent_at_once_is_still_told_so(client, article):
    response = client.post(
        address(article), filled(body=PERSONAL, personal="keep", ticket=ticket(age=timedelta(0)))
    )
    assert (response.status_code, Comment.objects.count()) == (422, 0)


def test_the_warning_can_be_switched_off(client, article):
    CheckSetting.objects.filter(name="personal_data").update(enabled=False)
    assert client.post(address(article), filled(body=PERSONAL)).status_code == 303


def test_a_check_that_fails_lets_the_comment_through(client, article, monkeypatch):
    monkeypatch.setattr("comments.signals.personal.PersonalData.find", lambda *args: 1 / 0)
    assert client.post(address(article), filled(body=PERSONAL)).status_code == 303


# Distress.


def status_page(client, comment: Comment) -> str:
    return client.get(
        f"/commentaires/suivi/{OwnerToken.token_for(comment.idempotency_key)}/"
    ).content.decode()


@pytest.mark.parametrize(
    "status",
    [Status.PENDING, Status.PUBLISHED, Status.REJECTED, Status.SPAM, Status.REMOVED, Status.WITHDRAWN],
)
def test_help_is_on_the_private_page_whatever_happens_to_the_comment(client, article, status):
    key = uuid.uuid4()
    comment = make_comment(article=article, text=DISTRESS, status=status, idempotency_key=key)
    html = status_page(client, comment)
    assert PANEL in html
    for number in ("tel:3114", "tel:15", "tel:112", "sms:114"):
        assert f'href="{number}"' in html


def test_no_help_is_pressed_on_others(client, article):
    comment = make_comment(article=article, idempotency_key=uuid.uuid4())
    assert PANEL not in status_page(client, comment)
    assert PANEL not in client.get(address(article)).content.decode()


def test_help_stands_above_a_form_that_comes_back(client, article):
    html = client.post(address(article), filled(body=DISTRESS, consent=None)).content.decode()
    assert 0 < html.index(PANEL) < html.index('class="comment-form"')


def test_help_is_there_when_comments_were_closed_meanwhile(client, article):
    article.comments_open = False
    article.save()
    assert PANEL in client.post(address(article), filled(body=DISTRESS)).content.decode()


def test_distress_does_not_hold_a_comment_up(client, article):
    response = client.post(address(article), filled(body=DISTRESS))
    assert (response.status_code, Comment.objects.get().status) == (303, Status.PENDING)


def test_the_administrators_words_are_shown_and_escaped(client, article):
    HelpPanel.objects.create(
        title="Ne restez pas <b>seul</b>", text="Parlez-en.", lines="01 23 45 67 89 : ici"
    )
    comment = make_comment(article=article, text=DISTRESS, idempotency_key=uuid.uuid4())
    html = status_page(client, comment)
    assert ("Ne restez pas &lt;b&gt;seul&lt;/b&gt;" in html, 'href="tel:0123456789"' in html) == (True, True)
    assert "clinicien" not in html


def test_readers_see_no_panel_under_the_published_comment(client, article):
    make_comment(article=article, text=DISTRESS, by=make_moderator())
    assert PANEL not in client.get(article.get_absolute_url()).content.decode()


# Changing the text on the private page asks and helps the same way.


def edit_page(comment: Comment) -> str:
    return reverse("comments:edit", args=[OwnerToken.token_for(comment.idempotency_key)])


def test_a_changed_text_is_asked_about_masked_and_sent(client, article):
    comment = make_comment(article=article, status=Status.PENDING, idempotency_key=uuid.uuid4())
    sent = {"seen": comment.latest_revision.pk, "body": PERSONAL}
    asked = client.post(edit_page(comment), sent)
    assert (asked.status_code, text_in(asked), comment.revisions.count()) == (422, PERSONAL, 1)
    assert "<mark>06 12 34 56 78</mark>" in asked.content.decode()
    assert 'form="formulaire-texte" name="personal" value="mask"' in asked.content.decode()
    answer = client.post(edit_page(comment), {**sent, "personal": "mask"})
    assert (answer.status_code, text_in(answer), comment.revisions.count()) == (200, MASKED, 1)
    assert client.post(edit_page(comment), {**sent, "body": MASKED}).status_code == 302
    assert comment.latest_revision.text == MASKED


def test_a_changed_text_is_sent_as_it_stands_and_flagged(client, article):
    comment = make_comment(article=article, status=Status.PENDING, idempotency_key=uuid.uuid4())
    sent = {"seen": comment.latest_revision.pk, "body": PERSONAL, "personal": "keep"}
    assert client.post(edit_page(comment), sent).status_code == 302
    assert comment.latest_revision.signals.filter(check_name="personal_data").exists()


def test_help_stands_above_a_changed_text_that_shows_distress(client, article):
    comment = make_comment(
        article=article, text=DISTRESS, status=Status.PENDING, idempotency_key=uuid.uuid4()
    )
    assert PANEL in client.get(edit_page(comment)).content.decode()
