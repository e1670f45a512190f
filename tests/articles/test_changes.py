"""«Ce qui a changé»: what readers are told of the changes of an article."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from articles.models import Article, Publication
from tests.factories import make_article

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 1, 1, 9, tzinfo=UTC)


def make_changes(*changes: tuple[str, str]) -> Article:
    """An article published on the 1st of January, then changed once a day: kind and note of each."""
    article = make_article(publish=False)
    article.publish(by=None, at=FIRST)
    for day, (change, note) in enumerate(changes, 1):
        article.publish(by=None, change=change, note=note, at=FIRST + timedelta(days=day))
    return article


def told(client, article: Article) -> list[str]:
    page = client.get(article.get_absolute_url()).content.decode()
    section = re.search(r'<section class="changes".*?</section>', page, re.DOTALL)
    found = re.findall(r"<li>(.*?)</li>", section[0]) if section else []
    return [re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", "", each))) for each in found]


def test_major_changes_are_told_newest_first_with_their_day_and_note(client):
    article = make_changes(
        (Publication.Change.MAJOR, "Une étude en plus."),
        (Publication.Change.MINOR, "Une coquille."),
        (Publication.Change.MAJOR, ""),
    )
    assert told(client, article) == [
        "4 janvier 2026 : Le texte a été revu.",
        "2 janvier 2026 : Une étude en plus.",
    ]


@pytest.mark.parametrize("changes", [[], [(Publication.Change.MINOR, "Une coquille.")]])
def test_where_nothing_major_changed_there_is_no_such_section(client, changes):
    assert told(client, make_changes(*changes)) == []


def test_a_note_is_text_and_not_markup(client):
    article = make_changes((Publication.Change.MAJOR, "Plus de <b>2 %</b> & moins"))
    assert told(client, article) == ["2 janvier 2026 : Plus de <b>2 %</b> & moins"]


def test_what_is_scheduled_or_cancelled_is_not_told(client):
    article = make_changes()
    Article.objects.filter(pk=article.pk).update(title="Après")
    article.schedule(at=datetime(2099, 1, 1, tzinfo=UTC), by=None, note="Pas encore.")
    article.unschedule()
    article.schedule(at=datetime(2099, 1, 1, tzinfo=UTC), by=None, note="Pas encore.")
    assert told(client, article) == []


@pytest.mark.parametrize(("count", "folded"), [(10, 0), (11, 1), (13, 3)])
def test_the_last_ten_stand_there_and_the_others_are_folded(client, count, folded):
    article = make_changes(*[(Publication.Change.MAJOR, f"Note {n}.") for n in range(count)])
    page = client.get(article.get_absolute_url()).content.decode()
    details = re.search(r"<details>.*?</details>", page, re.DOTALL)
    assert (len(told(client, article)), details[0].count("<li>") if details else 0) == (count, folded)
