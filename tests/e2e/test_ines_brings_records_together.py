"""Ines brings in consents from a file and takes them back, makes two records one and two again, and adds a system."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Accessible = Callable[..., None]
WORKED_ON_WITHIN = 30
"""Seconds in which the background has done what a page asked of it."""


@pytest.fixture
def two_customers(page_as: Callable[..., Page]) -> list[str]:
    """Numbers of two customers of a segment that nobody of the cast is in."""
    omar = page_as("omar")
    omar.goto("/analyst/segments/comparing_savers/members")
    return list(dict.fromkeys(re.findall(r"\bC-[0-9A-Z]{8,}\b", omar.inner_text("main"))))[:2]


def becomes(page: Page, state: str) -> None:
    """Wait until the background has brought the import that is shown into this state."""
    for _wait in range(WORKED_ON_WITHIN):
        if page.locator("h1 + p .chip").inner_text() == state:
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(f"it never was {state!r}, but {page.locator('h1 + p').inner_text()!r}")


def test_consents_of_a_file_are_seen_as_a_difference_applied_and_taken_back(
    page_as: Callable[..., Page], assert_accessible: Accessible, two_customers: list[str], word: str
) -> None:
    ines = page_as("ines")
    ines.goto("/admin/imports")
    lines = ["customer,purpose,answer,channel,at,source,wording"]
    lines += [f"{ref},reply,no,*,,branch {word}," for ref in two_customers]  # at least one of them allows it
    content = "\n".join(
        [*lines, f"C-NOBODY{word},reply,no,*,,,", f"{two_customers[1]},reply,perhaps,*,,,", ""]
    ).encode()
    ines.get_by_label("File", exact=True).set_input_files(
        {"name": f"{word}.csv", "mimeType": "text/csv", "buffer": content}
    )
    ines.get_by_role("button", name="Show what it would change").click()
    expect(ines.get_by_role("heading", name=f"{word}.csv")).to_be_visible()
    becomes(ines, "to be confirmed")
    rows = ines.get_by_role("region", name="Rows of the file")
    expect(rows.get_by_role("row")).to_have_count(5)
    expect(rows).to_contain_text("neither yes, no, granted, refused, withdrawn nor objected")
    assert_accessible(ines)
    ines.get_by_role("button", name="Apply what is shown").click()
    becomes(ines, "applied")
    assert_accessible(ines)
    ines.get_by_text("Undo this import").click()
    ines.get_by_role("button", name="Undo all of it").click()
    becomes(ines, "undone")
    expect(ines.get_by_text(re.compile("Taken back: [12]"))).to_be_visible()


def test_two_records_are_seen_side_by_side_made_one_and_two_again(
    page_as: Callable[..., Page], assert_accessible: Accessible, two_customers: list[str], word: str
) -> None:
    stays, goes = two_customers
    ines = page_as("ines")
    ines.goto("/admin/merges")
    assert_accessible(ines)
    ines.get_by_label("Number of the one who stays").fill(stays)
    ines.get_by_label("Number of the one who becomes part of them").fill(goes)
    ines.get_by_role("button", name="Look at both").click()
    expect(ines.get_by_role("region", name="Both customers")).to_contain_text(goes)
    assert_accessible(ines)
    ines.get_by_label("How it is known").fill(f"Both passports seen, {word}")
    ines.get_by_role("button", name="Merge", exact=True).click()
    expect(ines.get_by_role("button", name="Merge", exact=True)).to_be_visible()  # not without the word
    ines.get_by_label("to confirm").fill("merge")
    ines.get_by_role("button", name="Merge", exact=True).click()
    expect(ines.get_by_role("heading", name=f"{goes} is {stays}")).to_be_visible()
    assert_accessible(ines)
    ines.get_by_text("Part them again").click()
    ines.get_by_role("button", name="Make them two").click()
    expect(ines.get_by_text("undone", exact=True)).to_be_visible()


def test_a_system_is_added_its_token_shown_once_and_switched_off(
    page_as: Callable[..., Page], assert_accessible: Accessible, word: str
) -> None:
    ines = page_as("ines")
    ines.goto("/admin/systems")
    ines.get_by_label("Name", exact=True).fill(f"Letters {word}")
    ines.get_by_label("How it is told").select_option(label="It asks for the feed with a token of its own")
    ines.get_by_role("button", name="Add the system").click()
    expect(ines.get_by_role("heading", name=f"Letters {word}")).to_be_visible()
    token = ines.locator("code.receipt").inner_text()
    assert_accessible(ines)
    ines.goto("/admin/systems")
    ines.get_by_role("link", name=f"Letters {word}").click()
    assert token not in ines.content()
    answer = ines.request.get("/api/v1/consents/changes", headers={"Authorization": f"Bearer {token}"})
    assert answer.ok, answer.text()
    ines.once("dialog", lambda dialog: dialog.accept())
    ines.get_by_role("button", name="Switch it off").click()
    expect(ines.get_by_text("switched off", exact=True)).to_be_visible()
    assert ines.request.get("/api/v1/consents/changes", headers={"Authorization": f"Bearer {token}"}).status == 401
