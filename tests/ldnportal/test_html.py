"""Valid HTML on every page for readers, by html-validate (npm; set up by make test where npm is found)."""

import json
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client

from articles.models import Page
from comments.mails import ANSWERS, stop_address
from comments.models import Comment, ConsentText, Notice, OwnerToken, Status
from tests.comments.mailing import deliver, give_address, make_reachable, private_path
from tests.comments.posting import filled
from tests.factories import make_article, make_comment, make_demo_article, make_moderator, make_notice

VALIDATOR = Path(__file__).parents[1] / "tools" / "node_modules" / ".bin" / "html-validate"
ARTICLE = "/articles/naltrexone-et-anxiete/"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not VALIDATOR.exists(), reason="html-validate is not installed (make test does it with npm)"
    ),
]

# The standard's rules, without matters of style.
RULES = {"extends": ["html-validate:standard"]}


@pytest.fixture
def site():
    article = make_demo_article()
    first = make_comment(
        article=article, name='Scott "le" <b>Walker', text="Une <balise> & deux\n\nparagraphes"
    )
    make_comment(parent=make_comment(parent=make_comment(parent=first)))
    removed = make_comment(article=article)
    make_comment(parent=removed)
    removed.remove(by=make_moderator(), revision=removed.latest_revision, reason="Pour ce test.")
    Page.objects.create(slug="regles", title="Règles", body="<h3>Ici</h3><p>On écoute.</p>")
    for _number in range(13):
        make_article()


def findings(tmp_path: Path, html: str) -> list[str]:
    page = tmp_path / "page.html"
    page.write_text(html)
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps({"root": True, **RULES}))
    result = subprocess.run(
        [VALIDATOR, "--formatter", "json", page], cwd=tmp_path, capture_output=True, text=True
    )
    return [
        f"{message['ruleId']} {message['line']}: {message['message']}"
        for report in json.loads(result.stdout or "[]")
        for message in report["messages"]
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/articles/",
        "/articles/?page=2",
        "/themes/anxiete/",
        ARTICLE,
        ARTICLE + "commentaires/nouveau/",
        "/regles/",
        "/nulle-part/",
    ],
)
def test_a_page_is_valid(site, client, tmp_path, path):
    assert findings(tmp_path, client.get(path).content.decode()) == []


@pytest.mark.parametrize(
    "path", ["/", ARTICLE, "/regles/", "/confidentialite/", "/accessibilite/", "/mentions-legales/"]
)
def test_what_the_portal_ships_with_is_valid(client, tmp_path, path):
    call_command("load_demo", verbosity=0)
    response = client.get(path)
    assert (response.status_code, findings(tmp_path, response.content.decode())) == (200, [])


def test_the_form_with_errors_is_valid(site, client, tmp_path):
    assert findings(tmp_path, client.post(ARTICLE + "commentaires/nouveau/", {}).content.decode()) == []


def test_the_form_of_an_answer_is_valid(site, client, tmp_path):
    parent = Comment.objects.published().first()
    response = client.get(f"{ARTICLE}commentaires/nouveau/?reponse={parent.pk}")
    assert findings(tmp_path, response.content.decode()) == []


def test_a_preview_is_valid(site, client, tmp_path):
    html = client.post(
        f"{ARTICLE}commentaires/nouveau/", filled(apercu="Aperçu", consent=None)
    ).content.decode()
    assert ("comment-form__preview" in html, findings(tmp_path, html)) == (True, [])


def test_a_page_of_a_discussion_and_the_newest_first_are_valid(site, client, tmp_path):
    root = Comment.objects.filter(article__live_slug="naltrexone-et-anxiete").first()
    for _each in range(11):
        make_comment(parent=make_comment(parent=root))
    for query in (f"fil={root.pk}", "ordre=recents"):
        html = client.get(f"{ARTICLE}commentaires/?{query}").content.decode()
        assert findings(tmp_path, html) == []


def test_the_form_after_a_missing_cookie_is_valid(site, tmp_path):
    response = Client(enforce_csrf_checks=True).post(ARTICLE + "commentaires/nouveau/", {"body": "Mon texte"})
    assert findings(tmp_path, response.content.decode()) == []


@pytest.mark.parametrize("status", Status.values)
def test_the_private_page_is_valid_in_every_state(site, client, tmp_path, status):
    comment = make_comment(status=status)
    token = OwnerToken.token_for(comment.idempotency_key)
    assert findings(tmp_path, client.get(f"/commentaires/suivi/{token}/").content.decode()) == []


