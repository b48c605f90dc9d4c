"""With a keyboard alone, in forced colours, without motion, on the narrowest phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

FITS = "document.documentElement.scrollWidth <= window.innerWidth"
RING = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""
MAIN_PAGES = {
    "ada": [
        "/me", "/me/consent", "/me/preferences", "/me/entitlements", "/me/why", "/me/conversations", "/say", "/ideas",
    ],
    "priya": ["/team/", "/team/ideas", "/team/needs"],
    "omar": [
        "/analyst/", "/analyst/segments", "/analyst/rules", "/analyst/decisions", "/analyst/what-if",
        "/analyst/campaigns", "/analyst/templates", "/analyst/trust", "/analyst/trust/audit",
    ],
    "ines": [
        "/admin/", "/admin/purposes", "/admin/imports", "/admin/merges", "/admin/systems", "/admin/requests",
        "/admin/reader", "/admin/taxonomy", "/admin/rereads", "/admin/jobs", "/admin/outbox", "/admin/audit",
    ],
}  # fmt: skip
LONGEST_WAY = 60
"""Presses of Tab after which something that should be reachable is not."""


def test_the_first_tab_is_a_way_past_the_navigation(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/ideas")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_something_is_said_with_the_keyboard_alone_and_the_focus_is_always_seen(
    page_as: Callable[..., Page], word: str
) -> None:
    ada = page_as("ada")
    ada.goto("/say")

    def tab_to(name: str) -> None:
        for _press in range(LONGEST_WAY):
            ada.keyboard.press("Tab")
            assert ada.evaluate(RING), ada.evaluate("document.activeElement.outerHTML")
            if ada.evaluate("document.activeElement.id || document.activeElement.textContent.trim()") == name:
                return
        raise AssertionError(f"{name} is not reached with Tab")

    tab_to("f-text")
    ada.keyboard.type(f"Thank you, {word}, that was kind.")
    tab_to("f-may_reply")
    ada.keyboard.press("Space")
    tab_to("Send")
    ada.keyboard.press("Enter")
    expect(ada.get_by_role("heading", name="We have it")).to_be_visible()


@pytest.mark.parametrize("name", MAIN_PAGES)
def test_no_main_page_scrolls_sideways_on_the_narrowest_phone(page_as: Callable[..., Page], name: str) -> None:
    page = page_as(name, viewport={"width": 320, "height": 640})
    for path in MAIN_PAGES[name]:
        page.goto(path)
        assert page.evaluate(FITS), f"{path} is wider than 320 pixels"


@pytest.mark.parametrize("name", ["ada", "priya", "omar", "ines"])
def test_the_menu_of_oneself_fits_on_the_narrowest_phone(page_as: Callable[..., Page], name: str) -> None:
    page = page_as(name, look="phone", viewport={"width": 320, "height": 640})
    page.locator("details.me > summary").click()
    menu = page.locator("details.me > .card")
    expect(menu.get_by_role("button", name="Sign out", exact=True)).to_be_in_viewport(ratio=1)
    assert page.evaluate(FITS)


@pytest.mark.parametrize("asked", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}])
def test_pages_keep_to_what_a_person_asked_of_their_browser(
    page_as: Callable[..., Page], asked: dict[str, Any]
) -> None:
    page = page_as("ada", **asked)
    for path in MAIN_PAGES["ada"]:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if "reduced_motion" in asked:
            moving = "document.getAnimations().filter(one => one.effect.getComputedTiming().duration > 1).length"
            assert page.evaluate(moving) == 0, path
