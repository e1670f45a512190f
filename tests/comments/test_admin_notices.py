"""The moderators' pages of reports and complaints: what they show, do and refuse."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.models import Category, Comment, Complaint, Notice, Revision, Status
from tests.factories import (
    decisions_of,
    make_article,
    make_chief_editor,
    make_comment,
    make_editor,
    make_moderator,
    make_notice,
    make_superuser,
)

pytestmark = pytest.mark.django_db

NOTICES, COMPLAINTS = "admin:comments_notice_changelist", "admin:comments_complaint_changelist"
WORDS = "Nous avons relu ce texte."


@pytest.fixture
def ben(client):
    moderator = make_moderator()
    client.force_login(moderator)
    return moderator


@pytest.fixture
def bea(client):
    """Ben decides in the factories; Bea looks at it again."""
    moderator = make_moderator("bea")
    client.force_login(moderator)
    return moderator


def page(row: Notice | Complaint, view: str = "change") -> str:
    return reverse(f"admin:comments_{row._meta.model_name}_{view}", args=[row.pk])


def html_of(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def keep_data(notice: Notice, **changes: str) -> dict[str, str]:
    public = notice.comment.public_revision_id
    return {"verb": "keep", "revision": public, "keep-letter": "", "keep-reason": WORDS, **changes}


def remove_data(notice: Notice, **changes: str) -> dict[str, str]:
    comment = notice.comment
    data = {"verb": "remove", "letter": "", "reason": WORDS, "ground": "rules", "clause": ""}
    return {**data, "revision": comment.revision_in_question.pk, **changes}


def contested_keeping() -> Complaint:
    notice = make_notice(make_comment(), explanation="Il vend des gélules.")
    revision = notice.comment.public_revision
    notice.keep_comment(by=make_moderator(), revision=revision, reason="Un témoignage.")
    return notice.contest(notice.decision, "Relisez le deuxième paragraphe.")


def contested(status: str = Status.REJECTED) -> Complaint:
    comment = make_comment(status=status, text="Mon expérience.")
    return comment.contest(comment.contestable()[0], "C’est une erreur.")


# The reports.


def test_the_reports_of_one_comment_stand_once_by_deadline_with_their_number(client, ben):
    comment = make_comment()
    first = make_notice(comment)
    others = [make_notice(comment), make_notice(comment)]
    late = make_notice(make_comment())
    Notice.objects.filter(pk=late.pk).update(created=timezone.now() - timedelta(days=10))
    html = html_of(client, reverse(NOTICES))
    assert html.index(late.reference) < html.index(first.reference)
    assert [each.reference in html for each in others] == [False, False]
    assert (html.count("is-overdue"), '<td class="field-together">3</td>' in html) == (1, True)
    shown = html_of(client, f"{reverse(NOTICES)}?state=all")
    assert [each.reference in shown for each in (first, *others, late)] == [True] * 4


def test_the_page_shows_every_report_of_the_comment_and_both_texts(client, ben):
    comment = make_comment(text="Achetez chez moi.")
    notice = make_notice(comment, explanation="De la publicité.")
    comment.edit("Achetez, c’est moins cher.")
    comment.publish(by=ben, revision=comment.proposed_revision)
    make_notice(comment, explanation="Une arnaque.", kind=Notice.Kind.ILLEGAL, name="Léa Martin", law="Vente")
    comment.edit("Un texte qui attend.")
    html = html_of(client, page(notice))
    for shown in ("De la publicité.", "Une arnaque.", "Léa Martin", "Vente", "Achetez chez moi."):
        assert shown in html
    assert ("Achetez, c’est moins cher." in html, "Un texte qui attend." in html) == (True, True)


def test_leaving_a_comment_in_place_answers_all_and_says_what_is_next(client, ben):
    notice = make_notice(make_comment())
    make_notice(notice.comment)
    following = make_notice(make_comment())
    response = client.post(page(notice, "decide"), keep_data(notice), follow=True)
    html = response.content.decode()
    assert response.redirect_chain == [(page(notice), 302)]
    assert ("2 signalements ont reçu leur réponse." in html, page(following) in html) == (True, True)
    assert (decisions_of(notice.comment), notice.comment.decisions.last().reason) == (
        ["post", "publish", "keep"],
        WORDS,
    )


def test_ready_words_and_own_ones_go_together(client, ben):
    notice = make_notice(make_comment())
    client.post(page(notice, "decide"), keep_data(notice, **{"keep-letter": "opinion"}))
    reason = notice.comment.decisions.last().reason
    assert (reason.startswith("Ce commentaire exprime un avis"), reason.endswith(f"\n\n{WORDS}")) == (
        True,
        True,
    )


def test_removing_a_comment_keeps_the_ground_and_says_at_whose_instance(client, ben):
    notice = make_notice(make_comment())
    client.post(
        page(notice, "decide"),
        remove_data(notice, ground="law", clause="CSP L5122", category=Category.PRODUCTS),
    )
    decision = notice.comment.decisions.last()
    assert (decision.action, decision.ground, decision.clause, decision.source, decision.actor) == (
        "remove",
        "law",
        "CSP L5122",
        "notice",
        ben,
    )


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (lambda notice: keep_data(notice, **{"keep-reason": " "}), "keep_form"),
        (lambda notice: remove_data(notice, reason=""), "remove_form"),
        (lambda notice: remove_data(notice, ground="law"), "remove_form"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_decided(client, ben, data, field):
    notice = make_notice(make_comment())
    response = client.post(page(notice, "decide"), data(notice))
    assert (response.status_code, bool(response.context[field].errors)) == (422, True)
    assert decisions_of(notice.comment) == ["post", "publish"]


@pytest.mark.parametrize("revision", ["", "0", "x"])
def test_a_report_is_not_answered_without_the_text_that_was_read(client, ben, revision):
    notice = make_notice(make_comment())
    response = client.post(page(notice, "decide"), keep_data(notice, revision=revision))
    assert (response.status_code, decisions_of(notice.comment)) == (409, ["post", "publish"])


def test_who_comes_second_is_told_by_whom_and_keeps_the_words(client, ben):
    notice = make_notice(make_comment())
    data = remove_data(notice)
    bea = make_moderator("bea")
    notice.keep_comment(by=bea, revision=notice.comment.public_revision, reason="Un témoignage.")
    response = client.post(page(notice, "decide"), data)
    html = response.content.decode()
    assert (response.status_code, "par bea" in html, WORDS in html) == (409, True, True)
    assert decisions_of(notice.comment) == ["post", "publish", "keep"]


def test_how_often_a_notifier_was_wrong_is_shown_where_there_is_an_address(client, ben):
    def illegal(comment: Comment) -> Notice:
        return make_notice(comment, kind=Notice.Kind.ILLEGAL, email="lea@example.org", name="Léa Martin")

    old = illegal(make_comment())
    old.keep_comment(by=ben, revision=old.comment.public_revision, reason=WORDS)
    now = illegal(make_comment())
    make_notice(now.comment)
    html = html_of(client, page(now))
    assert "tranchés : 1, dont infondés : 1" in html.replace("\xa0", " ").replace("\u202f", " ")
    assert (html.count("inconnu, faute d’adresse"), "lea@example.org" in html) == (1, False)


# The complaints.


def test_the_open_complaints_are_listed_by_deadline_and_the_others_on_request(client, bea):
    done, waits, late = contested(), contested_keeping(), contested()
    done.dismiss(by=bea, words=WORDS)
    Complaint.objects.filter(pk=late.pk).update(created=timezone.now() - timedelta(days=30))
    html = html_of(client, reverse(COMPLAINTS))
    assert [page(each) in html for each in (done, waits, late)] == [False, True, True]
    assert (html.index(page(late)) < html.index(page(waits)), html.count("is-overdue")) == (True, 1)
    shown = html_of(client, f"{reverse(COMPLAINTS)}?state=all")
    assert shown.index(page(waits)) < shown.index(page(done))


def test_the_page_of_a_complaint_shows_what_a_second_look_needs(client, bea):
    complaint = contested()
    html = html_of(client, page(complaint))
    for shown in ("C’est une erreur.", "Mon expérience.", "Refusé pour ce test.", "ben"):
        assert shown in html
    complaint = contested_keeping()
    html = html_of(client, page(complaint))
    for shown in ("Relisez le deuxième paragraphe.", "Il vend des gélules.", "Un témoignage."):
        assert shown in html


def test_an_author_who_is_right_is_published(client, bea):
    complaint = contested()
    data = {"verb": "uphold", "revision": complaint.revision_in_question.pk, "uphold-reason": WORDS}
    response = client.post(page(complaint, "decide"), data)
    assert (response.status_code, response.url) == (302, page(complaint))
    complaint.refresh_from_db()
    comment = complaint.decision.comment
    comment.refresh_from_db()
    assert (complaint.outcome, comment.status, comment.decisions.last().source) == (
        "upheld",
        "published",
        "complaint",
    )


def test_a_notifier_who_is_right_has_the_comment_removed_with_a_reason(client, bea):
    complaint = contested_keeping()
    data = {"verb": "uphold", "revision": complaint.revision_in_question.pk, "ground": "rules"}
    response = client.post(page(complaint, "decide"), data)
    assert (response.status_code, "reason" in response.context["uphold_form"].errors) == (422, True)
    client.post(page(complaint, "decide"), {**data, "reason": WORDS})
    comment = Comment.objects.get()
    assert (comment.status, comment.decisions.last().reason) == ("removed", WORDS)


def test_a_dismissal_needs_words(client, bea):
    complaint = contested()
    response = client.post(page(complaint, "decide"), {"verb": "dismiss", "dismiss-reason": ""})
    assert (response.status_code, "reason" in response.context["dismiss_form"].errors) == (422, True)
    client.post(page(complaint, "decide"), {"verb": "dismiss", "dismiss-reason": WORDS})
    complaint.refresh_from_db()
    assert (complaint.outcome, complaint.answer, complaint.decided_by) == ("dismissed", WORDS, bea)


def test_whoever_took_the_decision_gets_no_buttons_and_is_refused(client, bea, ben):
    complaint = contested()
    html = html_of(client, page(complaint))
    assert ("une autre personne de la modération" in html, 'name="verb"' in html) == (True, False)
    response = client.post(page(complaint, "decide"), {"verb": "dismiss", "dismiss-reason": WORDS})
    assert (response.status_code, WORDS in response.content.decode()) == (409, True)
    assert Complaint.objects.open().count() == 1


def test_a_moderator_alone_is_told_that_this_will_be_said(client, ben):
    html = html_of(client, page(contested()))
    assert ("il n’y a pas d’autre modérateur" in html, 'name="verb"' in html) == (True, True)


def test_the_second_to_answer_a_complaint_is_told_by_whom(client, bea):
    complaint = contested()
    complaint.dismiss(by=make_moderator("max"), words="Elle tient.")
    response = client.post(page(complaint, "decide"), {"verb": "dismiss", "dismiss-reason": WORDS})
    html = response.content.decode()
    assert (response.status_code, "par max" in html, WORDS in html) == (409, True, True)


# Both.


@pytest.mark.parametrize("make", [lambda: make_notice(make_comment()), contested, contested_keeping])
def test_only_moderators_see_and_decide(client, make):
    row = make()
    found = {}
    for who, user in (("editor", make_editor()), ("chief", make_chief_editor()), ("root", make_superuser())):
        client.force_login(user)
        found[who] = [
            client.get(page(row)).status_code,
            client.post(
                page(row, "decide"), {"verb": "remove" if isinstance(row, Notice) else "dismiss"}
            ).status_code,
            client.post(page(row), {}).status_code,
        ]
    assert found == {"editor": [403, 403, 403], "chief": [403, 403, 403], "root": [200, 422, 405]}


@pytest.mark.parametrize("make", [lambda: make_notice(make_comment()), contested])
def test_what_no_button_sends_decides_nothing(client, bea, make):
    row = make()
    data = {"verb": "else", "reason": WORDS, "uphold-reason": WORDS, "revision": Revision.objects.first().pk}
    for method, sent in ((client.get, {}), (client.post, data)):
        response = method(page(row, "decide"), sent)
        assert (response.status_code, response.url) == (302, page(row))
    assert (Notice.objects.open().count(), Complaint.objects.open().count()) in {(1, 0), (0, 1)}


@pytest.mark.parametrize("n", [1, 3])
def test_the_pages_cost_the_same_for_any_number(client, bea, n, django_assert_num_queries):
    article = make_article()
    comment = make_comment(article=article)
    for number in range(n):
        make_notice(comment, kind=Notice.Kind.ILLEGAL, email=f"lea{number}@example.org", name="Léa")
        contested()
    # Session, user, two of permissions, the number, the rows, which are covered; for the filter of the kind none.
    with django_assert_num_queries(7):
        client.get(reverse(NOTICES))
    with django_assert_num_queries(7):
        client.get(reverse(COMPLAINTS))
    with django_assert_num_queries(14):
        client.get(page(Notice.objects.first()))
    with django_assert_num_queries(9):
        client.get(page(Complaint.objects.first()))


def test_an_answer_costs_the_same_for_any_number_of_reports(ben, django_assert_num_queries):
    for number in (1, 3):
        notice = make_notice(make_comment())
        for _other in range(number - 1):
            make_notice(notice.comment)
        revision = notice.comment.public_revision
        # Twelve, and the savepoints of three verbs one in the other.
        with django_assert_num_queries(18):
            notice.keep_comment(by=ben, revision=revision, reason=WORDS)
