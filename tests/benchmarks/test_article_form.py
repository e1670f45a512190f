"""What the article's form costs: time to open, to save one section and to preview; weight of the page."""

import gzip
import statistics
import time
from collections.abc import Callable

import pytest

from articles.models import Article
from tests.articles.admin_forms import form_of, formset, page, sections_of
from tests.factories import make_article, make_chief_editor

pytestmark = [pytest.mark.django_db, pytest.mark.benchmark]

ROUNDS = 5
PARAGRAPH = "<p>" + "La naltrexone à faible dose est étudiée dans plusieurs maladies. " * 10 + "</p>"


def article_of(sections: int, questions: int, treatments: int, criteria: int) -> Article:
    """An article of so many parts, with two comparisons and 3 kB a section."""
    article = make_article(publish=False)
    for number in range(1, sections):
        article.sections.create(
            key=f"s{number}", position=number, heading=f"Section {number}", body=PARAGRAPH * 4
        )
    for number in range(questions):
        article.faq.create(
            key=f"f{number}", position=number, question=f"Question {number} ?", answer=PARAGRAPH
        )
    for number in range(2):
        comparison = article.comparisons.create(
            key=f"c{number}", position=number, caption=f"Tableau {number}"
        )
        for row in range(treatments):
            comparison.treatments.create(key=f"t{row}", position=row, name=f"Traitement {row}")
        for column in range(criteria):
            comparison.criteria.create(key=f"k{column}", position=column, name=f"Critère {column}")
        comparison.complete_grid()
    article.record(by=None)
    return article


def changed(article: Article, round_number: int) -> dict:
    rows = sections_of(article)
    rows[-1]["heading"] = f"Intertitre, {round_number}e fois"
    return form_of(article, **formset("sections", rows, len(rows)))


def milliseconds(action: Callable[[int], None]) -> float:
    action(0)  # templates are compiled once
    took = []
    for number in range(1, ROUNDS + 1):
        start = time.perf_counter()
        action(number)
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def measured(client, article: Article) -> dict[str, float]:
    def save(number: int) -> None:
        assert client.post(page(article), changed(article, number)).status_code == 302

    def preview(number: int) -> None:
        assert client.post(page(article), {**changed(article, number), "_preview": "1"}).status_code == 200

    html = client.get(page(article)).content
    return {
        "ouvrir (ms)": milliseconds(lambda _number: client.get(page(article))),
        "enregistrer une section (ms)": milliseconds(save),
        "prévisualiser (ms)": milliseconds(preview),
        "poids (ko)": len(html) / 1000,
        "poids compressé (ko)": len(gzip.compress(html)) / 1000,
    }


def test_the_article_form_small_and_large(client):
    client.force_login(make_chief_editor())
    small = measured(client, article_of(3, 4, 2, 2))
    large = measured(client, article_of(30, 40, 8, 10))
    print(f"\n{'formulaire d’article':32}{'3 sections':>12}{'30 sections':>12}{'rapport':>9}")
    for name, value in small.items():
        print(f"{name:32}{value:12.1f}{large[name]:12.1f}{large[name] / value:9.1f}")
