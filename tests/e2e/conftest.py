"""Journeys through a running demo in a real browser. Without a chromium they are skipped, and say so.

The demo is loaded once for all of them. To shorten the wait while writing a journey, start one and name it:

    CANDOUR_INSTANCE=/tmp/demo CANDOUR_RATE_SIGN_IN="1000 per minute" candour demo --port 8931
    CANDOUR_INSTANCE=/tmp/demo CANDOUR_E2E_URL=http://127.0.0.1:8931 pytest -p playwright tests/e2e

Journeys share the demo, so each leaves the cast as it found them or works with words of its own.
"""

import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.serving import Demo, served

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PASSWORD = "candour-demo-2026"
HOMES = {"priya": "/team/", "omar": "/analyst/", "ines": "/admin/"}
PATIENCE = 10_000
"""Milliseconds after which something that should be on a page is missing."""
REFUSED = re.compile(r"content security policy|refused to", re.IGNORECASE)
WAYS_OF_LOOKING: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "dark"},
}
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not CHROMIUM:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="no chromium found: install it, or name it with CHROMIUM="))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "headless": True, "args": QUIET}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo that the journeys share; the one CANDOUR_E2E_URL names, when it names one."""
    if named := os.environ.get("CANDOUR_E2E_URL"):
        yield Demo(named.rstrip("/"), dict(os.environ))
        return
    with served(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture(scope="session")
def portal_url(demo: Demo) -> str:
    """Where the portal of the demo is served."""
    return demo.url


@pytest.fixture(scope="session")
def password() -> str:
    """What everybody of the cast signs in with."""
    return PASSWORD


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What went wrong inside the pages of this test: script errors, refusals of the content policy, answers of 500."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def open_page(browser: Browser, portal_url: str, faults: list[str]) -> Iterator[Callable[..., Page]]:
    """A page of a fresh browser, as a visitor; `look` is one of wide, phone, dark."""
    contexts: list[BrowserContext] = []

    def open_one(look: str = "wide", **options: Any) -> Page:
        context = browser.new_context(base_url=portal_url, **{**WAYS_OF_LOOKING[look], **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watch(page, faults)
        return page

    yield open_one
    for context in contexts:
        context.close()


def watch(page: Page, faults: list[str]) -> None:
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    page.on("console", lambda line: faults.append(line.text) if REFUSED.search(line.text) else None)
    page.on("response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)


@pytest.fixture
def word() -> str:
    """A word nobody used before, by which what a test wrote is found again. No digits: those could be hidden."""
    return "".join(random.choices("bdfgklmnprstvz", k=10))


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    """Cookies of the cast by name, so that each of them signs in once."""
    return {}


@pytest.fixture
def page_as(open_page: Callable[..., Page], signed_in: dict[str, Any]) -> Callable[..., Page]:
    """A page with somebody of the cast signed in: `page_as("ada")`, `page_as("omar", look="phone")`."""

    def sign_in(name: str, look: str = "wide", **options: Any) -> Page:
        if name not in signed_in:
            page = open_page(look)
            page.goto("/sign-in")
            page.fill("input[name=email]", f"{name}@example.org")
            page.fill("input[name=password]", PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
            signed_in[name] = page.context.storage_state()
            page.context.close()
        page = open_page(look, storage_state=signed_in[name], **options)
        page.goto(HOMES.get(name, "/me/"))
        return page

    return sign_in


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[..., None]:
    """No finding of axe is tolerated: there is no list of exceptions. `rules` names the ones to ask; else all are."""
    axe = Axe()

    def check(page: Page, rules: list[str] | None = None) -> None:
        page.wait_for_load_state("load")  # a page without its style sheet yet is not what anybody looks at
        options = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
        results = axe.run(page, options={**options, "resultTypes": ["violations"]})
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check
