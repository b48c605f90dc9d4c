"""Omar writes a message and wishes it for a segment, Ines is the second person, and both see how we are doing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

Accessible = Callable[..., None]


def test_a_message_is_written_by_one_its_kind_set_by_another_and_seen_as_a_customer_gets_it(
    page_as: Callable[..., Page], assert_accessible: Accessible, word: str
) -> None:
    omar, ines = page_as("omar"), page_as("ines")
    omar.goto("/analyst/templates")
    omar.get_by_role("link", name="New template").click()
    omar.get_by_label("Key").fill(word)
    omar.get_by_label("Kind, as you see it").select_option(label="a question")
    omar.get_by_label("Purpose").select_option(value="research")
    omar.get_by_label("Way").select_option(label="In the portal")
    omar.get_by_label("Subject", exact=True).fill(f"May we ask you something, {word}?")
    omar.get_by_label("Text", exact=True).fill("Dear $name,\n\nwhat would make $company plainer to you?")
    omar.get_by_role("button", name="Keep as a draft").click()
    expect(omar.get_by_text("You wrote it, so somebody else sets its kind.")).to_be_visible()
    expect(omar.get_by_role("button", name="Set it, so that it may be sent")).to_have_count(0)
    assert_accessible(omar)

    ines.goto(f"/analyst/templates/{word}")
    assert_accessible(ines)
    ines.get_by_role("button", name="Set it, so that it may be sent").click()
    expect(ines.get_by_text("may be sent", exact=True).first).to_be_visible()

    omar.goto("/analyst/decisions")
    customer = omar.get_by_text(re.compile(r"^C-")).first.inner_text()
    omar.goto(f"/analyst/templates/{word}")
    omar.get_by_role("link", name="As a customer gets it", exact=True).click()
    omar.get_by_label("Customer").fill(customer)
    omar.get_by_role("button", name="Show").click()
    expect(omar.get_by_role("heading", name=f"May we ask you something, {word}?")).to_be_visible()
    expect(omar.get_by_text("what would make Harbour Bank plainer to you?")).to_be_visible()
    expect(omar.get_by_role("heading", name="if it were to go now")).to_be_visible()
    assert_accessible(omar)


def test_a_campaign_is_tried_by_one_approved_by_another_started_and_stopped(
    page_as: Callable[..., Page], assert_accessible: Accessible, word: str
) -> None:
    omar, ines = page_as("omar"), page_as("ines")
    omar.goto("/analyst/campaigns")
    omar.get_by_role("link", name="New campaign").click()
    omar.get_by_label("Name").fill(f"Answers {word}")
    omar.get_by_label("Key").fill(word)
    omar.get_by_label("For whom").select_option(label="Waiting for an answer")
    omar.get_by_label("What is sent").select_option(label="Three questions about branches (a question)")
    omar.get_by_label("Why, in words the customer reads").fill("You told us that you wait for an answer.")
    begins = datetime.now(UTC).date() + timedelta(days=3)  # so that it asks for nobody while other journeys go on
    omar.get_by_label("First day").fill(begins.isoformat())
    omar.get_by_label("Last day").fill((begins + timedelta(days=7)).isoformat())
    omar.get_by_role("button", name="Keep as a draft").click()
    expect(omar.get_by_role("heading", name=f"Answers {word}")).to_be_visible()
    expect(omar.get_by_role("button", name="Approve")).to_have_count(0)
    omar.get_by_role("button", name="Try it").click()
    trial = omar.get_by_role("region", name="If it started now")
    expect(trial).to_contain_text(re.compile(r"\d+ members? would be asked for"))
    assert_accessible(omar)

    ines.goto(f"/analyst/campaigns/{word}")
    ines.get_by_role("button", name="Approve").click()
    expect(ines.get_by_role("region", name="What was done")).to_contain_text("Ines Duarte approved it")

    omar.reload()
    omar.get_by_role("button", name="Start").click()
    expect(omar.get_by_text("running", exact=True)).to_be_visible()
    assert_accessible(omar)
    omar.once("dialog", lambda dialog: dialog.accept())
    omar.get_by_role("button", name="Stop for good").click()
    expect(omar.get_by_role("region", name="What was done")).to_contain_text("Omar Haddad stopped it")
    expect(omar.get_by_text("running", exact=True)).to_have_count(0)


def test_other_settings_go_through_the_shadow_and_wait_for_a_second_person(
    page_as: Callable[..., Page], assert_accessible: Accessible, word: str
) -> None:
    omar, ines = page_as("omar"), page_as("ines")
    omar.goto("/analyst/rules")
    omar.get_by_text("Change the settings").click()
    days = omar.get_by_label("Quiet after negative feedback, in days")
    before = int(days.input_value())
    days.fill(str(before + 7))
    omar.get_by_label("Why you change it").fill(f"A week more of quiet, {word}.")
    omar.get_by_role("button", name="Keep as a draft").click()
    changed = omar.get_by_role("region", name=re.compile("What it says differently"))
    expect(changed).to_contain_text(f"it is quiet for {before + 7} days")
    omar.get_by_role("button", name="Put in the shadow").click()
    expect(omar.get_by_role("region", name="What it would have decided differently")).to_be_visible()
    expect(omar.get_by_text("You wrote it, so it waits for a second person.")).to_be_visible()
    assert_accessible(omar)

    ines.goto(omar.url)
    expect(ines.get_by_role("button", name="Approve and put in force")).to_be_visible()
    assert_accessible(ines)
    ines.get_by_role("button", name="Put away").click()  # other journeys go by the settings in force
    expect(ines.get_by_role("button", name="Approve and put in force")).to_have_count(0)


def test_what_we_do_is_measured_and_read_on_a_phone_and_in_the_dark(
    page_as: Callable[..., Page], assert_accessible: Accessible
) -> None:
    for look in ("phone", "dark"):
        omar = page_as("omar", look=look)
        omar.goto("/analyst/trust")
        after_a_no = omar.get_by_role("article", name="Contacts after a no")
        expect(after_a_no).to_contain_text(re.compile(r"0 of \d+ messages went out after a no"))
        after_a_no.get_by_text("The numbers").click()
        expect(after_a_no.get_by_role("table")).to_be_visible()
        assert omar.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert_accessible(omar)
    omar.get_by_label("Over", exact=True).select_option(label="days")
    if omar.get_by_role("button", name="Show", exact=True).count():
        omar.get_by_role("button", name="Show", exact=True).click()
    omar.wait_for_url("**period=day**")
    omar.get_by_role("link", name=re.compile("The auditor derived")).click()
    expect(omar.get_by_role("heading", name="The auditor")).to_be_visible()
    assert_accessible(omar)


def test_a_rule_that_writes_to_people_is_written_by_one_and_waits_for_another(
    page_as: Callable[..., Page], assert_accessible: Accessible, word: str
) -> None:
    omar, ines = page_as("omar"), page_as("ines")
    omar.goto("/analyst/rules/new")
    omar.get_by_label("Name").fill(f"Ask {word}")
    omar.get_by_label("Key").fill(word)
    omar.get_by_label("For whom").select_option(label="Waiting for an answer")
    omar.get_by_label("What follows").select_option(value="contact")
    omar.get_by_label("What is sent").select_option(label="Three questions about branches")
    omar.get_by_label("Why, in words the customer reads").fill("You told us that you wait for an answer.")
    omar.get_by_role("button", name="Save as a draft").click()
    expect(omar.get_by_text("You wrote it, so somebody else approves it.")).to_be_visible()
    expect(omar.get_by_role("button", name="Approve, and go live")).to_have_count(0)
    assert_accessible(omar)

    ines.goto(f"/analyst/rules/{word}")
    assert_accessible(ines)
    expect(ines.get_by_role("button", name="Approve, and go live")).to_be_visible()
    expect(ines.get_by_text("You wrote it")).to_have_count(0)
    omar.get_by_role("button", name="Retire").click()  # live it would write to people whom other journeys are about
    expect(omar.get_by_text("ended when it was retired")).to_be_visible()
