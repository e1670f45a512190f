"""A log line says which route was asked for, and nothing that a reader wrote or may keep secret."""

import json
import logging

import pytest

from comments.models import OwnerToken
from ldnportal.pages.logs import JSONFormatter
from tests.factories import make_article, make_comment


@pytest.fixture
def lines():
    """The lines that the configured format would write, as objects."""
    written = []

    class Collector(logging.Handler):
        def emit(self, record):
            written.append(JSONFormatter().format(record))

    collector = Collector()
    logging.getLogger().addHandler(collector)
    yield written
    logging.getLogger().removeHandler(collector)


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_route(client, lines):
    make_article(slug="article-1")
    lines.clear()
    client.get("/articles/article-1/")
    entries = [json.loads(line) for line in lines]
    assert [(entry["event"], entry["method"], entry["route"], entry["status"]) for entry in entries] == [
        ("request", "GET", "articles:detail", 200)
    ]


@pytest.mark.django_db
def test_a_private_link_is_in_no_line(client, lines):
    token = "A" * 22
    client.get(f"/commentaires/suivi/{token}/")
    assert [line for line in lines if token in line] == []
    assert len(lines) == 1


def test_what_django_attaches_of_a_request_is_withheld():
    record = logging.makeLogRecord({"msg": "failed", "request": "POST body=secret", "route": "x"})
    assert sorted(json.loads(JSONFormatter().format(record))) == ["event", "level", "logger", "route", "time"]


def test_a_line_break_in_a_message_stays_inside_its_line():
    record = logging.makeLogRecord({"msg": "first\nsecond"})
    assert JSONFormatter().format(record).count("\n") == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act", ["modifier/", "retirer/", "retirer/annuler/", "contester/", "donnees.json", "effacer/"]
)
def test_no_act_of_the_private_page_writes_its_link_or_its_words(client, lines, act):
    comment = make_comment(status="rejected", text="mes mots")
    token = OwnerToken.token_for(comment.idempotency_key)
    lines.clear()
    client.get(f"/commentaires/suivi/{token}/{act}")
    client.post(f"/commentaires/suivi/{token}/{act}", {"body": "mes mots", "text": "mes mots"})
    assert [line for line in lines if token in line or "mes mots" in line] == []
    assert len(lines) == 2
