"""
Who may do what in the back office: role × address × method, over every address that the admin has.

The addresses come from the URL configuration: one that has no rule here fails.
"""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils.timezone import localdate

from articles.models import Link, Page, Review, Version
from comments.models import CheckSetting, ConsentText, Contributor, Decision, HelpPanel, Reason, Status
from ldnportal.mail.models import Outbox
from tests.factories import (
    make_administrator,
    make_article,
    make_chief_editor,
    make_comment,
    make_editor,
    make_image,
    make_moderator,
    make_notice,
    make_person,
    make_reviewer,
    make_superuser,
    make_topic,
)

pytestmark = pytest.mark.django_db

# w: rédacteur who answers for the article (writer) · o: another rédacteur · r: relecteur · c: éditeur en chef ·
# m: modérateur · a: administrateur · s: superuser · n: nobody logged in
ROLES = "worcmasn"

# By the name of an address: who gets an answer to GET, and who to POST. Everybody else is refused.
RULES: dict[str, tuple[str, str]] = {
    "app_list": ("worcas", "worcas"),
    "articles_article_add": ("wocas", "wocas"),
    "articles_article_availability": ("cas", "cas"),
    "articles_article_change": ("worcas", "wcas"),
    "articles_article_changelist": ("worcas", "worcas"),
    "articles_article_compare": ("worcas", ""),
    "articles_article_delete": ("cas", "cas"),
    "articles_article_discard": ("wcas", "wcas"),
    "articles_article_history": ("worcas", "worcas"),
    "articles_article_merge": ("wcas", "wcas"),
    "articles_article_notes": ("worcas", "worcas"),
    "articles_article_presence": ("", "wcas"),
    "articles_article_publish": ("cas", "cas"),
    "articles_article_report": ("worcas", "worcas"),
    "articles_article_report_link": ("wocas", "wocas"),
    "articles_article_restore": ("wcas", "wcas"),
    "articles_article_review": ("rcas", ""),
    "articles_article_schedule": ("cas", "cas"),
    "articles_article_thumbnail": ("worcas", "worcas"),
    "articles_article_version": ("worcas", ""),
    "articles_article_versions": ("worcas", ""),
    "articles_comparison_add": ("", ""),
    "articles_comparison_change": ("worcas", "wcas"),
    # Leads on to the list of articles, which has a rule of its own.
    "articles_comparison_changelist": ("worcmas", "worcmas"),
    "articles_comparison_delete": ("wcas", "wcas"),
    "articles_comparison_history": ("worcas", "worcas"),
    "articles_image_add": ("wocas", "wocas"),
    "articles_image_change": ("worcas", "wocas"),
    "articles_image_changelist": ("worcas", "worcas"),
    "articles_image_delete": ("cas", "cas"),
    "articles_image_history": ("worcas", "worcas"),
    "articles_page_add": ("cas", "cas"),
    "articles_page_change": ("worcas", "cas"),
    "articles_page_changelist": ("worcas", "worcas"),
    "articles_page_delete": ("cas", "cas"),
    "articles_page_history": ("worcas", "worcas"),
    "articles_person_add": ("cas", "cas"),
    "articles_person_change": ("worcas", "cas"),
    "articles_person_changelist": ("worcas", "worcas"),
    "articles_person_delete": ("cas", "cas"),
    "articles_person_history": ("worcas", "worcas"),
    "articles_review_add": ("", ""),
    "articles_review_change": ("worcas", ""),
    "articles_review_changelist": ("worcas", "worcas"),
    "articles_review_delete": ("", ""),
    "articles_review_history": ("worcas", "worcas"),
    "articles_topic_add": ("cas", "cas"),
    "articles_topic_change": ("worcas", "cas"),
    "articles_topic_changelist": ("worcas", "worcas"),
    "articles_topic_delete": ("cas", "cas"),
    "articles_topic_history": ("worcas", "worcas"),
    "auth_group_add": ("as", "as"),
    "auth_group_change": ("as", "as"),
    "auth_group_changelist": ("as", "as"),
    "auth_group_delete": ("as", "as"),
    "auth_group_history": ("as", "as"),
    "auth_user_password_change": ("as", "as"),
    # Nothing is looked up that way.
    "autocomplete": ("", ""),
    "comments_checksetting_add": ("", ""),
    "comments_checksetting_change": ("mas", "as"),
    "comments_checksetting_changelist": ("mas", "mas"),
    "comments_checksetting_delete": ("", ""),
    "comments_checksetting_history": ("mas", "mas"),
    "comments_comment_add": ("", ""),
    "comments_comment_answer": ("mas", "mas"),
    "comments_comment_change": ("cmas", ""),
    "comments_comment_changelist": ("cmas", "cmas"),
    "comments_comment_confirm": ("mas", "mas"),
    "comments_comment_cover": ("", "mas"),
    "comments_comment_decide": ("mas", "mas"),
    "comments_comment_delete": ("", ""),
    # Leads on to the comment, which has a rule of its own.
    "comments_comment_history": ("worcmas", "worcmas"),
    "comments_comment_journal": ("mas", ""),
    "comments_comment_note": ("mas", "mas"),
    "comments_comment_pause": ("mas", "mas"),
    "comments_comment_redact": ("mas", "mas"),
    "comments_comment_restrict": ("mas", "mas"),
    "comments_comment_undo": ("mas", "mas"),
    "comments_complaint_add": ("", ""),
    "comments_complaint_change": ("mas", ""),
    "comments_complaint_changelist": ("mas", "mas"),
    "comments_complaint_decide": ("mas", "mas"),
    "comments_complaint_delete": ("", ""),
    "comments_complaint_history": ("mas", "mas"),
    "comments_consenttext_add": ("as", "as"),
    "comments_consenttext_change": ("mas", ""),
    "comments_consenttext_changelist": ("mas", "mas"),
    "comments_consenttext_delete": ("", ""),
    "comments_consenttext_history": ("mas", "mas"),
    # Leads on to the queue.
    "comments_contributor_changelist": ("mas", "mas"),
    "comments_contributor_change": ("mas", ""),
    "comments_contributor_lift": ("", "mas"),
    "comments_contributor_note": ("", "mas"),
    "comments_decision_add": ("", ""),
    "comments_decision_change": ("mas", ""),
    "comments_decision_changelist": ("mas", "mas"),
    # Files: only for whoever an administrator lets take the log away.
    "comments_decision_csv": ("as", ""),
    "comments_decision_delete": ("", ""),
    "comments_decision_history": ("mas", "mas"),
    "comments_decision_json": ("as", ""),
    # There is one already.
    "comments_helppanel_add": ("as", "as"),
    "comments_helppanel_change": ("mas", "as"),
    # Leads on to the panel, which has a rule of its own.
    "comments_helppanel_changelist": ("mas", "mas"),
    "comments_helppanel_delete": ("", ""),
    "comments_helppanel_history": ("mas", "mas"),
    "comments_notice_add": ("", ""),
    "comments_notice_change": ("mas", ""),
    "comments_notice_changelist": ("mas", "mas"),
    "comments_notice_decide": ("mas", "mas"),
    "comments_notice_delete": ("", ""),
    "comments_notice_history": ("mas", "mas"),
    "comments_rereview_changelist": ("mas", "mas"),
    "comments_rereview_statistics": ("mas", "mas"),
    "comments_rereview_verdict": ("", "mas"),
    "comments_reason_add": ("as", "as"),
    "comments_reason_change": ("mas", "as"),
    "comments_reason_changelist": ("mas", "mas"),
    "comments_reason_delete": ("as", "as"),
    "comments_reason_history": ("mas", "mas"),
    "comments_reason_statements": ("mas", "mas"),
    "index": ("worcmas", "worcmas"),
    "jsi18n": ("worcmas", ""),
    "login": ("worcmasn", "worcmasn"),
    "logout": ("n", "worcmasn"),
    "mail_outbox_add": ("", ""),
    "mail_outbox_change": ("as", ""),
    "mail_outbox_changelist": ("as", "as"),
    "mail_outbox_delete": ("", ""),
    "mail_outbox_history": ("as", "as"),
    "password_change": ("worcmas", "worcmas"),
    "password_change_done": ("worcmas", ""),
    "staff_user_add": ("as", "as"),
    "staff_user_change": ("as", "as"),
    "staff_user_changelist": ("as", "as"),
    "staff_user_delete": ("as", "as"),
    "staff_user_history": ("as", "as"),
    "view_on_site": ("", ""),
}


