"""Words in another language: a customer's mail is in the customer's language, whoever causes it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from nlp import Reader
from portal import accounts, db, outreach, sentences
from portal.accounts.letters import LETTERS
from portal.mail import OutboxMessage
from portal.needs import rules
from portal.needs.claims import LANGUAGES, NEED_NAMES
from portal.outreach import owed
from portal.outreach.rules import filled, mail_text
from portal.sentences import Sentence, day_in, in_language
from portal.settings import Settings
from tests import catalogues, people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BLANKS = {"company": "7", "name": "7", "link": "7", "reset": "7"}


@pytest.fixture(scope="module")
def portal_words() -> set[str]:
    return catalogues.collected("portal")


@pytest.fixture
def italian(tmp_path: Path, portal_words: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Italian, in which every sentence of ours is itself in brackets."""
    catalogues.write(tmp_path / "words", "it", catalogues.bracketed(portal_words))
    monkeypatch.setattr(sentences, "FOLDER", tmp_path / "words")


def mails(engine: Engine) -> Sequence[OutboxMessage]:
    with db.reading(engine) as session:
        return session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)).all()


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_no_letter_says_anything_that_cannot_be_translated(kind: str, italian: None) -> None:
    subject, text = LETTERS[kind].write("it", **BLANKS)
    assert catalogues.outside(subject) == ""
    assert set(catalogues.outside(text).split()) <= {"7"}
    assert "⟦" not in LETTERS[kind].write("fr", **BLANKS)[1]


@pytest.mark.parametrize("words", [owed.BACKED, owed.PROPOSED, owed.PROPOSED_MAIL, owed.ANSWERED])
def test_no_template_of_ours_says_anything_that_cannot_be_translated(words: dict[str, str], italian: None) -> None:
    for text in (words["subject"], words["text"]):
        assert catalogues.outside(filled(in_language("it", text), {"status": "7"})) == ""
    assert catalogues.outside(mail_text("", "7", "it").replace("--", "")) == ""


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize("about", [0, 1, 2, 3])
@pytest.mark.parametrize("distress", [True, False])
def test_what_the_portal_says_after_reading_can_be_translated_whole(
    readable: bool, about: int, distress: bool, italian: None
) -> None:
    found = [("Fair cost", "unmet"), ("Speed", "met"), ("Ease", "wished")][:about]
    for language in ("", "Italian"):
        said = rules.acknowledgement(
            found, readable=readable, language=language, distress=distress, wants_answer=True, spoken="it"
        )
        assert catalogues.outside(said) == ""


def test_the_needs_and_languages_there_are_have_words_to_translate(portal_words: set[str]) -> None:
    assert set(NEED_NAMES) == {need.name for need in Reader.default().taxonomy.needs.values()}
    assert set(NEED_NAMES) <= portal_words
    assert set(LANGUAGES.values()) - {""} <= portal_words


def test_a_customers_mail_is_in_the_customers_language(engine: Engine, settings: Settings, italian: None) -> None:
    with db.writing(engine) as session:
        for name, language in (("Cleo", "it"), ("Ada", "en")):
            known = people.customer(session, name, language=language)
            accounts.add_customer_account(session, known, password="a long enough password", settings=settings, now=NOW)
        for address in ("cleo@example.org", "ada@example.org"):
            accounts.ask_reset(session, address, settings=settings, now=NOW)
    cleo, ada = mails(engine)
    assert (cleo.to_address, cleo.subject) == ("cleo@example.org", "⟦Choose a new password for Harbour Bank⟧")
    assert (ada.to_address, ada.subject) == ("ada@example.org", "Choose a new password for Harbour Bank")


def test_somebody_who_signs_up_is_written_to_in_the_language_they_read(
    engine: Engine, settings: Settings, italian: None
) -> None:
    with db.writing(engine) as session:
        accounts.sign_up(
            session, name="Dora", email="dora@example.org", password="a long enough password", language="it",
            settings=settings, now=NOW,
        )  # fmt: skip
    (letter,) = mails(engine)
    assert letter.subject == "⟦Confirm your address for Harbour Bank⟧"


def test_what_outreach_sends_is_in_the_customers_language_and_the_companys_own_words_stay(
    engine: Engine, italian: None
) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "service", asks=False)
        cleo = people.customer(session, "Cleo", language="it")
        for key, words in (("ours", owed.ANSWERED["subject"]), ("theirs", "A letter from the bank")):
            outreach.add_template(
                session, key=key, message_class="service", purpose="service", channel="email", subject=words,
                text=words, by="portal", now=NOW,
            )  # fmt: skip
            outreach.intend(session, key=key, customer_id=cleo.id, template_key=key, reason="x", now=NOW)
    outreach.send_due(engine, settings=Settings(), clock=lambda: NOW, worker="w")
    ours, theirs = mails(engine)
    assert ours.subject == "⟦Harbour Bank has answered you⟧"
    assert theirs.subject == "A letter from the bank"
    assert "⟦Why you get this, and how to stop it: http://127.0.0.1:8000/me/why⟧" in theirs.text


def test_a_sentence_reads_as_text_and_remembers_how_it_was_made(italian: None) -> None:
    said = Sentence("There is no job called %(name)s. There are: %(names)s.", name="tidy", names="expire")
    assert said == "There is no job called tidy. There are: expire."
    assert in_language("it", said) == "⟦There is no job called tidy. There are: expire.⟧"
    assert in_language("xx", said) == said
    assert in_language("it", "") == ""


def test_a_day_is_written_as_its_language_writes_it_and_as_the_calendar_there_says() -> None:
    late = datetime(2026, 11, 14, 23, 30, tzinfo=UTC)
    assert day_in("en", late) == "14 November 2026"
    assert day_in("it", late) == "14 novembre 2026"
    assert day_in("nonsense", late) == "14 November 2026"
    assert day_in("en", late, "Asia/Shanghai") == "15 November 2026"
    assert day_in("en", late, "Nowhere/Land") == "14 November 2026"
