"""Texts that are hard to read are covered on the desk until a moderator asks for them."""

import html as html_lib
import re

import pytest
from django.test import Client
from django.urls import reverse

from comments.models import CheckSetting, Comment, Notice, ReReview, Signal, Status
from tests.comments.mailing import make_reachable
from tests.factories import (
    make_administrator,
    make_chief_editor,
    make_comment,
    make_editor,
    make_moderator,
    make_notice,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LIST = "/admin/comments/comment/"
SWITCH = "/admin/comments/comment/cover/"
DISTRESS = "Je veux mourir."
ORDINARY = "Je dors mal."
COVER = re.compile(r'<details class="desk-covered"><summary[^>]*>(.*?)</summary>(.*?)</details>', re.DOTALL)


@pytest.fixture
def ben(client):
    ben = make_moderator("ben", first_name="Ben")
    client.force_login(ben)
    return ben


@pytest.fixture
def all_drawn(settings):
    settings.RE_REVIEW_PERCENT = 100


def where(response, words: str) -> tuple[bool, bool]:
    """Whether the words are in the open, and whether under a cover; the checks' marks do not count."""
    html = html_lib.unescape(re.sub("</?mark>", "", response.content.decode()))
    covered = "".join(text for _why, text in COVER.findall(html))
    return words in COVER.sub("", html), words in covered


def covers(response) -> list[str]:
    """What the covers of a page say."""
    return [html_lib.unescape(why) for why, _text in COVER.findall(response.content.decode())]


def page(comment: Comment) -> str:
    return reverse("admin:comments_comment_change", args=[comment.pk])


def notice_page(notice: Notice) -> str:
    return reverse("admin:comments_notice_change", args=[notice.pk])


# The places, each with a text that shows distress or none.


def in_the_queue(client: Client, text: str):
    make_comment(status=Status.PENDING, text=text)
    return client.get(LIST)


def as_a_parent_in_the_queue(client: Client, text: str):
    make_comment(parent=make_comment(text=text), status=Status.PENDING, text="Courage.")
    return client.get(LIST)


def on_its_page(client: Client, text: str):
    return client.get(page(make_comment(status=Status.PENDING, text=text)))


def as_a_parent_on_the_page(client: Client, text: str):
    return client.get(page(make_comment(parent=make_comment(text=text), text="Courage.")))


def in_the_conversation(client: Client, text: str):
    parent = make_comment(text="Une question.")
    make_comment(parent=parent, text=text)
    return client.get(page(parent))


def among_the_texts(client: Client, text: str):
    comment = make_comment(text=text)
    comment.edit("Courage.")
    return client.get(page(comment))


def between_the_list_and_a_refusal(client: Client, text: str):
    comment = make_comment(status=Status.PENDING, text=text)
    return client.post(
        LIST,
        {
            "action": "reject",
            "index": "0",
            "_selected_action": [comment.pk],
            f"revision-{comment.pk}": comment.latest_revision.pk,
        },
    )


def in_the_second_look(client: Client, text: str):
    make_comment(text=text, by=make_moderator("zoe"))
    return client.get("/admin/comments/rereview/")


def as_a_parent_in_the_second_look(client: Client, text: str):
    parent = make_comment(text=text)
    ReReview.objects.all().delete()
    make_comment(parent=parent, text="Courage.", by=make_moderator("zoe"))
    return client.get("/admin/comments/rereview/")


def in_a_complaint(client: Client, text: str):
    comment = make_comment(status=Status.REJECTED, text=text)
    complaint = comment.contest(comment.contestable()[0], "Relisez.")
    return client.get(reverse("admin:comments_complaint_change", args=[complaint.pk]))


def in_a_report(client: Client, text: str):
    return client.get(notice_page(make_notice(make_comment(text=text))))


def as_a_new_text_in_a_report(client: Client, text: str):
    comment = make_comment(text="Ancien.")
    notice = make_notice(comment)
    comment.edit(text)
    return client.get(notice_page(notice))


def on_its_author_s_page(client: Client, text: str):
    comment = make_reachable(status=Status.PENDING, text=text)
    return client.get(reverse("admin:comments_contributor_change", args=[comment.contributor_id]))


PLACES = [
    in_the_queue,
    as_a_parent_in_the_queue,
    on_its_page,
    as_a_parent_on_the_page,
    in_the_conversation,
    among_the_texts,
    between_the_list_and_a_refusal,
    in_the_second_look,
    as_a_parent_in_the_second_look,
    in_a_complaint,
    in_a_report,
    as_a_new_text_in_a_report,
    on_its_author_s_page,
]
places = pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)


