"""Priya finds a message in the inbox, reviews how it was read, and answers with a promise that Ada sees."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

READ_WITHIN = 10_000
"""Milliseconds in which a new message is read."""


def answer_with_a_promise(priya: Page, assert_accessible: Callable[..., None]) -> None:
    priya.get_by_label("Answer", exact=True).fill("We halve it in the new year.")
    priya.get_by_text("With a promise…").click()
    day = datetime.now(UTC) + timedelta(days=14)
    priya.get_by_label("What you promise").fill("Write to you when the lower fee is in force")
    priya.get_by_label("By optional").fill(day.date().isoformat())
    assert_accessible(priya)
    priya.get_by_role("button", name="Send with this promise").click()
    expect(priya.locator("article.letter", has_text="We halve it")).to_be_visible()


def test_what_ada_wrote_is_reviewed_with_a_key_and_answered_with_a_promise(
    page_as: Callable[..., Page], assert_accessible: Callable[[Page], None], word: str
) -> None:
    ada, priya = page_as("ada"), page_as("priya")
    ada.goto("/say")
    ada.get_by_label("What do you want to tell us?").fill(f"The {word} fee is too high. When will you lower it?")
    ada.get_by_label("Yes").check()
    ada.get_by_role("button", name="Send").click()
    ada.get_by_role("link", name="Open the conversation").click()
    expect(ada.get_by_role("note", name="How we read this")).to_contain_text("Fair cost", timeout=READ_WITHIN)

    priya.goto("/team/")
    assert_accessible(priya)
    priya.keyboard.press("f")
    priya.get_by_label("Need", exact=True).first.select_option(label="Fair cost")
    priya.wait_for_url("**need=*")
    priya.locator("#filter").get_by_label("Feeling").select_option(label="Negative")
    priya.wait_for_url("**sentiment=negative*")
    assert_accessible(priya)
    priya.get_by_role("navigation", name="Queue").get_by_role("link", name=word).click()
    expect(priya.locator("article.letter mark").first).to_be_visible()
    assert_accessible(priya)

    marked = priya.locator("tr[data-marked]")
    expect(marked).to_have_count(1)
    tag = marked.locator(".chip").first.inner_text()
    priya.keyboard.press("y")
    expect(priya.locator("tr", has_text=tag)).to_contain_text("right, Priya")

    answer_with_a_promise(priya, assert_accessible)
    ada.reload()
    answer = ada.locator("article.letter", has_text="We halve it in the new year.")
    expect(answer).to_contain_text("Priya")
    expect(answer).to_contain_text("Write to you when the lower fee is in force")
    assert_accessible(ada)
    ada.goto("/me")
    expect(ada.get_by_role("main")).to_contain_text("Write to you when the lower fee is in force")


def test_personal_data_is_hidden_until_priya_asks_for_it(
    page_as: Callable[..., Page], assert_accessible: Callable[[Page], None], word: str
) -> None:
    ada, priya = page_as("ada"), page_as("priya")
    ada.goto("/say")
    ada.get_by_label("What do you want to tell us?").fill(f"Where is my {word} refund? Write to ada.home@example.org.")
    expect(ada.get_by_text("This holds a number or an address of yours.")).to_be_visible()
    ada.get_by_label("Yes").check()
    ada.get_by_role("button", name="Send").click()
    ada.get_by_role("link", name="Open the conversation").click()
    ref = ada.url.rsplit("/", 1)[1]

    priya.goto(f"/team/conversations/{ref}")
    words = priya.locator("article.letter p.words").first
    expect(words).to_contain_text(word)
    expect(words).not_to_contain_text("ada.home@")
    priya.get_by_role("button", name="Show, and log it").click()
    expect(words).to_contain_text("ada.home@example.org")
    assert_accessible(priya)


def test_a_promise_that_cannot_be_kept_is_apologised_for_and_ada_reads_it(
    page_as: Callable[..., Page], assert_accessible: Callable[..., None], word: str
) -> None:
    ada, priya = page_as("ada"), page_as("priya", look="phone")
    ada.goto("/say")
    ada.get_by_label("What do you want to tell us?").fill(f"When does my new {word} card come?")
    ada.get_by_label("Yes").check()
    ada.get_by_role("button", name="Send").click()
    ada.get_by_role("link", name="Open the conversation").click()
    ref = ada.url.rsplit("/", 1)[1]

    priya.goto(f"/team/conversations/{ref}")
    answer_with_a_promise(priya, assert_accessible)
    priya.get_by_role("button", name="Cannot be kept").click()
    priya.goto("/team/promises")
    assert_accessible(priya)
    priya.get_by_role("link", name="Apologise").first.click()
    expect(priya.get_by_label("What you say to them")).to_be_visible()
    assert_accessible(priya)

    priya.goto(f"/team/conversations/{ref}")
    priya.get_by_text("Apologise…").click()
    sorry = f"We cannot halve the {word} fee after all. I am sorry that I said so."
    priya.get_by_label("What you say to them").fill(sorry)
    assert_accessible(priya)
    priya.get_by_role("button", name="Send this apology").click()
    expect(priya.get_by_text("holds nothing back any more")).to_be_visible()
    assert_accessible(priya)

    ada.reload()
    apology = ada.locator("article.letter", has_text=sorry)
    expect(apology).to_contain_text("An apology")
    expect(apology).to_contain_text("Write to you when the lower fee is in force")
    assert_accessible(ada)
