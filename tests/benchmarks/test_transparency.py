"""
What the public figures cost beside 100,000 comments, and beside a million with BENCH_LARGE=1.
"""

import time
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from comments import transparency
from comments.models import Decision
from comments.periods import Period
from tests.benchmarks.test_threads import LARGE

pytestmark = [pytest.mark.django_db, pytest.mark.benchmark]

ROUNDS = 3


def milliseconds(action: Callable[[], object]) -> float:
    took = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        action()
        took.append((time.perf_counter() - start) * 1000)
    return min(took)


def test_the_figures_of_a_large_site(client):
    call_command("generate_load", stdout=StringIO(), **LARGE)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    months = [each for each in transparency.all_periods() if each.month]
    busiest = max(months, key=lambda each: transparency.figures(each).received)
    measures = {
        f"{busiest}, {transparency.figures(busiest).decisions} décisions": lambda: transparency.figures(
            busiest
        ),
        f"année {busiest.year}": lambda: transparency.figures(Period(busiest.year)),
        "délai habituel (30 jours)": transparency.usual_time,
        "page d’un mois": lambda: client.get(f"/transparence/{busiest}/"),
    }
    print(f"\n{connection.vendor}, {Decision.objects.count()} lignes du journal")
    for name, action in measures.items():
        print(f"{name:40}{milliseconds(action):9.1f} ms")
