"""The reasons that administrators edit: what moderators are offered, what a decision keeps, what the author reads."""

import re

import pytest
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.template import Context, Template

from comments import mails
from comments.admin.forms import DecisionForm, ReasonForm
from comments.admin.verbs import ASK_CHANGES, PUBLISH, REJECT, REMOVE
from comments.models import Category, Reason, Status
from ldnportal.markup.typography import typeset_text
from tests.comments.mailing import deliver, make_reachable, private_path
from tests.factories import (
    make_administrator,
    make_chief_editor,
    make_comment,
    make_moderator,
    make_reason,
)

pytestmark = pytest.mark.django_db

PATH = "/admin/comments/reason/"
HOSTILE = "<script>alert(1)</script>"


def offered(*verbs) -> list[str]:
    return [reason.title for reason in ReasonForm(verbs=list(verbs)).fields["letter"].queryset]


def why(verb, *, beside=(), **said) -> tuple[dict[str, str], list[str]]:
    """What the form makes of it, and the names of the fields with errors."""
    form = ReasonForm({"reason": "", **said}, verbs=[verb, *beside])
    assert form.is_valid()
    return form.why(verb), list(form.errors)


def test_the_site_comes_with_five_reasons_in_their_order():
    rows = Reason.objects.values_list("title", "ground", "active")
    assert list(rows) == [
        ("Conseil de traitement", "rules", True),
        ("Données personnelles", "rules", True),
        ("Propos blessants", "rules", True),
        ("Vente ou publicité", "rules", True),
        ("Affirmation trompeuse", "rules", True),
    ]


def test_only_active_reasons_that_fit_the_decision_are_offered():
    Reason.objects.all().delete()
    make_reason("Fermé", active=False)
    make_reason("Partout", position=3)
    make_reason("À corriger", for_rejection=False, for_removal=False, position=2)
    make_reason("À retirer", for_changes=False, for_rejection=False, position=1)
    assert (offered(ASK_CHANGES), offered(REJECT), offered(REMOVE)) == (
        ["À corriger", "Partout"],
        ["Partout"],
        ["À retirer", "Partout"],
    )
    assert offered(PUBLISH, ASK_CHANGES, REJECT) == ["À corriger", "Partout"]


def test_each_choice_shows_its_whole_letter_and_for_what_it_is_meant():
    Reason.objects.all().delete()
    make_reason("Premier", letter=f"Une ligne {HOSTILE}\nL’autre.")
    make_reason("Second", for_rejection=False)
    html = str(ReasonForm(verbs=[ASK_CHANGES, REJECT])["letter"])
    assert "Une ligne &lt;script&gt;alert(1)&lt;/script&gt;<br>L’autre." in html
    assert re.findall(r"<em>.*?</em>", html) == [f"<em>(seulement\u00a0: {ASK_CHANGES.label})</em>"]


def test_the_reason_that_is_chosen_brings_its_words_ground_clause_and_category():
    law = make_reason("Vente", ground="law", clause="CSP L5122", category=Category.PRODUCTS)
    assert why(REJECT, letter=law.pk) == (
        {
            "reason": law.letter,
            "ground": "law",
            "clause": "CSP L5122",
            "category": "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
        },
        [],
    )


def test_own_words_stand_below_the_letter_or_alone():
    reason = make_reason()
    below, alone = why(REJECT, letter=reason.pk, reason=" Voilà. "), why(REJECT, reason="Voilà.")
    assert below[0]["reason"] == f"{reason.letter}\n\nVoilà."
    assert alone[0] == {
        "reason": "Voilà.",
        "ground": "rules",
        "clause": "",
        "category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    }


def test_what_is_filled_in_takes_the_place_of_the_reason_s_own():
    reason = make_reason(category=Category.SPEECH)
    said = {
        "letter": reason.pk,
        "ground": "law",
        "clause": "Loi de 1881",
        "category": Category.VIOLENCE.value,
    }
    assert why(REMOVE, **said) == (
        {
            "reason": reason.letter,
            "ground": "law",
            "clause": "Loi de 1881",
            "category": "STATEMENT_CATEGORY_VIOLENCE",
        },
        [],
    )


def test_a_rule_of_the_site_is_no_law_and_a_law_no_rule():
    rule, law = make_reason("Règle"), make_reason("Loi", ground="law", clause="CSP L5122")
    assert why(REJECT, letter=rule.pk, ground="law") == ({}, ["clause"])
    assert why(REJECT, letter=law.pk, ground="rules")[0]["clause"] == ""


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        ({}, ["reason"]),
        ({"reason": " \n "}, ["reason"]),
        ({"reason": "Voilà.", "ground": "law", "clause": "CSP L5122"}, ["category"]),
        ({"reason": "Voilà.", "ground": "law"}, ["clause", "category"]),
    ],
)
def test_what_is_missing_is_asked_for(said, errors):
    assert why(REJECT, **said) == ({}, errors)


