"""What the checks notice is kept beside each revision, sorts the queue and is shown to moderators."""

import logging
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from comments.models import CheckSetting, Comment, HelpPanel, OwnerToken, Signal, Status
from comments.signals import CHECKS, recording
from tests.comments.posting import address, filled, ticket
from tests.factories import make_administrator, make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db

DISTRESS = "Je veux mourir."
LINK = "Voyez https://exemple.org <b>vite</b>"


def signals_of(comment: Comment) -> dict[str, Signal]:
    return {signal.check_name: signal for signal in comment.latest_revision.signals.all()}


# Recording.


def test_a_new_comment_keeps_what_was_noticed_with_its_places():
    signal = signals_of(make_comment(text=LINK, status=Status.PENDING))["links"]
    assert (signal.check_version, signal.spans, signal.matched, signal.explanation) == (
        CHECKS["links"].version,
        [[6, 25]],
        ["https://exemple.org"],
        "1 lien",
    )


def test_each_new_text_is_looked_at_anew():
    comment = make_comment(text=LINK, status=Status.CHANGES_REQUESTED)
    comment.resubmit("Je veux mourir.")
    assert (set(signals_of(comment)), comment.revisions.first().signals.count() > 0) == ({"distress"}, True)


def test_the_editorial_team_s_answer_is_not_checked():
    answer = Comment.objects.answer(parent=make_comment(), text=LINK, by=make_moderator())
    assert signals_of(answer) == {}


def test_erasing_takes_the_signals_along():
    comment = make_comment(text=LINK)
    comment.erase()
    assert Signal.objects.filter(revision__comment=comment).count() == 0


def fail(*args, **kwargs):
    raise ValueError("Secret")


def break_the_database(*args, **kwargs):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


@pytest.mark.parametrize("breaks", [fail, break_the_database])
def test_when_recording_fails_the_comment_is_there_and_the_log_without_its_text(monkeypatch, caplog, breaks):
    monkeypatch.setattr(Signal.objects, "bulk_create", breaks)
    with caplog.at_level(logging.ERROR, logger="comments.signals"):
        comment = make_comment(text="Secret https://exemple.org")
    assert (comment.latest_revision.text, signals_of(comment)) == ("Secret https://exemple.org", {})
    assert [record.getMessage() for record in caplog.records] == ["checks not recorded"]
    assert "Secret" not in str([vars(record) for record in caplog.records])


def test_recording_raises_database_errors_only_inside_its_savepoint():
    with pytest.raises(DatabaseError):
        break_the_database()


def test_the_same_text_in_the_queue_is_noticed():
    text = "Venez tous découvrir la méthode qui soigne l’anxiété pour toujours et sans effort"
    first = make_comment(text=text, status=Status.PENDING)
    second = make_comment(text=text, status=Status.PENDING)
    assert ("repetition" in signals_of(first), "repetition" in signals_of(second)) == (False, True)


def test_who_has_something_public_in_this_browser_writes_no_first_comment(client):
    article = make_article()
    client.post(address(article), filled())
    first = Comment.objects.get()
    client.post(address(article), filled())
    second = Comment.objects.latest("pk")
    first.publish(by=make_moderator(), revision=first.latest_revision)
    client.post(address(article), filled())
    third = Comment.objects.latest("pk")
    assert ["first_comment" in signals_of(each) for each in (first, second, third)] == [True, True, False]
    assert OwnerToken.objects.count() == 3


def test_a_long_text_sent_faster_than_hands_type_is_noticed(client):
    article = make_article()
    long = "Une phrase de plus. " * 30
    client.post(address(article), filled(body=long, ticket=ticket(age=timedelta(seconds=10))))
    client.post(address(article), filled(body=f"{long}Bis.", ticket=ticket(age=timedelta(minutes=10))))
    fast, slow = Comment.objects.order_by("pk")
    assert ("speed" in signals_of(fast), "speed" in signals_of(slow)) == (True, False)


@pytest.mark.parametrize("n", [1, 3])
def test_looking_costs_the_same_for_any_queue(n, django_assert_num_queries):
    article = make_article()
    for _each in range(n):
        make_comment(article=article, status=Status.PENDING)
    comment = make_comment(article=article, status=Status.PENDING)
    revision = comment.revisions.select_related("comment").get()
    revision.signals.all().delete()
    # The savepoint and its end; settings, queue, its texts, the trace and its like; how much was learned; what was
    # noticed, its place in the queue, that all have answered.
    with django_assert_num_queries(11):
        recording.record(revision)


# The queue.


def test_distress_comes_before_all_that_waits_longer():
    article = make_article()
    old = make_comment(article=article, status=Status.PENDING)
    urgent = make_comment(article=article, text=DISTRESS, status=Status.PENDING)
    assert list(Comment.objects.waiting().in_queue_order()) == [urgent, old]