@places
def test_words_of_distress_are_covered(client, ben, all_drawn, place):
    assert where(place(client, DISTRESS), DISTRESS) == (False, True)


@places
def test_other_words_are_in_the_open(client, ben, all_drawn, place):
    response = place(client, ORDINARY)
    assert (where(response, ORDINARY), covers(response)) == ((True, False), [])


@places
def test_whoever_prefers_it_reads_without_covers(client, ben, all_drawn, place):
    client.post(SWITCH, {"covers": "0"})
    response = place(client, DISTRESS)
    assert (where(response, DISTRESS), covers(response)) == ((True, False), [])


@places
def test_what_is_covered_stays_text(client, ben, all_drawn, place):
    hostile = f"{DISTRESS} <script>alert(1)</script></details>"
    html = place(client, hostile).content.decode()
    covered = "".join(text for _why, text in COVER.findall(html))
    assert ("&lt;script&gt;alert(1)&lt;/script&gt;&lt;/details&gt;" in covered, "<script>alert" in html) == (
        True,
        False,
    )


# What a cover says, and what is below it.


def test_a_cover_says_why_and_how_long_the_text_is(client, ben):
    assert covers(in_the_queue(client, DISTRESS)) == [
        "Texte voilé : mots de détresse – afficher (15 caractères)"
    ]


def test_what_is_reported_as_illegal_is_covered_with_the_words_of_who_reported_it(client, ben):
    comment = make_comment(text=ORDINARY)
    notice = make_notice(comment, kind=Notice.Kind.ILLEGAL, explanation="Il menace.", name="Léa")
    found = [
        (where(response, ORDINARY), where(response, "Il menace."))
        for response in (client.get(page(comment)), client.get(notice_page(notice)))
    ]
    assert found == [((False, True), (False, True))] * 2
    assert covers(client.get(page(comment))) == [
        "Texte voilé : signalé comme illicite – afficher (12 caractères)",
        "Texte voilé : signalé comme illicite – afficher (10 caractères)",
    ]


def test_the_lists_cover_what_is_said_about_a_covered_text(client, ben):
    comment = make_comment(status=Status.REJECTED, text=DISTRESS)
    comment.contest(comment.contestable()[0], "Je le pense.")
    make_notice(make_comment(text=DISTRESS), explanation="Il le pense.")
    found = [where(client.get(f"/admin/comments/{name}/"), "le pense.") for name in ("complaint", "notice")]
    assert found == [(False, True)] * 2


@pytest.mark.parametrize("name", ["complaint", "notice"])
def test_in_the_lists_what_is_covered_stays_text(client, ben, name):
    comment = make_comment(text=DISTRESS)
    make_notice(comment, explanation="<b>Ici</b>")
    refused = make_comment(status=Status.REJECTED, text=DISTRESS)
    refused.contest(refused.contestable()[0], "<b>Ici</b>")
    html = client.get(f"/admin/comments/{name}/").content.decode()
    assert (html.count("&lt;b&gt;Ici&lt;/b&gt;"), "<b>Ici" in html) == (1, False)


def test_a_report_against_the_rules_covers_nothing(client, ben):
    comment = make_comment(text=ORDINARY)
    make_notice(comment)
    assert covers(client.get(page(comment))) == []


def test_the_words_that_a_check_quotes_are_covered_with_the_text(client, ben):
    CheckSetting.objects.filter(name="suspect_words").update(covers=True)
    comment = make_comment(status=Status.PENDING, text="Quel charlatan.")
    found = [where(client.get(address), "charlatan") for address in (LIST, page(comment))]
    assert found == [(False, True)] * 2


def test_what_has_changed_is_covered_if_one_of_the_two_texts_is(client, ben):
    comment = make_comment(text=DISTRESS)
    comment.edit(ORDINARY)
    response = client.get(LIST)
    assert (where(response, "<del>"), where(response, ORDINARY)) == (
        (False, True),
        (True, False),
    )


