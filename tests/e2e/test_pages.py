"""Every page somebody can reach from where they land: nothing breaks, nothing is refused, and everybody can use it."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

MOST_PAGES = {"wide": 45, "dark": 25, "phone": 25}
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
AREAS = {
    "visitor": ("/",),
    "ada": ("/me", "/say", "/ideas"),
    "priya": ("/team",),
    "omar": ("/analyst",),
    "ines": ("/admin",),
}
"""What each of them is sent through: the pages that are theirs. Others of the cast see to the rest."""
LOOKS = [
    *((name, "wide") for name in AREAS),
    ("ada", "dark"), ("priya", "dark"), ("ines", "dark"),
    ("visitor", "phone"), ("ada", "phone"), ("omar", "phone"),
]  # fmt: skip
RULES = {"wide": None, "dark": ["color-contrast"], "phone": ["target-size", "scrollable-region-focusable"]}
"""What a look can change is checked in every look; the rest once."""


def shape(path: str) -> tuple[str, ...]:
    """Pages that differ only by which thing they show count as one: `/ideas/I-7Q2M…` is `/ideas/*`."""
    return tuple("*" if any(letter.isdigit() for letter in part) else part for part in path.rstrip("/").split("/"))


def links(page: Page, areas: tuple[str, ...]) -> list[str]:
    """Addresses of pages in these areas of the portal that this page leads to."""
    found = page.eval_on_selector_all("a[href]:not([download])", "links => links.map(link => link.href)")
    here = urlsplit(page.url)
    ours = [urlsplit(address) for address in found if urlsplit(address).netloc == here.netloc]
    return [
        address.path
        for address in ours
        if address.path.startswith(areas)
        and not address.path.endswith((".csv", ".json", ".jsonld", ".toml", ".zip", "/csv"))
    ]


@pytest.mark.parametrize(("name", "look"), LOOKS)
def test_every_page_in_reach_works_and_is_accessible(
    name: str,
    look: str,
    open_page: Callable[..., Page],
    page_as: Callable[..., Page],
    assert_accessible: Callable[..., None],
) -> None:
    page = open_page(look) if name == "visitor" else page_as(name, look=look)
    if name == "visitor":
        page.goto("/")
    waiting, seen = [urlsplit(page.url).path], set[tuple[str, ...]]()
    while waiting and len(seen) < MOST_PAGES[look]:
        path = waiting.pop(0)
        if shape(path) in seen:
            continue
        seen.add(shape(path))
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        if "text/html" in answer.headers.get("content-type", ""):
            assert_accessible(page, RULES[look])
            assert page.evaluate(FITS), f"{path} is wider than the {look} screen"
            waiting += links(page, AREAS[name])
    assert len(seen) > 3
