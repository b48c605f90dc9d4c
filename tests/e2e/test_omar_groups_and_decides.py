"""Omar builds a segment without JavaScript, tries a rule, and reads why a contact was decided as it was."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

PLACED_WITHIN = 20
"""Seconds in which a segment that went live has its members."""


def test_a_segment_is_built_without_javascript_and_its_size_seen_before_it_is_saved(
    page_as: Callable[..., Page], word: str
) -> None:
    omar = page_as("omar", java_script_enabled=False)
    omar.goto("/analyst/segments")
    omar.get_by_role("link", name="New segment").click()
    omar.get_by_label("Name").fill(f"Minds fees {word}")
    omar.get_by_label("Key").fill(word)
    omar.get_by_label("Why it is there").fill("Show them what is free first.")
    first = omar.get_by_role("group", name="Condition 1", exact=True)
    first.get_by_label("Feature").select_option(label="Fair cost: signs in 90 days")
    first.get_by_label("is", exact=True).select_option(label="at least")
    first.get_by_label("Value").fill("1")
    omar.get_by_role("button", name="Show how many").click()

    shown = omar.get_by_role("status")
    expect(shown).to_contain_text("Customers with Fair cost not met or wished for at least once in 90 days.")
    people = int(shown.locator(".figure b").first.inner_text())
    assert people > 0
    expect(omar.get_by_label("Name")).to_have_value(f"Minds fees {word}")

    omar.get_by_role("button", name="Save as a draft").click()
    expect(omar.get_by_role("heading", name=f"Minds fees {word}")).to_be_visible()
    expect(omar.get_by_text(f"It would hold {people} people")).to_be_visible()
    omar.get_by_role("button", name="Go live").click()
    now_in_it = omar.locator(".figure", has_text="people now").locator("b")
    for _wait in range(PLACED_WITHIN):
        if now_in_it.inner_text() not in ("0", "…"):  # members are being placed
            break
        omar.wait_for_timeout(1000)
        omar.reload()
    expect(now_in_it).to_have_text(str(people))

    omar.get_by_text("Retire this segment").click()
    omar.get_by_role("button", name="Retire").click()
    expect(omar.get_by_text("retired", exact=True)).to_be_visible()


def test_a_segment_of_the_demo_says_who_is_in_it_and_on_which_words(
    page_as: Callable[..., Page], assert_accessible: Callable[..., None]
) -> None:
    omar = page_as("omar")
    omar.goto("/analyst/segments")
    omar.get_by_role("link", name="Fee-conscious").click()
    expect(omar.get_by_role("cell", name="Fair cost").first).to_be_visible()
    expect(omar.locator("td .words").first).to_contain_text("“")
    omar.get_by_role("link", name="All members").click()
    expect(omar.get_by_role("table")).to_be_visible()
    assert_accessible(omar)


def test_a_rule_is_tried_without_anything_being_granted(
    page_as: Callable[..., Page], assert_accessible: Callable[..., None], word: str
) -> None:
    omar = page_as("omar")
    omar.goto("/analyst/rules")
    omar.get_by_role("link", name="New rule").click()
    omar.get_by_label("Name").fill(f"Lounge {word}")
    omar.get_by_label("Key").fill(word)
    omar.get_by_label("For whom").select_option(label="Fee-conscious")
    omar.get_by_label("What is granted").select_option(label="Airport lounge visits")
    omar.get_by_label("Why, in words the customer reads").fill("Because fees bother you, wait where it costs nothing.")
    assert_accessible(omar)
    omar.get_by_role("button", name="Save as a draft").click()
    expect(omar.get_by_role("heading", name="If it ran now")).to_be_visible()
    expect(omar.get_by_text("Nothing was sent or granted by looking.")).to_be_visible()
    expect(omar.get_by_role("row")).not_to_have_count(0)
    assert_accessible(omar)


def test_a_decision_gives_every_rule_and_an_unchanged_record(
    page_as: Callable[..., Page], assert_accessible: Callable[..., None]
) -> None:
    omar = page_as("omar")
    omar.goto("/analyst/decisions")
    omar.get_by_label("Outcome").select_option(label="Not sent")
    omar.get_by_role("button", name="Filter").click()
    omar.locator("tbody a").first.click()
    expect(omar.get_by_role("heading", name="What every rule said")).to_be_visible()
    expect(omar.get_by_text("unchanged", exact=True)).to_be_visible()
    assert_accessible(omar)
