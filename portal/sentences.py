"""The words a person reads, in their own language, for code that knows no request.

Pages ask flask-babel, which speaks the language of whoever is looking. A mail, a note in the portal and what a job says
are read by somebody else, later: they are written in the language of the one they are for, from the same catalogues.
Why so: docs/decisions/0005-words-in-the-language-of-whoever-reads-them.md.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).resolve().parent / "translations"
"""Where the compiled catalogues lie, as `it/LC_MESSAGES/messages.mo`."""


class Sentence(str):
    """A text in English that remembers how it was made, so that it can be said in another language.

    `Sentence("There is no job called %(name)s.", name="tidy")` is the text with its blank filled, wherever a text is
    wanted; whoever shows it to a person says it in that person's language. Without blanks it stands as it is, to be
    filled by `in_language`. `make messages` collects what is written in its brackets.
    """

    __slots__ = ("blanks", "sentence")
    sentence: str
    blanks: dict[str, Any]

    def __new__(cls, sentence: str, /, **blanks: Any) -> "Sentence":
        """:param blanks: what fills `%(name)s` in the sentence."""
        made = super().__new__(cls, sentence % blanks if blanks else sentence)
        made.sentence, made.blanks = sentence, blanks
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """How it is copied."""
        return (self.sentence,), self.blanks


def in_language(language: str, text: str, /, **blanks: Any) -> str:
    """A text in a language, with its blanks filled; in English where the catalogue does not have it.

    :param language: as a customer has it, such as `it`; unknown ones count as English.
    :param text: a `Sentence`, or the English words themselves.
    """
    sentence, filled = (text.sentence, text.blanks | blanks) if isinstance(text, Sentence) else (text, blanks)
    said = str(_catalogue(FOLDER, language).gettext(sentence)) if sentence else ""
    return said % filled if filled else said


def day_in(language: str, moment: datetime, zone: str | None = None) -> str:
    """A day as it is written in a language, such as `14 November 2026`; an unknown language counts as English.

    :param zone: whose calendar, as an IANA name; UTC when there is none of this name.
    """
    try:
        locale = Locale.parse(language, sep="_" if "_" in language else "-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    try:
        local = moment.astimezone(ZoneInfo(zone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        local = moment.astimezone(UTC)
    return format_date(local.date(), "long" if locale.language != "en" else "d MMMM yyyy", locale=locale)


def nearest(language: str | None, offered: Iterable[str]) -> str | None:
    """The one of the languages offered that suits best: the same, else another writing of it, as `zh-Hant` for `zh`.

    :param language: as in BCP 47 or as babel writes it; case and kind of dash do not matter.
    """
    wanted = _plain(language or "").split("-")
    same = [each for each in offered if _plain(each).split("-")[0] == wanted[0]]
    return next((each for each in same if _plain(each).split("-") == wanted), same[0] if same else None)


def _plain(language: str) -> str:
    return language.replace("_", "-").lower()


@cache
def _catalogue(folder: Path, language: str) -> NullTranslations:
    found = nearest(language, sorted(path.name for path in folder.glob("*") if path.is_dir()))
    return Translations.load(folder, [found]) if found else NullTranslations()