def test_whoever_prefers_it_reads_what_is_reported_as_illegal_without_covers(client, ben):
    comment = make_comment(text=ORDINARY)
    make_notice(comment, kind=Notice.Kind.ILLEGAL, name="Léa")
    client.post(SWITCH, {"covers": "0"})
    assert covers(client.get(page(comment))) == []


def test_what_was_erased_needs_no_cover(client, ben):
    comment = make_comment(text=ORDINARY)
    make_notice(comment, kind=Notice.Kind.ILLEGAL, name="Léa")
    comment.erase()
    assert covers(client.get(page(comment))) == []


# The checks that cover.


@pytest.mark.parametrize(("name", "text"), [("distress", DISTRESS), ("suspect_words", "Quel charlatan.")])
def test_of_each_check_administrators_say_whether_it_covers(client, name, text):
    client.force_login(make_administrator())
    setting = CheckSetting.objects.get(name=name)
    make_comment(status=Status.PENDING, text=text)
    found = []
    for data in ({"enabled": "on"}, {"enabled": "on", "covers": "on"}):
        client.post(
            reverse("admin:comments_checksetting_change", args=[setting.pk]), {**data, "words": "charlatan"}
        )
        found.append(where(client.get(LIST), text))
    assert found == [(True, False), (False, True)]


def test_at_first_distress_covers_and_nothing_else():
    assert list(CheckSetting.objects.filter(covers=True).values_list("name", flat=True)) == ["distress"]


def test_without_its_row_a_check_covers_as_the_code_says():
    make_comment(text=f"{DISTRESS} Quel charlatan.")
    CheckSetting.objects.all().delete()
    assert list(Signal.objects.covering().values_list("check_name", flat=True)) == ["distress"]


def test_a_check_that_the_code_no_longer_has_covers_nothing(client, ben):
    comment = make_comment(text=ORDINARY)
    CheckSetting.objects.create(name="gone", covers=True)
    comment.latest_revision.signals.create(check_name="gone", check_version=1, score=1, explanation="Parti.")
    assert covers(client.get(page(comment))) == []


# Each moderator's choice.


def test_the_switch_leads_back_to_where_one_was_and_says_what_holds(client, ben):
    back = "/admin/comments/comment/?state=all"
    told = []
    for wanted in ("0", "1"):
        response = client.post(SWITCH, {"covers": wanted, "next": back}, follow=True)
        ben.refresh_from_db()
        told.append((response.redirect_chain, ben.covers_texts, f'name="covers" value="{wanted}"'))
        assert told[-1][2] not in response.content.decode()
    assert told == [
        ([(back, 302)], False, 'name="covers" value="0"'),
        ([(back, 302)], True, 'name="covers" value="1"'),
    ]


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_the_switch_leads_nowhere_else(client, ben, address):
    assert client.post(SWITCH, {"covers": "0", "next": address}).url == LIST


def test_the_choice_is_each_moderator_s_own(client, ben):
    client.post(SWITCH, {"covers": "0"})
    client.force_login(make_moderator("zoe"))
    assert where(in_the_queue(client, DISTRESS), DISTRESS) == (False, True)


def test_only_moderators_switch_and_only_by_a_form_of_the_site(client):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_moderator())
    found = [strict.post(SWITCH, {"covers": "0"}).status_code]
    for user in (make_editor(), make_chief_editor()):
        client.force_login(user)
        found.append(client.post(SWITCH, {"covers": "0"}).status_code)
    found.append(Client().post(SWITCH, {"covers": "0"}).url.startswith("/admin/login/"))
    assert found == [403, 403, 403, True]


@pytest.mark.parametrize("place", [in_the_queue, on_its_page])
def test_the_form_stands_beside_the_keys(client, ben, place):
    response = place(client, ORDINARY)
    html = response.content.decode()
    form = html[html.index('class="desk-covers"') :].split("</form>")[0]
    address = response.request["PATH_INFO"]
    assert [each in form for each in ("csrfmiddlewaretoken", f'name="next" value="{address}"')] == [
        True,
        True,
    ]
