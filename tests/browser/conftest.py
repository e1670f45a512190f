"""
The harness of the browser tests: Chromium through Playwright against a live server.

Every page that a test opens is watched. A console error, a CSP violation, a file that did not load or a request
to another host fails the test when it ends.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from comments import tickets

# Playwright's synchronous interface runs an event loop in this thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
"""


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium found (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _hands_as_fast_as_a_program(monkeypatch):
    """The trap for programs would catch these tests; tests/comments/test_posting.py holds it."""
    monkeypatch.setattr(tickets, "TOO_FAST", timedelta(0))


@pytest.fixture
def visit(chromium, live_server) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser of its own: ``visit("/", javascript=False, dark=True, width=360)``."""
    contexts, problems = [], []

    def open_page(
        path: str = "/", *, javascript: bool = True, dark: bool = False, width: int = 1280, **kwargs
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": 800},
            locale="fr-FR",
            **kwargs,
        )
        contexts.append(context)
        context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: note_console(message, problems))
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))
        page.on("request", lambda request: note_request(request, live_server.url, problems))
        page.on("response", lambda response: note_response(response, problems))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def note_console(message, problems: list[str]) -> None:
    # Chromium says so of every page that answers 4xx on purpose; note_response() tells those from missing files.
    if message.type == "error" and not message.text.startswith("Failed to load resource"):
        problems.append(f"console: {message.text}")


def note_request(request, home: str, problems: list[str]) -> None:
    if urlsplit(request.url).scheme in {"http", "https"} and not request.url.startswith(home):
        problems.append(f"foreign request: {request.url}")


def note_response(response, problems: list[str]) -> None:
    if response.status >= 500 or (response.status >= 400 and not response.request.is_navigation_request()):
        problems.append(f"{response.status}: {response.url}")


def accessibility_violations(page: Page) -> list[str]:
    """axe-core's findings, one line each."""
    # Without preload, which adds a style element of axe's own where a sheet imports another, as the admin's do.
    options = {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['html'][:120]}" for each in found for node in each["nodes"]
    ]


def faults(page: Page, *, narrow: int = 360) -> list[str]:
    """
    axe-core's findings, and whether anything runs off the screen: in the dark on a phone ``narrow`` pixels wide, then
    in the light on a desk, where the page stays. Colours hang on the one, what fits on the other.
    """
    found = []
    for scheme, width in (("dark", narrow), ("light", 1280)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        # Colours that change gently are measured when they have changed.
        page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {})))")
        found += [f"{scheme}: {each}" for each in accessibility_violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"wider than {width} pixels")
    return found


def wait_until(page: Page, expression: str) -> None:
    """Until the page says so. Playwright's own wait_for_function evaluates in the page, which the CSP forbids."""
    for _look in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


def log_in(page: Page, username: str, password: str) -> None:
    """As after the login form, without its two pages; the page stays where it is."""
    client = Client()
    assert client.login(username=username, password=password)
    name = settings.SESSION_COOKIE_NAME
    home = f"http://{urlsplit(page.url).netloc}/"
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": home}])


def log_in_by_form(page: Page, username: str, password: str) -> None:
    page.goto("/admin/login/?next=/admin/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("[type=submit]")
    page.wait_for_url("**/admin/")
