"""Ada withdraws that her needs are understood: it is as easy as giving, it holds at once, and it can be undone."""

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Locator, Page, expect

NEEDS = "Understand your needs from what you write"
COUNT_CLICKS = """
addEventListener("click", (event) => {
  if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true);
"""


def answers(page: Page) -> Locator:
    """Yes and no of the purpose, of equal weight."""
    return page.locator(".purpose", has=page.get_by_role("heading", name=NEEDS)).get_by_role("group", name=NEEDS)


def press(page: Page, answer: str) -> None:
    answers(page).get_by_role("button", name=answer).click()
    expect(answers(page).get_by_role("button", name=answer)).to_have_attribute("aria-pressed", "true")


@contextmanager
def needs_given_again(page: Page) -> Any:
    """Whatever happens, Ada allows it again afterwards, for earlier words too."""
    try:
        yield
    finally:
        page.goto("/me/consent")
        if answers(page).get_by_role("button", name="Yes").get_attribute("aria-pressed") == "false":
            press(page, "Yes")
        earlier = page.get_by_role("button", name="Yes, earlier words too")
        if earlier.count():
            earlier.click()


@pytest.fixture
def ada(page_as: Callable[..., Page]) -> Any:
    page = page_as("ada")
    keeping: AbstractContextManager[None] = needs_given_again(page)
    with keeping:
        yield page


def test_withdrawing_takes_no_more_clicks_than_giving(ada: Page, assert_accessible: Callable[[Page], None]) -> None:
    ada.add_init_script(COUNT_CLICKS)
    clicks = {}
    for answer in ("No", "Yes"):
        ada.goto("/me")
        ada.evaluate("sessionStorage.clear()")
        ada.get_by_role("navigation", name="Main").get_by_role("link", name="What you allow").click()
        press(ada, answer)
        clicks[answer] = int(ada.evaluate("Number(sessionStorage.clicks)"))
        assert_accessible(ada)
    assert clicks["No"] <= clicks["Yes"] == 2


def test_yes_and_no_weigh_the_same(ada: Page) -> None:
    ada.goto("/me/consent")
    yes, no = (answers(ada).get_by_role("button", name=name).bounding_box() for name in ("Yes", "No"))
    assert yes
    assert no
    assert yes["height"] == no["height"]
    assert abs(yes["width"] - no["width"]) < 12


def test_a_withdrawal_gives_a_receipt_says_that_the_line_is_cut_and_can_be_undone(
    ada: Page, assert_accessible: Callable[[Page], None]
) -> None:
    ada.goto("/me/consent")
    press(ada, "No")
    receipt = ada.get_by_role("status").filter(has_text="Receipt")
    expect(receipt).to_contain_text("In force from now on.")
    ada.get_by_role("link", name="See receipt").click()
    expect(ada.get_by_role("article")).to_contain_text(NEEDS)
    assert_accessible(ada)

    ada.goto("/me/why")
    expect(ada.get_by_role("heading", name="The line is cut")).to_be_visible()
    assert_accessible(ada)

    ada.goto("/me/consent")
    press(ada, "Yes")
    press(ada, "No")
    ada.get_by_role("button", name="Undo").click()
    expect(answers(ada).get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")


def test_a_receipt_can_be_printed_taken_along_and_checked_by_anybody(
    ada: Page, assert_accessible: Callable[[Page], None], tmp_path: Path
) -> None:
    ada.goto("/me/consent")
    press(ada, "No")
    press(ada, "Yes")
    ada.get_by_role("link", name="See receipt").click()
    with ada.expect_download() as downloading:
        ada.get_by_role("link", name="Download the signed receipt").click()
    file = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(file)
    expect(ada.get_by_role("link", name="For older readers")).to_be_visible()

    assert ada.pdf().startswith(b"%PDF")
    ada.emulate_media(media="print", color_scheme="dark")
    for gone in (ada.get_by_role("navigation", name="Main"), ada.get_by_role("heading", name="Keep it")):
        expect(gone).to_be_hidden()
    expect(ada.get_by_text("Who answers for the data")).to_be_visible()
    assert ada.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    ada.emulate_media(media="screen", color_scheme="light")
    assert_accessible(ada)

    ada.get_by_role("link", name="Check a receipt").click()
    assert_accessible(ada)
    ada.get_by_label("The file").set_input_files(file)
    ada.get_by_role("button", name="Check it").click()
    expect(ada.get_by_role("status")).to_contain_text("ours and unchanged")
    assert_accessible(ada)
    ada.get_by_label("Or what is in it").fill(file.read_text().replace("ConsentGiven", "ConsentWithdrawn"))
    ada.get_by_role("button", name="Check it").click()
    expect(ada.get_by_role("alert")).to_contain_text("was changed after we signed it")
    assert_accessible(ada)


@pytest.fixture
def crm(demo: Any, playwright: Any) -> Any:
    """The CRM of the bank, with a token of its own."""
    token = demo.candour("token", "add", "--name", "crm in a journey", "--scope", "signals:read").split()[-1]
    calls: APIRequestContext = playwright.request.new_context(
        base_url=demo.url, extra_http_headers={"Authorization": f"Bearer {token}"}
    )
    yield calls
    calls.dispose()


def test_the_crm_sees_nothing_of_ada_with_the_next_call_and_earlier_words_are_asked_for(
    ada: Page, crm: APIRequestContext, assert_accessible: Callable[[Page], None]
) -> None:
    ref = ada.request.get("/me/download.json").json()["customers"][0]["ref"]

    def seen() -> int:
        answer = crm.get("/api/v1/signals", params={"customer": ref})
        assert answer.ok, answer.text()
        return len(answer.json()["items"])

    before = seen()
    assert before > 0
    ada.goto("/me/consent")
    press(ada, "No")
    assert seen() == 0

    press(ada, "Yes")
    expect(ada.get_by_text("May we also use what you wrote before")).to_be_visible()
    assert_accessible(ada)
    assert seen() == 0
    ada.get_by_role("button", name="Yes, earlier words too").click()
    expect(ada.get_by_text("May we also use what you wrote before")).to_have_count(0)
    assert seen() == before


def test_a_stale_tab_is_told_what_changed_and_can_choose_again(
    ada: Page, assert_accessible: Callable[[Page], None]
) -> None:
    other = ada.context.new_page()
    ada.goto("/me/consent")
    other.goto("/me/consent")
    press(ada, "No")
    with other.expect_response(lambda answer: answer.request.method == "POST") as posted:
        answers(other).get_by_role("button", name="Yes").click()
    assert posted.value.status == 409
    told = other.get_by_role("alert")
    expect(told).to_contain_text("nothing was recorded just now")
    expect(told).to_contain_text(NEEDS)
    assert_accessible(other)
    press(other, "Yes")
