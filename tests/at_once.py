"""Several acts in the same instant, on the real database."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs the acts in threads that start together; returns what each returned or raised."""
    barrier = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(index, act):
        try:
            barrier.wait()
            results[index] = act()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index, act)) for index, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
