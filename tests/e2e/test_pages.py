"""Every page somebody can reach from where they land: nothing breaks, nothing is refused, and everybody can use it."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

MOST_PAGES = 25
NO_PAGE = re.compile(r"\.(csv|json)$|/api/|/static/|/download")
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
LOOKS = [
    ("visitor", "wide"), ("visitor", "phone"),
    ("ada", "wide"), ("ada", "phone"), ("ada", "dark"),
    ("priya", "wide"), ("priya", "dark"),
    ("omar", "wide"), ("omar", "phone"),
    ("ines", "wide"), ("ines", "dark"),
]  # fmt: skip


def shape(path: str) -> tuple[str, ...]:
    """Pages that differ only by which thing they show count as one: `/ideas/I-7Q2M…` is `/ideas/*`."""
    return tuple("*" if any(letter.isdigit() for letter in part) else part for part in path.split("/"))


def links(page: Page) -> list[str]:
    """Addresses of pages of the portal that this page leads to."""
    found = page.eval_on_selector_all("a[href]:not([download])", "links => links.map(link => link.href)")
    here = urlsplit(page.url)
    ours = [urlsplit(address) for address in found if urlsplit(address).netloc == here.netloc]
    return [
        address.path for address in ours if not address.path.endswith((".csv", ".json")) and "/api/" not in address.path
    ]


@pytest.mark.parametrize(("name", "look"), LOOKS)
def test_every_page_in_reach_works_and_is_accessible(
    name: str,
    look: str,
    open_page: Callable[..., Page],
    page_as: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
) -> None:
    page = open_page(look) if name == "visitor" else page_as(name, look=look)
    if name == "visitor":
        page.goto("/")
    waiting, seen = [urlsplit(page.url).path], set()
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        if shape(path) in seen:
            continue
        seen.add(shape(path))
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        if "text/html" in answer.headers.get("content-type", ""):
            assert_accessible(page)
            assert page.evaluate(FITS), f"{path} is wider than the {look} screen"
            waiting += links(page)
    assert len(seen) > 3