def named(patterns, found: dict[str, URLPattern] | None = None) -> dict[str, URLPattern]:
    found = {} if found is None else found
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            named(pattern.url_patterns, found)
        elif pattern.name:
            found.setdefault(pattern.name, pattern)
    return found


ADDRESSES = named(admin.site.get_urls())


@pytest.fixture
def world():
    """One row of everything, and one user of each role. The numbers of the rows by the name of their model."""
    writer = make_editor("wanda")
    image = make_image()
    article = make_article(cover=image, responsible=writer)
    comparison = article.comparisons.create(key="c1", caption="Tableau")
    article.record(by=writer)
    comment = make_comment(article=article)
    refused = make_comment(article=article, status=Status.REJECTED)
    aside = article.set_aside(article.draft.data, by=writer)
    assert aside.kind == Version.Kind.SET_ASIDE
    reviewer = make_reviewer()
    due_on = localdate() + timedelta(days=300)
    article.sign(article.published, person=reviewer.person, outcome=Review.Outcome.APPROVED, due_on=due_on)
    users = {
        "w": writer,
        "o": make_editor("oscar"),
        "r": reviewer,
        "c": make_chief_editor(),
        "m": make_moderator(),
        "a": make_administrator(),
        "s": make_superuser(),
        "n": None,
    }
    rows = {
        "articles_article": article.pk,
        "articles_comparison": comparison.pk,
        "articles_image": make_image((1, 2, 3)).pk,
        "articles_topic": make_topic("autre").pk,
        "articles_person": make_person("inconnue").pk,
        "articles_page": Page.objects.create(slug="regles", title="Règles", body="<p>Ici.</p>").pk,
        "articles_review": article.reviews.get().pk,
        "comments_comment": comment.pk,
        # Whatever its number: who asks for one that is not there is told so.
        "comments_rereview": 1,
        "comments_decision": Decision.objects.first().pk,
        "comments_checksetting": CheckSetting.objects.first().pk,
        "comments_helppanel": HelpPanel.objects.create(title="Aide", text="Ici.", lines="3114 : ici").pk,
        "comments_contributor": Contributor.objects.create().pk,
        "comments_notice": make_notice(comment).pk,
        "comments_complaint": refused.contest(refused.contestable()[0], "Non.").pk,
        "comments_consenttext": ConsentText.objects.first().pk,
        "comments_reason": Reason.objects.first().pk,
        "auth_group": Group.objects.first().pk,
        "staff_user": users["o"].pk,
        "mail_outbox": Outbox.objects.create(key="letter:1", kind="letter").pk,
        "link": Link.objects.create(url="https://example.org/").pk,
    }
    return users, rows


