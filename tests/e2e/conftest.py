"""Journeys through a running demo in a real browser. Without a chromium they are skipped, and say so."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PASSWORD = "candour-demo-2026"
START_SECONDS = 300
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
def portal_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo as `make demo` starts it, in an instance folder of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("demo")
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "CANDOUR_INSTANCE": str(folder / "instance"),
        "CANDOUR_RATE_SIGN_IN": "1000 per minute",
    }
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [Path(sys.executable).with_name("candour"), "demo", "--port", str(port)],
            env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        wait_until_up(server, url, folder / "log")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_until_up(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"The demo did not start:\n{log.read_text()[-4000:]}")


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
def page_as(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """A page with somebody of the cast signed in: `page_as("ada")`, `page_as("omar", look="phone")`."""

    def sign_in(name: str, look: str = "wide", **options: Any) -> Page:
        page = open_page(look, **options)
        page.goto("/sign-in")
        page.fill("input[name=email]", f"{name}@example.org")
        page.fill("input[name=password]", PASSWORD)
        page.locator("form:has(input[name=password]) [type=submit]").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    return sign_in


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[[Page], None]:
    """No finding of axe is tolerated: there is no list of exceptions."""
    axe = Axe()

    def check(page: Page) -> None:
        results = axe.run(page)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check


@pytest.fixture
def screenshot() -> Callable[[Page, str], Path]:
    """Keep a picture of the whole page under `test-results/screens/`, to be looked at."""

    def keep(page: Page, name: str) -> Path:
        path = Path("test-results/screens") / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return keep