def test_who_tones_his_words_down_stays_before_the_others():
    article = make_article()
    old = make_comment(article=article, status=Status.PENDING)
    comment = make_comment(article=article, text=DISTRESS, status=Status.CHANGES_REQUESTED)
    comment.resubmit("Je vais mieux.")
    assert list(Comment.objects.waiting().in_queue_order()) == [comment, old]


# What moderators see.


def test_a_moderator_sees_the_words_marked_and_escaped_and_why(client):
    client.force_login(make_moderator())
    comment = make_comment(text=LINK, status=Status.PENDING)
    html = client.get(reverse("admin:comments_comment_change", args=[comment.pk])).content.decode()
    assert "Voyez <mark>https://exemple.org</mark> &lt;b&gt;vite&lt;/b&gt;" in html
    assert "1 lien" in html
    assert "<b>vite</b>" not in html


# What administrators set.


@pytest.fixture
def alma(client):
    client.force_login(make_administrator())


def setting_page(name: str) -> str:
    return reverse("admin:comments_checksetting_change", args=[CheckSetting.objects.get(name=name).pk])


def test_every_check_has_its_row():
    assert set(CheckSetting.objects.values_list("name", flat=True)) == set(CHECKS)


def test_a_check_is_switched_off_in_the_admin(client, alma):
    client.post(setting_page("links"), {"threshold": "1"})
    assert "links" not in signals_of(make_comment(text=LINK))


def test_a_threshold_is_kept_only_when_it_is_another_than_the_code_s(client, alma):
    client.post(setting_page("links"), {"enabled": "on", "threshold": "2"})
    assert (
        CheckSetting.objects.get(name="links").threshold,
        "links" in signals_of(make_comment(text=LINK)),
    ) == (
        2,
        False,
    )
    client.post(setting_page("links"), {"enabled": "on", "threshold": "1"})
    assert CheckSetting.objects.get(name="links").threshold is None


def test_the_list_of_words_is_shown_and_changed(client, alma):
    page = client.get(setting_page("suspect_words")).content.decode()
    assert "casino" in page
    client.post(setting_page("suspect_words"), {"enabled": "on", "words": " poudre* \r\n\r\nde perlimpinpin"})
    assert CheckSetting.objects.get(name="suspect_words").words == "poudre*\nde perlimpinpin"
    noticed = signals_of(make_comment(text="Poudre de Perlimpinpin au casino"))["suspect_words"]
    assert noticed.matched == ["Poudre", "de Perlimpinpin"]


def test_a_list_that_is_too_long_is_refused_beside_its_field(client, alma):
    words = "\n".join(f"mot{number}" for number in range(1001))
    response = client.post(setting_page("suspect_words"), {"enabled": "on", "words": words})
    assert list(response.context["adminform"].form.errors) == ["words"]


def test_moderators_see_the_settings_and_change_nothing(client):
    client.force_login(make_moderator())
    page = setting_page("links")
    assert (client.get(page).status_code, client.post(page, {}).status_code) == (200, 403)


PANEL = {"title": "Ne restez pas seul", "text": "Parlez-en.", "lines": "3114 : jour et nuit"}


def test_the_panel_is_offered_as_shipped_and_then_the_administrators_own(client, alma):
    page = client.get(reverse("admin:comments_helppanel_changelist"), follow=True)
    assert page.redirect_chain == [(reverse("admin:comments_helppanel_add"), 302)]
    assert "À valider par un clinicien" in page.content.decode()
    client.post(reverse("admin:comments_helppanel_add"), PANEL)
    assert [line["href"] for line in HelpPanel.current().numbers] == ["tel:3114"]
    page = client.get(reverse("admin:comments_helppanel_changelist"), follow=True)
    assert page.redirect_chain == [(reverse("admin:comments_helppanel_change", args=[1]), 302)]


def test_a_line_that_holds_no_number_is_refused_beside_its_field(client, alma):
    response = client.post(reverse("admin:comments_helppanel_add"), {**PANEL, "lines": "appelez-nous"})
    assert list(response.context["adminform"].form.errors) == ["lines"]


def test_other_words_need_another_validation(client, alma):
    today = timezone.localdate()
    HelpPanel.objects.create(**PANEL, validated_by="Dora", validated_on=today)
    page = reverse("admin:comments_helppanel_change", args=[1])
    assert "À valider par un clinicien" not in client.get(page).content.decode()
    client.post(page, {**PANEL, "text": "Autre.", "validated_by": "Dora", "validated_on": today.isoformat()})
    assert HelpPanel.current().is_validated is False


def test_the_shipped_panel_names_the_four_numbers():
    assert [line["href"] for line in HelpPanel.shipped().numbers] == [
        "tel:3114",
        "tel:15",
        "tel:112",
        "sms:114",
    ]
