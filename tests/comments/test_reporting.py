"""Reporting a comment: two forms, one receipt, nothing lost."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from comments.models import Comment, Notice, OwnerToken, Status, Trace
from comments.models.person import RATE_LIMIT
from comments.tickets import Ticket
from ldnportal.mail.models import Outbox
from tests.at_once import at_once
from tests.factories import make_article, make_comment, make_moderator, make_notice

pytestmark = pytest.mark.django_db

RULES, LAW = "regles", "illicite"
TEXT = "Ce commentaire vend des gélules au deuxième paragraphe, sans ordonnance."
PRIVATE = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


@pytest.fixture
def comment():
    return make_comment(text="Achetez chez moi.")


def address(comment: Comment, motive: str = "") -> str:
    url = reverse("comments:report", args=[comment.pk])
    return f"{url}?motif={motive}" if motive else url


def ticket(*, age: timedelta = timedelta(minutes=2), key: uuid.UUID | None = None) -> str:
    return Ticket(key or uuid.uuid4(), timezone.now() - age, 0).signed()


def filled(**kwargs) -> dict[str, str]:
    """What a reader sends; ``kwargs`` change or, with None, leave out a field."""
    data = {
        "explanation": TEXT,
        "law": "Vente de médicaments",
        "name": "Léa Martin",
        "email": "lea@example.org",
        "good_faith": "on",
        "website": "",
        "ticket": ticket(),
        **kwargs,
    }
    return {name: value for name, value in data.items() if value is not None}


def text_in(response) -> str:
    return response.context["form"]["explanation"].value()


def wrong_in(response) -> list[str]:
    return list(response.context["form"].errors)


def test_every_public_comment_has_a_link_that_reports_it_and_no_other_has(client):
    public = make_comment()
    staff = Comment.objects.answer(parent=public, text="Réponse", by=make_moderator())
    removed = make_comment(article=public.article)
    make_comment(parent=removed)
    removed.remove(by=make_moderator(), revision=removed.latest_revision, reason="Pour ce test.")
    make_comment(article=public.article, status=Status.PENDING)
    html = client.get(public.article.get_absolute_url()).content.decode()
    found = re.findall(r'class="comment__report" href="([^"]+)" rel="nofollow"', html)
    below = removed.replies.get()
    assert found == [address(each) for each in (public, staff, below)]


def test_the_link_stays_when_comments_are_closed(client):
    comment = make_comment()
    article = comment.article
    article.comments_open = False
    article.save()
    html = client.get(article.get_absolute_url()).content.decode()
    assert (address(comment) in html, "?reponse=" in html) == (True, False)


def test_the_page_asks_which_of_two_ways_and_quotes_the_comment(client, comment):
    response = client.get(address(comment))
    html = response.content.decode()
    assert (response.status_code, response.headers["X-Robots-Tag"]) == (200, "noindex")
    assert re.findall(r'href="(\?motif=\w+)"', html) == ["?motif=regles", "?motif=illicite"]
    assert "Achetez chez moi." in html


def test_the_way_of_the_rules_asks_one_question_and_no_name(client, comment):
    form = client.get(address(comment, RULES)).context["form"]
    assert [field.name for field in form.visible_fields()] == ["website", "explanation"]


def test_the_way_of_the_law_asks_what_the_dsa_asks_with_the_address_filled_in(client, comment):
    form = client.get(address(comment, LAW)).context["form"]
    names = {field.name for field in form.visible_fields()}
    assert names == {"website", "address", "explanation", "law", "child_abuse", "name", "email", "good_faith"}
    assert form["address"].value() == f"http://testserver{comment.get_absolute_url()}"


@pytest.mark.parametrize("motive", ["", RULES, LAW])
def test_the_pages_are_kept_by_nobody(client, comment, motive):
    response = client.get(address(comment, motive))
    kept = {each.strip() for each in response.headers["Cache-Control"].split(",")}
    assert kept == {"private", "no-store"}


def test_a_report_of_a_broken_rule_is_kept_with_the_text_that_it_is_about(client, comment):
    client.post(address(comment, RULES), filled())
    notice = Notice.objects.get()
    assert (notice.comment, notice.revision) == (comment, comment.public_revision)
    assert (notice.kind, notice.explanation) == (Notice.Kind.RULES, TEXT)
    # Nothing that this way does not ask.
    assert (notice.name, notice.law, notice.good_faith) == ("", "", False)


def test_a_report_of_illegal_content_is_kept_whole(client, comment):
    client.post(address(comment, LAW), filled())
    notice = Notice.objects.get()
    assert (
        notice.kind,
        notice.explanation,
        notice.law,
        notice.name,
        notice.good_faith,
        notice.child_abuse,
    ) == (
        Notice.Kind.ILLEGAL,
        TEXT,
        "Vente de médicaments",
        "Léa Martin",
        True,
        False,
    )


def test_the_law_that_is_broken_need_not_be_known(client, comment):
    response = client.post(address(comment, LAW), filled(law=""))
    assert (response.status_code, Notice.objects.get().law) == (303, "")


def test_the_comment_stays_public(client, comment):
    client.post(address(comment, LAW), filled())
    comment.refresh_from_db()
    assert (comment.status, comment.decisions.count()) == (Status.PUBLISHED, 2)


@pytest.mark.parametrize(
    ("motive", "changes", "wrong"),
    [
        (RULES, {"explanation": " \u200b\n"}, ["explanation"]),
        (RULES, {"explanation": "x" * 5001}, ["explanation"]),
        (LAW, {"explanation": "C’est illégal."}, ["explanation"]),
        (LAW, {"name": ""}, ["name"]),
        (LAW, {"name": "x" * 121}, ["name"]),
        (LAW, {"law": "x" * 121}, ["law"]),
        (LAW, {"email": ""}, ["email"]),
        (LAW, {"email": "lea@example"}, ["email"]),
        (LAW, {"email": "lea@example.org\nBcc: max@example.org"}, ["email"]),
        (LAW, {"good_faith": None}, ["good_faith"]),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_the_text_stays(client, comment, motive, changes, wrong):
    data = filled(**changes)
    response = client.post(address(comment, motive), data)
    assert (response.status_code, wrong_in(response), text_in(response)) == (422, wrong, data["explanation"])
    assert Notice.objects.count() == 0


def test_who_reports_child_abuse_need_give_neither_name_nor_address(client, comment):
    response = client.post(address(comment, LAW), filled(name="", email="", child_abuse="on"))
    notice = Notice.objects.get()
    assert (response.status_code, notice.name, notice.child_abuse) == (303, "", True)


def test_the_address_is_kept_sealed_and_gets_one_receipt_without_the_text(client, comment, mailoutbox):
    data = filled()
    for _twice in range(2):
        private = client.post(address(comment, LAW), data).url
    notice = Notice.objects.get()
    assert (b"lea@" in bytes(notice.email_encrypted), notice.email) == (False, "lea@example.org")
    while mail := Outbox.objects.claim():
        assert mail.send()
    (sent,) = mailoutbox
    assert (sent.to, notice.reference in sent.subject, private in sent.body) == (
        ["lea@example.org"],
        True,
        True,
    )
    assert [word in sent.body + sent.subject for word in (TEXT, "Léa Martin", "Achetez")] == [False] * 3


def test_the_way_of_the_rules_keeps_no_address_whatever_is_sent(client, comment):
    client.post(address(comment, RULES), filled())
    assert (Notice.objects.get().email_encrypted, Outbox.objects.count()) == (None, 0)


def test_a_receipt_for_a_report_that_was_erased_meanwhile_goes_to_nobody(client, comment, mailoutbox):
    client.post(address(comment, LAW), filled())
    Notice.objects.all().blank()
    mail = Outbox.objects.claim()
    assert (mail.send(), mail.given_up is None, mailoutbox) == (False, False, [])


def test_the_receipt_has_a_reference_and_a_private_address_of_its_own(client, comment):
    response = client.post(address(comment, LAW), filled(), follow=True)
    notice = Notice.objects.get()
    html = response.content.decode()
    private = response.redirect_chain[0][0]
    assert re.fullmatch(r"/commentaires/signalements/[A-Za-z0-9_-]{22}/", private)
    assert {name: response.headers.get(name) for name in PRIVATE} == PRIVATE
    assert notice.reference == f"S-{notice.created:%Y}-{notice.pk}"
    assert (notice.reference in html, TEXT in html, f"http://testserver{private}" in html) == (
        True,
        True,
        True,
    )
    assert date_format(timezone.localtime(notice.created), "DATETIME_FORMAT") in html


def test_the_secret_of_the_private_address_is_nowhere_in_the_database(client, comment):
    response = client.post(address(comment, RULES), filled())
    token = response.url.strip("/").rpartition("/")[2]
    notice = Notice.objects.values().get()
    assert (token in str(notice), notice["digest"]) == (False, Notice.digest_of(token))


def test_an_unknown_private_address_is_not_found_and_as_private(client):
    response = client.get(reverse("comments:notice", args=["A" * 22]))
    assert (response.status_code, {name: response.headers.get(name) for name in PRIVATE}) == (404, PRIVATE)


def receipt(client, notice: Notice) -> str:
    url = reverse("comments:notice", args=[Notice.token_for(notice.idempotency_key)])
    response = client.get(url)
    assert response.status_code == 200
    return response.context["notice"], response.content.decode()


def test_the_receipt_says_what_became_of_the_comment(client):
    heads = []
    for act in ("nothing", "removed", "withdrawn", "erased", "left"):
        comment = make_comment()
        notice = make_notice(comment)
        match act:
            case "removed":
                comment.remove(by=make_moderator(), revision=comment.latest_revision, reason="Publicité.")
            case "withdrawn":
                comment.withdraw()
            case "erased":
                comment.erase()
            case "left":
                Notice.objects.filter(pk=notice.pk).update(decision=comment.latest_decision)
        _notice, html = receipt(client, notice)
        heads.append(re.search(r'status-page__state">(.*?)</div>', html, re.S)[1])
    assert len({re.sub(r"\d", "", head) for head in heads}) == 4
    assert ["Publicité." in head for head in heads] == [False] * 5


def test_the_author_of_the_comment_is_not_told_who_reported_it(client, comment):
    make_notice(comment, name="Léa Martin", kind=Notice.Kind.ILLEGAL)
    page = reverse("comments:status", args=[OwnerToken.token_for(comment.idempotency_key)])
    assert "Léa Martin" not in client.get(page).content.decode()


def test_a_report_sent_twice_is_one_and_leads_to_the_same_page(client, comment):
    data = filled()
    addresses = {client.post(address(comment, RULES), data).url for _twice in range(2)}
    assert (len(addresses), Notice.objects.count()) == (1, 1)


def test_another_text_in_a_form_already_sent_is_kept_and_asked_about(client, comment):
    data = filled()
    first = client.post(address(comment, RULES), data).url
    response = client.post(address(comment, RULES), {**data, "explanation": "Et aussi autre chose."})
    assert (response.status_code, text_in(response)) == (409, "Et aussi autre chose.")
    assert first in response.content.decode()
    again = {**data, "explanation": "Et aussi autre chose.", "ticket": ticket()}
    assert client.post(address(comment, RULES), again).status_code == 303
    assert Notice.objects.count() == 2


def test_a_report_sent_twice_after_the_comment_was_removed_still_leads_to_its_receipt(client, comment):
    data = filled()
    first = client.post(address(comment, RULES), data).url
    comment.remove(by=make_moderator(), revision=comment.latest_revision, reason="Publicité.")
    assert client.post(address(comment, RULES), data).url == first


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_eight_times_at_once_is_one_report():
    comment = make_comment()
    data = filled()

    def send() -> int:
        return Client().post(address(comment, RULES), data).status_code

    answers = at_once(*[send] * 8)
    assert (set(answers), Notice.objects.count()) == ({303}, 1)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"ticket": None}, 409),
        ({"ticket": "made up"}, 409),
        ({"ticket": "old"}, 409),
        ({"website": "https://spam.example"}, 422),
        ({"ticket": "young"}, 422),
    ],
)
def test_what_looks_like_a_program_gets_the_form_again_with_the_text(client, comment, changes, status):
    ages = {"old": timedelta(hours=25), "young": timedelta(seconds=1)}
    if changes.get("ticket") in ages:
        changes = {"ticket": ticket(age=ages[changes["ticket"]])}
    response = client.post(address(comment, RULES), filled(**changes))
    assert (response.status_code, text_in(response), Notice.objects.count()) == (status, TEXT, 0)
    assert response.context["form"]["website"].value() == ""
    # What comes back can be sent, but for a ticket that is still too young.
    if changes.get("ticket") is None:
        held = response.context["form"]["ticket"].value()
        assert Ticket.read(held) is not None


def test_too_many_reports_from_one_connection_wait_and_posting_does_not(client, comment):
    for _number in range(RATE_LIMIT):
        assert client.post(address(comment, RULES), filled()).status_code == 303
    response = client.post(address(comment, RULES), filled())
    assert (response.status_code, response.headers["Retry-After"], text_in(response)) == (429, "600", TEXT)
    assert Trace.objects.recent(Trace.digest_of("127.0.0.1")).count() == 0
    # Which connection reported what is not written down.
    assert set(
        Trace.objects.filter(digest=Trace.digest_of("127.0.0.1", of="report")).values_list(
            "comment", flat=True
        )
    ) == {None}


def test_without_the_cookie_the_text_comes_back(comment):
    client = Client(enforce_csrf_checks=True)
    response = client.post(address(comment, LAW), filled())
    assert (response.status_code, text_in(response), Notice.objects.count()) == (403, TEXT, 0)
    token = response.context["csrf_token"]
    sent = client.post(address(comment, LAW), filled(csrfmiddlewaretoken=str(token)))
    assert sent.status_code == 303


@pytest.mark.parametrize("status", [Status.REMOVED, Status.WITHDRAWN, Status.ERASED])
def test_what_is_gone_meanwhile_is_said_and_the_text_can_be_copied(client, status):
    comment = make_comment(status=status)
    response = client.post(address(comment, RULES), filled())
    assert (response.status_code, response.context["text"], Notice.objects.count()) == (410, TEXT, 0)


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM, Status.CHANGES_REQUESTED])
def test_a_comment_that_is_not_public_is_not_found(client, status):
    comment = make_comment(status=status)
    assert [client.get(address(comment, motive)).status_code for motive in ("", RULES)] == [404, 404]


def test_a_tombstone_says_that_there_is_nothing_to_report(client):
    comment = make_comment()
    make_comment(parent=comment)
    comment.withdraw()
    assert client.get(address(comment)).status_code == 410


def test_a_comment_under_an_article_that_is_gone_cannot_be_reported(client, comment):
    comment.article.unpublish(by=None, reason="Pour ce test.")
    assert client.get(address(comment)).status_code in {404, 410}


def test_the_address_in_the_form_is_ours_whatever_comes_back(client, comment):
    response = client.post(address(comment, LAW), filled(address="https://evil.example/", name=""))
    assert response.context["form"]["address"].value() == f"http://testserver{comment.get_absolute_url()}"


def test_hostile_text_is_only_text(client, comment):
    hostile = '<script>alert(1)</script> javascript:alert(1) "><b>' + "x" * 30
    html = client.post(
        address(comment, LAW), filled(explanation=hostile, name=hostile, law=hostile), follow=True
    ).content.decode()
    assert ("<script>alert" in html, "<b>" in html, "&lt;script&gt;alert" in html) == (False, False, True)


# What moderators see.


def test_moderators_see_the_open_reports_and_on_request_all(client):
    waiting = make_notice(make_comment(), explanation="Attend encore")
    gone = make_comment()
    make_notice(gone, explanation="Plus là")
    gone.withdraw()
    client.force_login(make_moderator())
    url = reverse("admin:comments_notice_changelist")
    seen = client.get(url).content.decode()
    assert ("Attend encore" in seen, "Plus là" in seen, waiting.reference in seen) == (True, False, True)
    assert "Plus là" in client.get(f"{url}?state=all").content.decode()


def test_a_report_can_be_read_and_neither_changed_nor_deleted(client, comment):
    notice = make_notice(comment, kind=Notice.Kind.ILLEGAL, name="Léa Martin", law="Diffamation")
    client.force_login(make_moderator())
    response = client.get(reverse("admin:comments_notice_change", args=[notice.pk]))
    html = response.content.decode()
    assert all(
        each in html for each in ("Léa Martin", "Diffamation", "Achetez chez moi.", "De la publicité.")
    )
    assert ('name="_save"' in html, "deletelink" in html) == (False, False)


def test_the_queue_can_show_the_reported_comments(client, comment):
    other = make_comment(article=comment.article)
    make_notice(comment)
    client.force_login(make_moderator())
    url = reverse("admin:comments_comment_changelist")
    html = client.get(f"{url}?state=reported").content.decode()
    page = "admin:comments_comment_change"
    assert [reverse(page, args=[each.pk]) in html for each in (comment, other)] == [True, False]
    assert "?state=reported" in client.get(url).content.decode()


def test_the_page_of_a_comment_shows_what_was_reported(client, comment):
    notice = make_notice(comment, explanation="Il vend des gélules.")
    client.force_login(make_moderator())
    html = client.get(reverse("admin:comments_comment_change", args=[comment.pk])).content.decode()
    assert ("Il vend des gélules." in html, notice.reference in html) == (True, True)


def test_the_first_page_of_the_back_office_counts_the_open_reports(client, comment):
    make_notice(comment)
    make_notice(comment)
    client.force_login(make_moderator())
    html = client.get(reverse("admin:index")).content.decode()
    assert reverse("admin:comments_notice_changelist") in html
    assert Notice.objects.open().count() == 2


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_costs_the_same_for_any_number(client, n, django_assert_num_queries):
    article = make_article()
    for _number in range(n):
        make_notice(make_comment(article=article))
    client.force_login(make_moderator())
    # Session, user, two of permissions, the number, the rows, which texts are covered.
    with django_assert_num_queries(7):
        client.get(reverse("admin:comments_notice_changelist"))
