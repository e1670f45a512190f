"""Valid HTML on every page for readers, by html-validate (npm; set up by make test where npm is found)."""

import json
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client

from articles.models import Page
from comments.mails import ANSWERS, stop_address
from comments.models import Comment, ConsentText, Notice, Status
from tests.comments.mailing import deliver, give_address, make_reachable, private_path
from tests.comments.posting import filled
from tests.factories import make_article, make_comment, make_demo_article, make_moderator, make_notice

VALIDATOR = Path(__file__).parents[1] / "tools" / "node_modules" / ".bin" / "html-validate"
ARTICLE = "/articles/naltrexone-et-anxiete/"
FORM = ARTICLE + "commentaires/nouveau/"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database,
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


def findings(tmp_path: Path, *pages: HttpResponse | str) -> list[str]:
    """What is wrong with the pages, each line with the number of its page, from 0. One run of the validator for all."""
    assert pages
    for number, page in enumerate(pages):
        html = page if isinstance(page, str) else page.content.decode()
        (tmp_path / f"{number}.html").write_text(html)
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps({"root": True, **RULES}))
    files = [f"{number}.html" for number in range(len(pages))]
    result = subprocess.run(
        [VALIDATOR, "--formatter", "json", *files], cwd=tmp_path, capture_output=True, text=True
    )
    return [
        f"{Path(report['filePath']).stem}: {message['ruleId']} {message['line']}: {message['message']}"
        for report in json.loads(result.stdout or "[]")
        for message in report["messages"]
    ]


def test_the_validator_finds_what_is_wrong_and_says_on_which_page(tmp_path):
    right = '<!doctype html><html lang="fr"><head><title>Oui</title></head><body><p>Oui</p></body></html>'
    wrong = right.replace("<p>", '<p id="x" id="y">')
    assert [line.split(":")[0] for line in findings(tmp_path, right, wrong)] == ["1"]


def test_every_page_for_readers_is_valid(site, client, tmp_path):
    paths = [
        "/",
        "/articles/",
        "/articles/?page=2",
        "/themes/anxiete/",
        ARTICLE,
        FORM,
        "/regles/",
        "/transparence/",
        "/nulle-part/",
    ]
    assert findings(tmp_path, *map(client.get, paths)) == []


def test_what_the_portal_ships_with_is_valid(client, tmp_path):
    call_command("load_demo", verbosity=0)
    paths = ["/", ARTICLE, "/regles/", "/confidentialite/", "/accessibilite/", "/mentions-legales/"]
    pages = [client.get(path) for path in paths]
    assert ([page.status_code for page in pages], findings(tmp_path, *pages)) == ([200] * 6, [])


def test_the_form_is_valid_in_every_state(site, client, tmp_path):
    parent = Comment.objects.published().first()
    preview = client.post(FORM, filled(apercu="Aperçu", consent=None))
    body = "J’ai envie de mourir. Appelez-moi au 06 12 34 56 78 & <vite>."
    asked = client.post(FORM, filled(body=body))
    without_cookie = Client(enforce_csrf_checks=True).post(FORM, {"body": "Mon texte"})
    answer = client.get(f"{FORM}?reponse={parent.pk}")
    assert "comment-form__preview" in preview.content.decode()
    assert [words in asked.content.decode() for words in ("tel:3114", 'name="personal"')] == [True, True]
    assert findings(tmp_path, client.post(FORM, {}), answer, preview, asked, without_cookie) == []


def test_a_page_of_a_discussion_and_the_newest_first_are_valid(site, client, tmp_path):
    root = Comment.objects.filter(article__live_slug="naltrexone-et-anxiete").first()
    for _each in range(11):
        make_comment(parent=make_comment(parent=root))
    queries = (f"fil={root.pk}", "ordre=recents")
    assert findings(tmp_path, *(client.get(f"{ARTICLE}commentaires/?{query}") for query in queries)) == []


def test_the_private_page_is_valid_in_every_state(site, client, tmp_path):
    pages = [client.get(private_path(make_comment(status=status))) for status in Status.values]
    assert findings(tmp_path, *pages) == []


