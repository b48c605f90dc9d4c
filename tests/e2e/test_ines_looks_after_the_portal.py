"""Ines adds somebody to the team, runs a job, publishes a notice after seeing the difference, and grants a benefit."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

LIVE_WITHIN = 10_000
"""Milliseconds in which an open page shows what was granted."""


def test_a_new_member_of_the_team_is_invited(
    page_as: Callable[..., Page], assert_accessible: Callable[..., None], word: str
) -> None:
    ines = page_as("ines")
    ines.goto("/admin/people")
    ines.get_by_label("Name", exact=True).fill(f"Nora {word}")
    ines.get_by_label("E-mail address").fill(f"{word}@example.org")
    ines.get_by_label("Role", exact=True).select_option(label="Analyst")
    ines.get_by_role("button", name="Add and invite").click()
    row = ines.get_by_role("row", name=f"Nora {word}")
    expect(row).to_contain_text("invited")
    assert_accessible(ines)
    ines.goto("/admin/outbox")
    expect(ines.get_by_role("row", name=f"{word}@example.org")).to_be_visible()


def test_a_job_is_run_now(page_as: Callable[..., Page], assert_accessible: Callable[..., None]) -> None:
    ines = page_as("ines")
    ines.goto("/admin/jobs?job=expire")
    ines.get_by_role("button", name="Run now expire").click()
    runs = ines.get_by_role("region", name="The newest runs").locator("tbody tr", has_text="Ines")
    for _wait in range(20):
        ines.goto("/admin/jobs?job=expire")
        if runs.count():
            break
        ines.wait_for_timeout(500)
    expect(runs.first).to_contain_text("expire")
    assert_accessible(ines)


def test_a_notice_is_published_after_the_difference_was_seen(
    page_as: Callable[..., Page], assert_accessible: Callable[..., None], word: str
) -> None:
    ines = page_as("ines")
    ines.goto("/admin/purposes")
    ines.get_by_role("link", name="Share with partners").click()
    ines.get_by_label("Title").fill("Sharing with partners")
    ines.get_by_label("In short").fill(f"Names of partners are listed in the notice, {word} among them.")
    ines.get_by_label("In full").fill(f"We give your name to the partners listed here: {word}. Nobody else gets it.")
    ines.get_by_role("button", name="Keep as a draft").click()
    expect(ines.locator("ins", has_text=word).first).to_be_visible()
    assert_accessible(ines)
    ines.get_by_role("button", name="Publish these words").click()
    expect(ines.get_by_text("published, never changes")).to_be_visible()
    expect(ines.get_by_role("button", name="Publish these words")).to_have_count(0)
    assert_accessible(ines)


def test_what_is_granted_appears_on_the_open_page_without_a_reload(
    page_as: Callable[..., Page], assert_accessible: Callable[..., None], word: str
) -> None:
    ada, ines = page_as("ada"), page_as("ines")
    ada.goto("/me/entitlements")
    expect(ada.get_by_role("main")).not_to_contain_text(word)
    ines.goto("/admin/benefits")
    ines.get_by_role("link", name="Grant by hand").click()
    ines.get_by_label("Customer").fill("ada@example.org")
    ines.get_by_label("Benefit").select_option(label="Airport lounge visits")
    ines.get_by_label("Amount").fill("1")
    ines.get_by_label("Why").fill(f"For your patience with the {word} fault.")
    assert_accessible(ines)
    ines.get_by_role("button", name="Grant", exact=True).click()
    expect(ada.get_by_text(f"For your patience with the {word} fault.")).to_be_visible(timeout=LIVE_WITHIN)
    expect(ada.get_by_role("status").filter(has_text="What you may use has changed.")).to_have_count(1)
    assert_accessible(ada)