def test_a_reason_for_another_decision_is_refused():
    reason = make_reason(for_rejection=False)
    assert why(REJECT, beside=[ASK_CHANGES], letter=reason.pk) == ({}, ["letter"])
    assert why(ASK_CHANGES, beside=[REJECT], letter=reason.pk)[0]["clause"] == reason.clause


def test_a_request_for_changes_needs_no_ground_of_its_own():
    found = why(ASK_CHANGES, beside=[REJECT], reason="Voilà.", ground="law")
    assert found == ({"reason": "Voilà."}, [])


def test_publishing_asks_for_no_reason():
    comment = make_comment(status=Status.PENDING)
    data = {"verb": "publish", "revision": comment.latest_revision.pk}
    assert DecisionForm(data, verbs=[PUBLISH, REJECT]).decision() == (PUBLISH, {})


def test_what_was_said_stays_when_the_reason_is_changed_or_deleted():
    reason = make_reason()
    comment = make_comment(status=Status.PENDING)
    said, _errors = why(REJECT, letter=reason.pk)
    decision = comment.reject(by=make_moderator(), revision=comment.latest_revision, **said)
    Reason.objects.update(letter="Autre chose.", clause="Autre règle")
    Reason.objects.all().delete()
    decision.refresh_from_db()
    assert (decision.reason, decision.clause) == (reason.letter, reason.clause)