def test_the_pages_of_what_an_author_can_do_are_valid(site, client, tmp_path):
    pages = []
    for status, path in [
        (Status.CHANGES_REQUESTED, "modifier/"),
        (Status.REMOVED, "modifier/"),
        (Status.PUBLISHED, "retirer/"),
        (Status.WITHDRAWN, "retirer/annuler/"),
        (Status.REJECTED, "contester/"),
        (Status.REJECTED, "donnees/"),
        (Status.PUBLISHED, "effacer/"),
    ]:
        address = private_path(make_comment(status=status)) + path
        pages.append(client.get(address))
        if path in {"modifier/", "contester/"}:
            pages.append(client.post(address, {"body": "", "text": ""}))
    assert findings(tmp_path, *pages) == []


def test_the_private_page_with_two_texts_and_a_complaint_is_valid(site, client, tmp_path):
    comment = make_comment()
    for _each in range(2):
        comment.edit("Nouveau texte.")
        comment.reject(by=make_moderator(), revision=comment.proposed_revision, reason="Non.")
    comment.contest(comment.contestable()[0], "Si.")
    comment.edit("Encore un texte.")
    assert findings(tmp_path, *(client.get(private_path(comment) + path) for path in ("", "donnees/"))) == []


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
    pages = [getattr(client, method)(address, data) for method, address, data, _status in steps]
    assert [page.status_code for page in pages] == [status for *_step, status in steps]
    assert findings(tmp_path, *pages) == []


def test_the_mails_are_valid(site, tmp_path):
    comment = make_reachable(status=Status.PENDING)
    comment.reject(by=make_moderator(), revision=comment.latest_revision, reason="Non & <non>.\n\nVraiment.")
    (mail,) = deliver()
    assert findings(tmp_path, mail.alternatives[0].content) == []


def test_the_pages_that_report_a_comment_are_valid(site, client, tmp_path):
    report = f"/commentaires/{Comment.objects.published().first().pk}/signaler/"
    pages = []
    for motive in ("", "?motif=regles", "?motif=illicite"):
        pages += [client.get(report + motive), client.post(report + motive, {"explanation": "Mon <texte>"})]
    assert findings(tmp_path, *pages) == []


def test_the_receipt_of_a_report_is_valid_in_every_state(site, client, tmp_path):
    pages = []
    for act in (None, "withdraw", "erase"):
        comment = make_comment()
        notice = make_notice(
            comment, explanation="Mon <texte>\n\nen deux paragraphes", name='Léa "<b>"', law="Loi & co"
        )
        if act:
            getattr(comment, act)()
        path = f"/commentaires/signalements/{Notice.token_for(notice.idempotency_key)}/"
        pages.append(client.get(path))
    assert findings(tmp_path, *pages) == []


def test_the_pages_of_a_report_that_was_answered_are_valid(site, client, tmp_path):
    notice = make_notice(make_comment())
    path = f"/commentaires/signalements/{Notice.token_for(notice.idempotency_key)}/"
    kept = notice.keep_comment(
        by=make_moderator(), revision=notice.comment.public_revision, reason="<Non> & non"
    )
    contest = f"{path}contester/"
    pages = [client.get(path), client.get(contest), client.post(contest, {"text": ""})]
    notice.contest(kept, "Si, <si> !").dismiss(by=make_moderator(), words="Non <encore>\n\net non")
    pages += [client.get(path), client.get(contest)]
    assert findings(tmp_path, *pages) == []


def test_the_letters_to_who_reported_are_valid(client, tmp_path):
    notice = make_notice(make_comment(), kind="illegal", name="Léa", email="lea@example.org")
    comment, ben = notice.comment, make_moderator()
    kept = notice.keep_comment(by=ben, revision=comment.public_revision, reason="<Non> & non\n\nnon")
    notice.contest(kept, "Si.").uphold(by=ben, revision=comment.public_revision, words="Oui <oui>")
    comment.refresh_from_db()
    comment.restore(by=ben, revision=comment.public_revision)
    letters = [mail.alternatives[0].content for mail in deliver()]
    # Of the notice that it is received and kept, of the complaint, and that this was taken back.
    assert (len(letters), findings(tmp_path, *letters)) == (4, [])


def test_the_privacy_page_with_earlier_consents_is_valid(client, tmp_path):
    call_command("load_demo", verbosity=0)
    ConsentText.objects.create(text="Une autre\n\nformule & co")
    assert findings(tmp_path, client.get("/confidentialite/")) == []


def test_the_pages_of_last_resort_are_valid(tmp_path):
    assert findings(tmp_path, *map(render_to_string, ("400.html", "500.html"))) == []