@pytest.mark.parametrize(
    ("status", "path"),
    [
        (Status.CHANGES_REQUESTED, "modifier/"),
        (Status.REMOVED, "modifier/"),
        (Status.PUBLISHED, "retirer/"),
        (Status.WITHDRAWN, "retirer/annuler/"),
        (Status.REJECTED, "contester/"),
        (Status.REJECTED, "donnees/"),
        (Status.PUBLISHED, "effacer/"),
    ],
)
def test_the_pages_of_what_an_author_can_do_are_valid(site, client, tmp_path, status, path):
    comment = make_comment(status=status)
    address = f"/commentaires/suivi/{OwnerToken.token_for(comment.idempotency_key)}/{path}"
    assert findings(tmp_path, client.get(address).content.decode()) == []
    if path in {"modifier/", "contester/"}:
        assert findings(tmp_path, client.post(address, {"body": "", "text": ""}).content.decode()) == []


def test_the_private_page_with_two_texts_and_a_complaint_is_valid(site, client, tmp_path):
    comment = make_comment()
    for _each in range(2):
        comment.edit("Nouveau texte.")
        comment.reject(by=make_moderator(), revision=comment.proposed_revision, reason="Non.")
    comment.contest(comment.contestable()[0], "Si.")
    comment.edit("Encore un texte.")
    address = f"/commentaires/suivi/{OwnerToken.token_for(comment.idempotency_key)}/"
    for path in ("", "donnees/"):
        assert findings(tmp_path, client.get(address + path).content.decode()) == []


def test_the_pages_that_mails_lead_to_are_valid(site, client, tmp_path):
    confirmed, asked = make_reachable(follow="daily"), make_comment(status=Status.PENDING)
    confirm = f"/commentaires/courriel/{give_address(asked).token}/"
    stop = stop_address(confirmed.contributor, ANSWERS).removeprefix("http://localhost")
    follow, lost = f"{private_path(confirmed)}suivre/", "/commentaires/courriel/lien-perdu/"
    steps = [
        ("get", f"{private_path(asked)}suivre/", {}, 200),
        ("post", f"{private_path(asked)}suivre/", {"email": "ada"}, 422),
        ("get", confirm, {}, 200),
        ("post", confirm, {}, 200),
        ("get", confirm, {}, 404),
        ("get", follow, {}, 200),
        ("post", follow, {"follow": "each"}, 200),
        ("get", stop, {}, 200),
        ("post", stop, {"what": "answers"}, 200),
        ("post", stop, {"what": "all"}, 200),
        ("get", stop, {}, 200),
        ("get", lost, {}, 200),
        ("post", lost, {"email": "ada"}, 422),
        ("post", lost, {"email": "ada@example.org"}, 200),
    ]
    for method, address, data, status in steps:
        response = getattr(client, method)(address, data)
        assert (address, response.status_code, findings(tmp_path, response.content.decode())) == (
            address,
            status,
            [],
        )


def test_the_mails_are_valid(site, tmp_path):
    comment = make_reachable(status=Status.PENDING)
    comment.reject(by=make_moderator(), revision=comment.latest_revision, reason="Non & <non>.\n\nVraiment.")
    (mail,) = deliver()
    assert findings(tmp_path, mail.alternatives[0].content) == []


def test_the_question_about_personal_data_and_the_panel_for_distress_are_valid(site, client, tmp_path):
    body = "J’ai envie de mourir. Appelez-moi au 06 12 34 56 78 & <vite>."
    html = client.post(f"{ARTICLE}commentaires/nouveau/", filled(body=body)).content.decode()
    assert (html.count("3114") > 1, 'name="personal"' in html, findings(tmp_path, html)) == (True, True, [])


@pytest.mark.parametrize("motive", ["", "?motif=regles", "?motif=illicite"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_pages_that_report_a_comment_are_valid(site, client, tmp_path, motive, method):
    comment = Comment.objects.published().first()
    data = {"explanation": "Mon <texte>"} if method == "post" else {}
    response = getattr(client, method)(f"/commentaires/{comment.pk}/signaler/{motive}", data)
    assert findings(tmp_path, response.content.decode()) == []


@pytest.mark.parametrize("act", ["wait", "withdraw", "erase"])
def test_the_receipt_of_a_report_is_valid_in_every_state(site, client, tmp_path, act):
    comment = make_comment()
    notice = make_notice(
        comment, explanation="Mon <texte>\n\nen deux paragraphes", name='Léa "<b>"', law="Loi & co"
    )
    if act != "wait":
        getattr(comment, act)()
    path = f"/commentaires/signalements/{Notice.token_for(notice.idempotency_key)}/"
    assert findings(tmp_path, client.get(path).content.decode()) == []


def test_the_privacy_page_with_earlier_consents_is_valid(client, tmp_path):
    call_command("load_demo", verbosity=0)
    ConsentText.objects.create(text="Une autre\n\nformule & co")
    assert findings(tmp_path, client.get("/confidentialite/").content.decode()) == []


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_pages_of_last_resort_are_valid(tmp_path, name):
    assert findings(tmp_path, render_to_string(name)) == []