def address(name: str, rows: dict[str, int]) -> str:
    model = "_".join(name.split("_")[:2])
    numbers = {
        "object_id": rows.get(model),
        "pk": rows["link"] if name == "articles_article_report_link" else rows.get(model),
        "id": rows["staff_user"],
        "n": 1,
        "app_label": "articles",
        "content_type_id": 1,
    }
    wanted = ADDRESSES[name].pattern.regex.groupindex or ADDRESSES[name].pattern.converters
    path = reverse(f"admin:{name}", kwargs={each: numbers[each] for each in wanted})
    return f"{path}?from=1&to=2" if name == "articles_article_compare" else path


def answered(response) -> bool:
    to_login = response.status_code == 302 and "/login/" in response.url
    return not to_login and response.status_code not in {403, 404, 405}


def test_every_address_of_the_back_office_has_a_rule():
    assert sorted(set(ADDRESSES) ^ set(RULES)) == []


@pytest.mark.one_database
def test_only_who_may_is_answered(world):
    users, rows = world
    clients = {role: Client() for role in ROLES}
    for role, user in users.items():
        if user:
            clients[role].force_login(user)
    found = {}
    # Logging out last: it ends the sessions of all who may.
    for name in sorted(ADDRESSES, key=lambda name: (name == "logout", name)):
        path = address(name, rows)
        found[name] = tuple(
            "".join(role for role in ROLES if answered(clients[role].generic(method, path)))
            for method in ("GET", "POST")
        )

    assert found == RULES
