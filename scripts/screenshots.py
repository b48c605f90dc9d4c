"""Takes pictures of a running demo: the one in the README, or (`--all`) every page wide, on a phone and in the dark.

    python scripts/screenshots.py                      # docs/images/conversation.png from http://127.0.0.1:8000
    python scripts/screenshots.py --all --out /tmp/pictures

Needs the packages of `make e2e` and a Chromium on the PATH (or named by CHROMIUM).
"""

import argparse
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "candour-demo-2026"  # printed by the demo itself
QUIET_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
}
PAGES = {
    None: ["/", "/say", "/ideas", "/changes", "/sign-in", "/sign-up", "/how-we-read", "/privacy", "/api/v1/"],
    "ada": [
        "/me",
        "/me/conversations",
        "@/me/conversations/",
        "/me/consent",
        "/me/preferences",
        "/me/entitlements",
        "/me/why",
        "/me/account",
        "/me/trust",
        "/me/privacy",
        "/me/privacy/erase",
        "/me/consent/history",
        "@/ideas/I",
        "/ideas/new",
    ],
    "ben": ["/me", "/me/consent", "/me/why"],
    "cleo": ["/me/entitlements"],
    "priya": ["/team/", "/team/ideas", "@/team/ideas/", "/team/needs", "/team/review"],
    "omar": [
        "/analyst/",
        "/analyst/signals",
        "/analyst/segments",
        "@/analyst/segments/",
        "/analyst/segments/new",
        "/analyst/rules",
        "/analyst/what-if",
        "/analyst/decisions",
        "@/analyst/decisions/",
        "/analyst/campaigns",
        "@/analyst/campaigns/",
        "/analyst/campaigns/new",
        "/analyst/templates",
        "@/analyst/templates/",
        "/analyst/templates/new",
        "/analyst/trust",
        "/analyst/trust/audit",
    ],
    "ines": [
        "/admin/",
        "/admin/people",
        "/admin/purposes",
        "@/admin/purposes/",
        "/admin/benefits",
        "/admin/tokens",
        "/admin/jobs",
        "/admin/outbox",
        "/admin/audit",
        "/admin/imports",
        "/admin/merges",
        "/admin/systems",
        "@/admin/systems/",
        "/admin/requests",
        "@/admin/requests/",
        "/admin/reader",
        "/admin/rereads",
        "/admin/taxonomy",
        "/admin/taxonomy/1",
    ],
}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium of this machine."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=QUIET_CHROMIUM)


def signed_in(browser: Browser, base: str, who: str | None, size: str) -> Page:
    """A page in a fresh browser context, signed in as one of the cast."""
    page = browser.new_context(**SIZES[size], base_url=base).new_page()
    if who:
        page.goto("/sign-in")
        page.fill("[name=email]", f"{who}@example.org")
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        page.wait_for_load_state()
    return page


def open_path(page: Page, path: str) -> str:
    """Go to `path`; `@/x/` means the first link on `/x` that begins with `/x/`. Returns a name for the picture."""
    if path.startswith("@"):
        prefix = path[1:]
        page.goto(prefix.rsplit("/", 1)[0])
        links = page.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
        found = next((link for link in links if link.startswith(prefix) and not link.endswith("/new")), prefix)
        page.goto(found)
        return prefix.strip("/").replace("/", "-") + "-one"
    page.goto(path)
    return path.strip("/").replace("/", "-") or "front"


def all_pages(base: str, out: Path) -> None:
    """Every page of everybody, in every size."""
    with chromium() as browser:
        for size in SIZES:
            for who, paths in PAGES.items():
                page = signed_in(browser, base, who, size)
                for path in paths:
                    name = open_path(page, path)
                    page.screenshot(path=out / f"{who or 'visitor'}-{name}-{size}.png", full_page=True)
                page.context.close()


def readme_picture(base: str, out: Path) -> None:
    """Ada's thread about the fee that was taken twice."""
    with chromium() as browser:
        page = signed_in(browser, base, "ada", "wide")
        page.goto("/me/conversations")
        page.click("main a:has-text('fee')")
        page.wait_for_load_state()
        page.screenshot(path=out / "conversation.png")


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000", help="address of the running demo")
    parser.add_argument("--out", type=Path, default=Path("docs/images"), help="folder for the pictures")
    parser.add_argument("--all", action="store_true", help="every page, wide, phone and dark")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    (all_pages if options.all else readme_picture)(options.base, options.out)


if __name__ == "__main__":
    main()
