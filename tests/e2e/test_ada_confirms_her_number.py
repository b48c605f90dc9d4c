"""Ada gives her mobile number, gets a code through the outbox as a gateway would bring it, types it, and forgets it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.serving import Demo

FITS = "document.documentElement.scrollWidth <= window.innerWidth"
NUMBER = "+447700900123"
Gateway = Callable[[], str]


@pytest.fixture
def gateway(demo: Demo, open_page: Callable[..., Page]) -> Gateway:
    """A gateway for text messages: it takes what waits, says that it left, and gives the words for Ada's number."""
    made = demo.candour("token", "add", "--name", "texts", "--scope", "outbox:drain")
    token = re.search(r"cnd_\S+", made)
    assert token
    program = open_page().request
    headers = {"Authorization": f"Bearer {token[0]}"}

    def ask(path: str, **data: Any) -> Any:
        answer = program.post(f"/api/v1/outbox/{path}", headers=headers, data=data)
        assert answer.ok, answer.text()
        return answer.json()

    def take() -> str:
        words = ""
        for one in ask("leases", channel="sms", limit=50)["items"]:
            ask("reports", message=one["message"], outcome="handed_over")
            words = one["text"] if one["to"] == NUMBER else words
        return words

    return take


@pytest.fixture
def ada(page_as: Callable[..., Page]) -> Iterator[Callable[[str], Page]]:
    """Ada at her number; afterwards it is forgotten again."""
    pages = []

    def begin(look: str) -> Page:
        page = page_as("ada", look=look)
        pages.append(page)
        forget(page)
        return page

    yield begin
    for page in pages:
        forget(page)


def forget(page: Page) -> None:
    page.goto("/me/phone")
    if page.get_by_text("Forget this number").count():
        page.get_by_text("Forget this number").click()
        page.get_by_role("button", name="Yes, forget it").click()
        expect(page.get_by_role("status")).to_contain_text("It is forgotten")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


@pytest.mark.parametrize("look", ["wide", "phone", "dark"])
def test_ada_confirms_her_number_with_the_keyboard_alone_and_a_mistake_says_what_to_do(
    ada: Callable[[str], Page], gateway: Gateway, assert_accessible: Callable[[Page], None], look: str
) -> None:
    gateway()
    page = ada(look)
    assert_accessible(page)
    page.get_by_label("Mobile number").focus()
    page.keyboard.type("07700 900123")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Begin with +")
    assert_accessible(page)
    page.get_by_label("Mobile number").fill(NUMBER)
    page.get_by_label("Mobile number").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("A code is on its way.")
    expect(page.get_by_text("not confirmed", exact=True)).to_be_visible()
    assert page.evaluate(FITS)
    code = gateway()[:6]
    page.get_by_label("The six digits").fill(wrong(code))
    page.get_by_label("The six digits").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("You can try 4 more times.")
    assert_accessible(page)
    page.get_by_label("The six digits").fill(code)
    page.get_by_label("The six digits").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your number is confirmed.")
    assert_accessible(page)
    page.goto("/me/why")
    sent = page.get_by_role("group").filter(has_text="Your code for").first
    sent.locator("summary").click()
    expect(sent).to_contain_text("this is the code to confirm it")
    expect(page.get_by_role("main")).not_to_contain_text(code)


def test_pressed_twice_and_in_two_windows_one_code_goes_and_nothing_breaks(
    ada: Callable[[str], Page], gateway: Gateway, assert_accessible: Callable[[Page], None]
) -> None:
    gateway()
    page = ada("wide")
    other = page.context.new_page()
    other.goto("/me/phone")
    page.get_by_label("Mobile number").fill(NUMBER)
    page.get_by_role("button", name="Keep it and send a code").dblclick()
    other.get_by_label("Mobile number").fill(NUMBER)
    other.get_by_role("button", name="Keep it and send a code").click()
    expect(other.get_by_role("status")).to_contain_text("on its way already")
    code = gateway()[:6]
    assert gateway() == ""
    for window in (page, other):
        window.goto("/me/phone")
    for window in (page, other):
        window.get_by_label("The six digits").fill(code)
        window.get_by_role("button", name="Confirm the number").click()
        expect(window.get_by_role("status")).to_contain_text("Your number is confirmed.")
    page.goto("/me/account")
    expect(page.get_by_role("region", name="Your number")).to_contain_text("confirmed")
    assert_accessible(page)
