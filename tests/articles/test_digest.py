"""The weekly mail: to whom, about what, and never twice."""

from datetime import date

import pytest
from django.core.management import call_command

from articles import digest
from articles.models import Publication, Review
from ldnportal.mail.models import Outbox
from tests.articles.test_reviews import TODAY, clock, make_review, publish, rewrite
from tests.at_once import at_once
from tests.factories import make_article, make_chief_editor, make_editor, make_moderator, make_person

pytestmark = pytest.mark.django_db
__all__ = ["clock"]

WEEK = "2026-10-15T08:00:00+00:00"  # a Thursday, ISO week 42


@pytest.fixture(autouse=True)
def today(clock):
    clock(WEEK)


def make_overdue(**kwargs):
    article = make_article(**kwargs)
    make_review(article, on=date(2025, 1, 1), due=date(2026, 1, 1))
    return article


def run(capsys) -> str:
    call_command("send_review_digest")
    return " ".join(capsys.readouterr().out.split())


def send(mailoutbox) -> list[tuple[list[str], str]]:
    call_command("outbox", verbosity=0)
    return [(mail.to, mail.subject) for mail in mailoutbox]


def recipients() -> list[int]:
    return sorted(mail.context["user"] for mail in Outbox.objects.all())


def test_the_responsible_and_the_deputy_are_told_and_nobody_else(mailoutbox):
    cleo, carl = make_editor(email="cleo@example.org"), make_editor("carl", email="carl@example.org")
    make_chief_editor(email="chloe@example.org")
    make_editor("other", email="other@example.org")
    make_overdue(responsible=cleo, deputy=carl)
    call_command("send_review_digest", verbosity=0)
    assert sorted(send(mailoutbox)) == [
        (["carl@example.org"], "LDN Portail\xa0: 1 article vous attend"),
        (["cleo@example.org"], "LDN Portail\xa0: 1 article vous attend"),
    ]


def test_the_mail_says_what_waits_and_leads_to_it(mailoutbox, settings):
    settings.SITE_URL = "https://www.example.org"
    cleo = make_editor(email="cleo@example.org", first_name="Cleo")
    late = make_overdue(title="En retard", responsible=cleo)
    soon = make_article(title="Bientôt", responsible=cleo)
    make_review(soon, on=date(2026, 1, 1), due=date(2026, 11, 14))
    later = make_article(title="Plus tard", responsible=cleo)
    make_review(later, on=date(2026, 1, 1), due=date(2026, 11, 15))
    changed = make_article(title="Modifié", responsible=cleo)
    make_review(changed, on=TODAY)
    publish(changed, "Tout autre chose.")
    wanted = make_article(title="À reprendre & vite", responsible=cleo)
    make_review(wanted, on=TODAY)
    make_review(wanted, on=TODAY, person=make_person("felix"), outcome=Review.Outcome.CHANGES_WANTED)
    failed = make_article(title="Échoué", responsible=cleo)
    Publication.objects.create(
        article=failed,
        version=rewrite(failed, "À paraître."),
        at="2026-10-14T08:00:00Z",
        state=Publication.State.FAILED,
    )
    make_review(failed, on=TODAY)
    call_command("send_review_digest", verbosity=0)
    call_command("outbox", verbosity=0)
    link = "  https://www.example.org/admin/articles/article/{}/change/"
    assert " ".join(mailoutbox[0].subject.split()) == "LDN Portail : 5 articles vous attendent"
    assert [line.replace("\xa0", " ") for line in mailoutbox[0].body.splitlines() if line] == [
        "Bonjour Cleo,",
        "Voici ce qui attend dans les articles dont vous êtes responsable, ou dont personne d’autre ne peut être "
        "averti.",
        "Relecture médicale en retard (1)",
        "- En retard, attendue le 1er janvier 2026",
        link.format(late.pk),
        "Relecture médicale à faire dans les 30 jours (1)",
        "- Bientôt, attendue le 14 novembre 2026",
        link.format(soon.pk),
        "Modifié depuis la relecture médicale (1)",
        "- Modifié",
        link.format(changed.pk),
        "Le relecteur demande des modifications (1)",
        "- À reprendre & vite",
        link.format(wanted.pk),
        "Publication programmée qui n’a pas pu avoir lieu (1)",
        "- Échoué",
        link.format(failed.pk),
        "Tout ce qui attend : https://www.example.org/admin/",
        "Ce message part une fois par semaine, tant que quelque chose attend. Y répondre ne déclenche rien.",
    ]


def test_nobody_gets_an_empty_mail(mailoutbox):
    article = make_article(responsible=make_editor(email="cleo@example.org"))
    make_review(article, on=TODAY)
    call_command("send_review_digest", verbosity=0)
    assert send(mailoutbox) == []


def test_articles_without_anybody_in_charge_go_to_the_chief_editors():
    chief = make_chief_editor(email="chloe@example.org")
    make_editor(email="cleo@example.org")
    make_moderator(email="ben@example.org")
    make_overdue()
    digest.queue()
    assert recipients() == [chief.pk]


def test_articles_of_somebody_who_cannot_be_reached_go_to_the_chief_editors():
    chief = make_chief_editor(email="chloe@example.org")
    make_overdue(responsible=make_editor(email="cleo@example.org", is_active=False))
    digest.queue()
    assert recipients() == [chief.pk]


def test_who_is_not_told_is_named(capsys):
    make_overdue(
        responsible=make_editor("gone", email="gone@example.org", is_active=False), deputy=make_editor("mute")
    )
    make_chief_editor(email="chloe@example.org")
    assert run(capsys) == (
        "1 message mis en file. Non averti : gone (le compte est fermé). "
        "Non averti : mute (le compte n’a pas d’adresse e-mail)."
    )


def test_what_reaches_nobody_is_said(capsys):
    make_overdue()
    call_command("send_review_digest")
    said = capsys.readouterr()
    assert (said.out, said.err.startswith("1 remarque")) == ("0 message mis en file.\n", True)


def test_a_second_run_in_the_same_week_queues_nothing(capsys, clock):
    make_overdue(responsible=make_editor(email="cleo@example.org"))
    said = [run(capsys)]
    clock("2026-10-18T21:59:59+00:00")  # Sunday, 23:59:59 in Paris
    said += [run(capsys)]
    clock("2026-10-18T22:00:00+00:00")
    said += [run(capsys)]
    assert said == [
        "1 message mis en file.",
        "0 message mis en file. 1 personne avait déjà le message de la semaine.",
        "1 message mis en file.",
    ]


@pytest.mark.django_db(transaction=True)
def test_two_machines_at_once_queue_one_mail():
    make_overdue(responsible=make_editor(email="cleo@example.org"))
    outcomes = at_once(*[digest.queue] * 4)
    assert (sorted(outcome.queued for outcome in outcomes), Outbox.objects.count()) == ([0, 0, 0, 1], 1)


def test_an_account_closed_between_queueing_and_sending_gets_nothing(mailoutbox):
    cleo = make_editor(email="cleo@example.org")
    make_overdue(responsible=cleo)
    digest.queue()
    cleo.is_active = False
    cleo.save()
    assert (send(mailoutbox), Outbox.objects.get().given_up is not None) == ([], True)


@pytest.mark.parametrize("n", [1, 3])
def test_the_queries_do_not_grow_with_the_articles(n, django_assert_num_queries):
    cleo = make_editor(email="cleo@example.org")
    for _n in range(n):
        make_overdue(responsible=cleo)
    # The chiefs, five lists, and the outbox: found, and written between two savepoints.
    with django_assert_num_queries(12):
        digest.queue()
