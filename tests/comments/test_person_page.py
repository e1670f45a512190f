"""An author's page in the back office: trust in words, comments, restrictions, notes; never the address."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from comments.models import Comment, Contributor, ModeratorNote, Restriction, Status
from tests.comments.mailing import ADDRESS, make_reachable, private_path
from tests.comments.posting import address, filled
from tests.comments.test_trust import browser_of, make_trusted, unconfirmed
from tests.factories import make_article, make_comment, make_editor, make_moderator

pytestmark = pytest.mark.django_db

COMMENTS = "/admin/comments/comment/"


@pytest.fixture(autouse=True)
def trusting(settings):
    settings.TRUST_AFTER = 2


@pytest.fixture
def ben(client):
    ben = make_moderator("ben", first_name="Ben")
    client.force_login(ben)
    return ben


def path(person: Contributor, act: str = "change") -> str:
    return f"/admin/comments/contributor/{person.pk}/{act}/"


def shown(client, person: Contributor) -> str:
    response = client.get(path(person))
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def restrict(comment: Comment, by, **said) -> Restriction:
    return Restriction.objects.impose(comment, by=by, **{"days": 7, "reason": "Un ton blessant.", **said})


# Who sees it, and the way to it.


def test_a_comment_leads_to_its_author_and_one_without_an_address_to_nobody(client, ben):
    known, unknown = make_reachable(), make_comment()
    leads = [
        f'href="{path(known.contributor)}"' in client.get(f"{COMMENTS}{each.pk}/change/").content.decode()
        for each in (known, unknown)
    ]
    assert leads == [True, False]


def test_an_editor_sees_nobody(ben):
    person = make_trusted()
    editor = Client()
    editor.force_login(make_editor())
    codes = [editor.get(path(person)).status_code, editor.post(path(person, "note")).status_code]
    assert codes == [403, 403]


def test_the_address_stands_nowhere_on_it(client, ben):
    html = shown(client, make_trusted())
    assert [word for word in (ADDRESS, "example.org", "@") if word in html] == []


def test_where_there_is_no_list_the_address_of_one_leads_to_the_queue(client, ben):
    response = client.get("/admin/comments/contributor/")
    assert (response.status_code, response.url) == (302, COMMENTS)


def test_whoever_is_not_there_is_no_page(client, ben):
    codes = [client.get("/admin/comments/contributor/999/change/").status_code]
    codes.append(client.post("/admin/comments/contributor/999/note/").status_code)
    codes.append(client.post("/admin/comments/contributor/999/lift/").status_code)
    assert codes == [404, 404, 404]


# Trust in words.


def words_of_trust(html: str) -> str:
    return html.partition('id="trust"')[2].partition("</div>\n    </div>")[0]


def test_what_is_missing_is_counted(client, ben):
    assert "il manque 1 publication par" in words_of_trust(shown(client, make_trusted(n=1)))


def test_since_when_he_is_trusted_is_said(client, ben):
    assert "De confiance depuis le" in words_of_trust(shown(client, make_trusted()))


def test_why_trust_is_lost_is_said(client, ben):
    person = make_trusted()
    comment = person.comments.first()
    comment.remove(by=ben, revision=comment.latest_revision, reason="Non.")
    restrict(comment, ben)
    words = words_of_trust(shown(client, person))
    said = (
        "il manque 2 publications",
        "Seul compte ce qui a été publié après",
        "tant qu’une restriction dure",
    )
    assert [each in words for each in said] == [True, True, True]


def test_where_the_site_trusts_nobody_it_is_said(client, ben, settings):
    settings.TRUST_AFTER = 0
    assert "Ce site ne publie personne sans relecture" in words_of_trust(shown(client, make_trusted(n=3)))


# Comments.


def test_his_comments_are_counted_by_state_and_shown_with_it(client, ben):
    person = make_trusted()
    waiting = make_reachable(status=Status.PENDING, text="Appelez le 06 12 34 56 78.")
    other = make_comment(text="Quelqu’un d’autre.")
    html = shown(client, person)
    assert "<p>1 en attente, 2 publié</p>" in html
    assert [f"{COMMENTS}{each.pk}/change/" in html for each in (waiting, other)] == [True, False]


def test_what_was_published_unread_is_marked_here_in_the_queue_and_on_its_page(client, ben):
    person = make_trusted()
    comment, claim = unconfirmed(make_article())
    claim.confirm()
    mark = "publié sans relecture (auteur de confiance)"
    pages = (path(person), f"{COMMENTS}?state=published", f"{COMMENTS}{comment.pk}/change/")
    before = [client.get(page).content.decode().count(mark) for page in pages]
    comment.redact(by=ben, revision=comment.latest_revision, words=["Merci"], reason="Non.")
    after = [client.get(page).content.decode().count(mark) for page in pages]
    assert (before, after) == ([1, 1, 1], [0, 0, 0])


# Restrictions.


def test_past_and_present_restrictions_stand_with_kind_reason_and_who(client, ben):
    person = make_trusted()
    past = restrict(person.comments.first(), ben, reason="Ancienne raison.")
    past.lift()
    restrict(person.comments.first(), ben, kind="read_first", reason="Raison de maintenant.")
    html = shown(client, person)
    said = ("Ancienne raison.", "Raison de maintenant.", "Chaque commentaire est lu avant", "par Ben")
    assert [each in html for each in said] == [True] * 4
    assert html.count('name="restriction"') == 1


def test_a_restriction_in_force_is_lifted_and_only_his(client, ben):
    person = make_trusted()
    other = make_reachable("eve@example.org")
    restriction, of_other = restrict(person.comments.first(), ben), restrict(other, ben)
    client.post(path(person, "lift"), {"restriction": of_other.pk})
    client.post(path(person, "lift"), {"restriction": "x"})
    client.post(path(person, "lift"), {"restriction": restriction.pk})
    assert list(Restriction.objects.in_force()) == [of_other]


def test_to_be_read_first_shuts_nobody_out_and_is_told_on_the_private_page(client, ben):
    person = make_trusted()
    comment = person.comments.first()
    data = {"restrict-kind": "read_first", "restrict-days": "7", "restrict-reason": "Un ton blessant."}
    answer = client.post(f"{COMMENTS}{comment.pk}/restrict/", data, follow=True).content.decode()
    assert "est lu avant publication" in answer
    reader = browser_of(person)
    sent = reader.post(address(comment.article), filled(email=ADDRESS))
    page = reader.get(sent.url).content.decode()
    assert (sent.status_code, "elle lit chacun de vos commentaires" in page, "Un ton blessant." in page) == (
        303,
        True,
        True,
    )


def test_who_is_shut_out_reads_so_on_the_private_page_too(client, ben):
    person = make_trusted()
    restrict(person.comments.first(), ben)
    page = browser_of(person).get(private(person)).content.decode()
    assert ("Elle n’accepte aucun nouveau commentaire" in page, "elle lit chacun" in page) == (True, False)


def private(person: Contributor) -> str:
    return private_path(person.comments.order_by("pk")[0])


# Notes.


def test_a_note_on_him_stands_beside_those_on_his_comments_and_readers_see_neither(client, ben):
    person = make_trusted()
    comment = person.comments.order_by("pk")[0]
    ModeratorNote.objects.create(comment=comment, author=ben, text="Note sur le texte.")
    response = client.post(path(person, "note"), {"note-text": "Note sur la personne."})
    html = shown(client, person)
    page = (
        Client().get(private(person)).content.decode()
        + Client().get(f"{private(person)}donnees/").content.decode()
    )
    assert (
        response.status_code,
        [note in html for note in ("Note sur le texte.", "Note sur la personne.")],
    ) == (
        302,
        [True, True],
    )
    assert "Note sur" not in page


def test_an_empty_note_is_no_note(client, ben):
    person = make_trusted()
    response = client.post(path(person, "note"), {"note-text": " "})
    assert (response.status_code, ModeratorNote.objects.count()) == (422, 0)


def test_a_note_stands_on_a_comment_or_on_its_author_and_not_on_both(ben):
    comment = make_reachable()
    for where in ({}, {"comment": comment, "contributor": comment.contributor}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ModeratorNote.objects.create(author=ben, text="Ici.", **where)


@pytest.mark.parametrize("restricted", [True, False])
def test_notes_on_an_author_go_with_his_address(ben, restricted):
    person = make_reachable().contributor
    ModeratorNote.objects.create(contributor=person, author=ben, text="Ici.")
    if restricted:
        restrict(person.comments.first(), ben)
    person.stop_all()
    assert (ModeratorNote.objects.count(), Contributor.objects.count()) == (0, int(restricted))


# What it costs.


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_costs_the_same_for_any_number(client, ben, n, django_assert_num_queries):
    person = make_trusted(n=n)
    for comment in person.comments.all():
        ModeratorNote.objects.create(comment=comment, author=ben, text="Ici.")
        ModeratorNote.objects.create(contributor=person, author=ben, text="Là.")
        restrict(comment, ben)
    with django_assert_num_queries(15):
        client.get(path(person))


def test_the_page_shows_no_more_than_the_newest(client, ben, monkeypatch):
    monkeypatch.setattr("comments.admin.people.SHOWN", 2)
    person = make_trusted(n=3)
    html = shown(client, person)
    oldest, *newest = person.comments.order_by("pk")
    assert [f"/comment/{each.pk}/change/" in html for each in (oldest, *newest)] == [False, True, True]


def test_a_restriction_that_has_ended_is_no_longer_in_force(client, ben, set_clock):
    person = make_trusted()
    restrict(person.comments.first(), ben)
    before = "en vigueur" in shown(client, person)
    Restriction.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert (before, "en vigueur" in shown(client, person)) == (True, False)