@pytest.mark.parametrize(
    "wrong",
    [
        {"letter": ""},
        {"clause": ""},
        {"for_changes": False, "for_rejection": False, "for_removal": False},
        {"category": "STATEMENT_CATEGORY_INVENTED"},
        {"ground": "taste"},
    ],
)
def test_the_database_refuses_half_a_reason(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_reason(**wrong)


# In the admin.


def test_an_administrator_writes_a_reason_and_moderators_are_offered_it(client):
    client.force_login(make_administrator())
    data = {
        "title": "Hors sujet",
        "letter": "Votre commentaire ne parle pas de l’article.",
        "ground": "rules",
        "clause": "Parler de l’article",
        "category": Category.OTHER.value,
        "for_rejection": "on",
        "position": "5",
        "active": "on",
    }
    response = client.post(f"{PATH}add/", data)
    assert (response.status_code, offered(REJECT)[0]) == (302, "Hors sujet")
    refused = client.post(f"{PATH}add/", {**data, "for_rejection": ""})
    assert (refused.status_code, Reason.objects.filter(title="Hors sujet").count()) == (200, 1)
    assert "Indiquez pour quelle décision ce motif est prévu." in refused.content.decode()


def test_a_moderator_reads_the_reasons_and_finds_the_statements(client):
    client.force_login(make_moderator())
    html = client.get(PATH).content.decode()
    assert ("Conseil de traitement" in html, f'href="{PATH}statements/"' in html) == (True, True)


def test_the_page_of_a_comment_keeps_what_was_chosen_when_something_is_missing(client):
    client.force_login(make_moderator())
    comment, reason = make_comment(status=Status.PENDING), make_reason()
    data = {
        "verb": "reject",
        "revision": comment.latest_revision.pk,
        "letter": reason.pk,
        "reason": "Mes mots.",
        "ground": "law",
        "category": Category.SPEECH.value,
    }
    response = client.post(f"/admin/comments/comment/{comment.pk}/decide/", data)
    form = response.context["decision_form"]
    assert (response.status_code, list(form.errors)) == (422, ["clause"])
    assert [form[name].value() for name in ("letter", "reason", "category")] == [
        str(reason.pk),
        "Mes mots.",
        Category.SPEECH.value,
    ]


# The letter before it is sent.


@pytest.mark.parametrize(
    ("verb", "action", "before", "new_text"),
    [
        ("publish", "publish", Status.PENDING, False),
        ("ask_changes", "ask_changes", Status.PENDING, False),
        ("reject", "reject", Status.PENDING, False),
        ("remove", "remove", Status.PUBLISHED, False),
        ("restore", "restore", Status.REMOVED, False),
        ("ask_changes", "ask_changes", Status.PUBLISHED, True),
        ("reject", "reject", Status.PUBLISHED, True),
    ],
)
def test_the_letter_shown_before_is_the_one_that_the_author_gets(verb, action, before, new_text):
    comment = make_reachable(status=before)
    if new_text:
        comment.edit("Un nouveau texte.")
    said = {}
    if verb in {"ask_changes", "reject", "remove"}:
        said = {
            "reason": "Une phrase.\nUne autre.",
            "ground": "rules",
            "clause": "Ni dose",
            "source": "notice",
        }
    shown = mails.preview(comment, action, **said)
    getattr(comment, verb)(by=make_moderator(), revision=comment.revision_in_question, **said)
    (mail,) = deliver()
    assert typeset_text(shown.subject) == typeset_text(mail.subject)
    head, _label, _rest = mail.body.partition("Votre page privée")
    assert shown.text().partition("Votre page privée")[0] == head
    assert private_path(comment) not in shown.text()


def test_a_letter_against_the_author_says_who_decided_how_far_it_goes_and_what_can_be_done():
    comment = make_reachable(status=Status.PUBLISHED)
    said = {"reason": "Voilà.", "source": "notice", "automated_detection": True}
    comment.remove(by=make_moderator(), revision=comment.latest_revision, **said)
    (mail,) = deliver()
    for body in (mail.body, mail.alternatives[0].content):
        for words in ("à la suite d’un signalement", "Un programme avait", "sans date de fin", "six mois"):
            assert words in body


@pytest.mark.parametrize(("verb", "before"), [("reject", Status.PENDING), ("ask_changes", Status.PENDING)])
def test_who_gets_no_mail_reads_the_same_on_the_private_page(client, verb, before):
    comment = make_comment(status=before)
    said = {"reason": "Voilà.", "source": "notice", "automated_detection": True}
    getattr(comment, verb)(by=make_moderator(), revision=comment.latest_revision, **said)
    html = client.get(private_path(comment)).content.decode()
    final = verb == "reject"
    assert [words in html for words in ("à la suite d’un signalement", "Un programme avait")] == [True, True]
    assert [words in html for words in ("sans date de fin", "saisir la justice")] == [final, final]


def test_of_spam_no_letter_is_shown():
    comment = make_comment(status=Status.PENDING)
    assert mails.preview(comment, "spam") is None


@pytest.mark.parametrize(
    ("reachable", "words"), [(True, "reçoit cet e-mail"), (False, "n’a pas donné d’adresse")]
)
def test_the_tag_shows_the_letter_and_says_whether_it_is_mailed(reachable, words):
    comment = (make_reachable if reachable else make_comment)(status=Status.PENDING)
    template = Template("{% load reasons %}{% letter_preview comment 'reject' said %}")
    html = template.render(Context({"comment": comment, "said": {"reason": HOSTILE}}))
    assert (words in html, HOSTILE in html, "&lt;script&gt;" in html) == (True, False, True)
    assert "n’a pas été publié" in html


def test_a_chief_editor_has_no_access_to_the_reasons(client):
    client.force_login(make_chief_editor())
    assert [client.get(path).status_code for path in (PATH, f"{PATH}statements/")] == [403, 403]


def test_the_reasons_are_registered():
    assert admin.site.is_registered(Reason)
