"""Stage 1: personal data, found before anything else looks, and hidden from everything that comes after.

Recall comes first: a long number that passes no check is still hidden, as an ``account``. Names and postal
addresses are **not** found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .intake import CAP, Intake, take_in
from .passwords import find_passwords

_AT = r"\s?(?:@|[(\[{<]\s?(?:at|@)\s?[)\]}>])\s?"
_DOT = r"(?: ?\.|\s?[(\[{<]\s?(?:dot|\.)\s?[)\]}>]\s?| dot |,(?=(?:com|org|net|co|[a-z]{2})\b))"
_EMAIL = re.compile(rf"[\w.+%'-]{{1,64}}{_AT}(?:[\w-]{{1,63}}{_DOT}){{1,8}}[^\W\d_]{{2,24}}", re.IGNORECASE)
_SPOKEN_EMAIL = re.compile(
    r"[\w.+%'-]{1,64}(?: dot [\w+%'-]{1,64}){0,3} at (?:[\w-]{1,63} dot ){1,4}"
    r"(?:com|org|net|edu|gov|info|io|eu|uk|de|fr|es|pt|nl|be|ch|se|dk|fi|pl|ie|ca|au|nz|jp|cn|br|mx|ru|it(?! \w))\b",
    re.IGNORECASE,
)
_IBAN_DIGITS = re.compile(
    r"\d\d(?=[ -]?[A-Za-z0-9])"
    r"(?:(?<=[A-Za-z]{2}\d\d)(?<![A-Za-z0-9][A-Za-z]{2}\d\d)|(?<=[A-Za-z]{2} \d\d)(?<![A-Za-z0-9][A-Za-z]{2} \d\d))"
)
"""The digits at the beginning, after two letters that end no longer word: digits are rarer than letters."""
_DIGITS = re.compile(r"\d(?:[ .\-/()_\u2010-\u2015]{0,3}\d){5,60}")
_STACKED_CARD = re.compile(r"\d{4}(?:[ \t]*\n[ \t]*\d{4}){3}(?!\d)")
"""A card number as it is copied from the card: four digits a line."""
_ISBN = re.compile(r"\bisbn(?:-1[03])?:? ?\Z", re.IGNORECASE)
_HOURS = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d ?[-/\u2013] ?(?:[01]\d|2[0-4])[0-5]\d\Z")
_ROUND = re.compile(r"[1-9]\d?0{5,}\Z")
_NAMED_NUMBERS = re.compile(
    r"(?<!\w)(?:[A-Za-z]{2} ?\d\d ?\d\d ?\d\d ?[A-Da-d]|\d{3}-\d\d-\d{4}"
    r"|[A-Za-z]{6}\d\d[A-Za-z]\d\d[A-Za-z]\d{3}[A-Za-z]|\d{8}[- ]?[A-Za-z])(?!\w)"
)
"""Numbers by which states know people: British, American, Italian, Spanish."""
_ITALIAN = re.compile(r"\d\d[A-Za-z]\d\d[A-Za-z]\d{3}")
"""What the Italian one holds; each of the others has six digits so near each other that they are a run of digits."""
_DIGIT = re.compile(r"\d")
_BRACKET_AT = re.compile(r"[(\[{<]\s?at\s?[)\]}>]", re.IGNORECASE)
_DECIMAL = re.compile(r"(?:0|[1-9]\d{0,2})\.\d+\Z")
_VERSION = re.compile(r"\d{1,2}(?:\.\d{1,5}){2,3}\Z")
_STAMP = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d[0-5]\d(?:[0-5]\d)?|2[0-3][0-5]\d(?:[0-5]\d)?)?\Z"
)
_DATE = re.compile(
    r"(?:(?:19|20)\d\d[-/. _](?:0?[1-9]|1[0-2])[-/. _](?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:19|20)\d\d)\Z"
)
_YEARS = re.compile(r"(?:19|20)\d\d ?[-/\u2013] ?(?:19|20)\d\d\Z")
_GROUPED_AMOUNT = re.compile(r"\d{1,3}(?:[. ]\d{3})+\Z")
_SORT_CODE = re.compile(r"\d\d[- ]\d\d[- ]\d\d\Z")
_ACCOUNT_WORDS = re.compile(
    r"(?:\baccount|\bacct|\ba/c|\biban|\bsort(?: ?code)?|\bcustomer|\breference|\bpassport|\bpolicy|\bcard|\bcontract"
    r"|\bconto|\bcliente|\bcarta|账号|帐号|卡号|账户)[^.!?\n]{0,25}\Z",
    re.IGNORECASE,
)
_PHONE_WORDS = re.compile(
    r"(?:\bphone|\bcall|\btel|\bmobile|\bmob\b|\bcell|\bnumber|\bring|\btext|\bwhatsapp|\btelefono|\bcellulare|电话|手机)"
    r"[^.!?\n]{0,25}\Z",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(r"(?:[$€£¥]|\b(?:usd|eur|gbp|chf|euros?|pounds?|dollars?))\s?\Z", re.IGNORECASE)
_MONEY_AFTER = re.compile(
    r"\s?(?:[$€£¥%]|(?:usd|eur|gbp|chf|euros?|pounds?|dollars?|points|miles|steps|people|users|views|followers|downloads"
    r"|customers|bytes|km|[kmg]b)\b)",
    re.IGNORECASE,
)
"""What says that a number counts something."""
_IBAN_LENGTHS: Final = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18,
    "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23,
    "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15,
    "PL": 28, "PT": 25, "RO": 24, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip
PLACEHOLDER: Final = {
    "email": "[email]",
    "phone": "[phone]",
    "card": "[card]",
    "iban": "[iban]",
    "account": "[account]",
    "secret": "[secret]",
}


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data in the clean text, from ``start`` to ``end``."""

    kind: str
    start: int
    end: int


def find_personal_data(clean: str) -> list[Found]:
    """Every piece of personal data in a clean text, in order, without overlaps."""
    found = _addresses(clean) + [Found("secret", *place) for place in find_passwords(clean)]
    if _DIGIT.search(clean) is None:
        return found if len(found) < 2 else _without_overlaps(found)
    found += _ibans(clean)
    if "\n" in clean:
        found += [Found("card", *match.span()) for match in _STACKED_CARD.finditer(clean)]
    runs = list(_DIGITS.finditer(clean))
    if runs or _ITALIAN.search(clean):
        found += [Found("account", *match.span()) for match in _NAMED_NUMBERS.finditer(clean)]
    for match in runs:
        start = _start_of(clean, *match.span())
        kind = _kind_of_number(clean, start, match.end())
        if kind:
            found.append(Found(kind, start, match.end()))
    return _without_overlaps(found)


def _addresses(clean: str) -> list[Found]:
    found: list[Found] = []
    if "@" in clean or (_may_bracket(clean) and _BRACKET_AT.search(clean)):
        found += [Found("email", *match.span()) for match in _EMAIL.finditer(clean)]
    if " dot " in clean.lower():
        found += [Found("email", *match.span()) for match in _SPOKEN_EMAIL.finditer(clean)]
    return found


def _may_bracket(clean: str) -> bool:
    return "(" in clean or "[" in clean or "{" in clean or "<" in clean


def _start_of(clean: str, first: int, end: int) -> int:
    """Where a number begins that has its first digit at ``first``: with its plus, and a bracket that closes in it."""
    start, run = first, clean[first:end]
    unopened = run.count(")") - run.count("(")
    while start and first - start < 2 and (clean[start - 1] == "+" or (clean[start - 1] == "(" and unopened > 0)):
        unopened -= clean[start - 1] == "("
        start -= 1
    return start


def _without_overlaps(found: list[Found]) -> list[Found]:
    """Merge what overlaps into one stretch (nothing may peek out); the first and longest names it."""
    merged: list[Found] = []
    for item in sorted(found, key=lambda one: (one.start, -one.end)):
        if merged and item.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Found(last.kind, last.start, max(last.end, item.end))
        else:
            merged.append(item)
    return merged


def _ibans(clean: str) -> list[Found]:
    found: list[Found] = []
    for match in _IBAN_DIGITS.finditer(clean):
        start = match.start() - (3 if clean[match.start() - 1] == " " else 2)
        ends: list[int] = []
        compact = ""
        for at in range(start, min(len(clean), start + 60)):
            character = clean[at]
            if character.isascii() and character.isalnum():
                compact += character.upper()
                ends.append(at + 1)
            elif character not in " -":
                break
        length = _iban_length(compact)
        if length:
            kind = "iban" if iban_is_valid(compact[:length]) else "account"
            found.append(Found(kind, start, ends[length - 1]))
    return found


def _iban_length(compact: str) -> int:
    """How many characters of a candidate belong to an account number; 0 when it is none."""
    known = _IBAN_LENGTHS.get(compact[:2])
    if known:
        enough = len(compact) >= known and sum(character.isdigit() for character in compact[:known]) >= 8
        return known if enough else 0
    for length in range(min(34, len(compact)), 14, -1):
        if iban_is_valid(compact[:length]):
            return length
    return 0


def iban_is_valid(compact: str) -> bool:
    """The mod-97 check of ISO 13616 on an account number without spaces, in capitals."""
    if not (15 <= len(compact) <= 34 and compact.isascii() and compact.isalnum()):
        return False
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def luhn_is_valid(digits: str) -> bool:
    """The check of ISO 7812 on a card number of digits only."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _has_card(digits: str) -> bool:
    """Whether 13 to 19 of the digits, from the first or up to the last, pass the card check."""
    lengths = range(13, min(19, len(digits)) + 1)
    return any(luhn_is_valid(digits[:size]) or luhn_is_valid(digits[-size:]) for size in lengths)


def _kind_of_number(clean: str, start: int, end: int) -> str | None:
    """What a run of six digits or more is; ``None`` for dates, years, amounts, versions and hexadecimal codes."""
    run = clean[start:end].strip(" .-/()")
    digits = "".join(character for character in run if character.isdigit())
    before = clean[max(0, start - 45) : start]
    international = clean[start:end].lstrip("(").startswith("+") or (run.startswith("00") and len(digits) >= 9)
    if international and len(digits) <= 15 and not _has_card(digits):
        return "phone"
    named = _ACCOUNT_WORDS.search(before) is not None or _PHONE_WORDS.search(before) is not None
    if not named and (_tells_time(run) or _is_technical(run, before)):
        return None
    if len(digits) >= 13:
        return "card" if _has_card(digits) else "account"
    if _MONEY_BEFORE.search(before) or _MONEY_AFTER.match(clean, end):
        return None
    return "phone" if international else _kind_of_short_number(run, digits, before)


def _tells_time(run: str) -> bool:
    return bool(_DATE.match(run) or _YEARS.match(run) or _STAMP.match(run) or _HOURS.match(run))


def _is_technical(run: str, before: str) -> bool:
    """Whether a number is of machines or books: a decimal, a version, the rest of ``0x…``, a round one, an ISBN."""
    counts = _DECIMAL.match(run) or _VERSION.match(run) or _ROUND.match(run)
    return bool(counts) or before.endswith("0x") or _ISBN.search(before) is not None


def _kind_of_short_number(run: str, digits: str, before: str) -> str | None:
    if _PHONE_WORDS.search(before) and not _ACCOUNT_WORDS.search(before) and len(digits) >= 7:
        return "phone"
    if _ACCOUNT_WORDS.search(before) or _SORT_CODE.match(run):
        return "account"
    if _GROUPED_AMOUNT.match(run) and not run.startswith("0"):
        return "phone" if len(digits) >= 9 and " " in run else None
    if run.startswith("0") or len(digits) in (10, 11) or not run.isdigit():
        return "phone" if len(digits) >= 7 else None
    return "account" if len(digits) >= 7 else None


def same_length_mask(clean: str, found: list[Found]) -> str:
    """The text for later stages: personal data becomes underscores, so that every offset stays where it was."""
    return _replaced(clean, found, lambda item: "_" * (item.end - item.start))


def placeholder_mask(clean: str, found: list[Found]) -> str:
    """The text for people and label stores: personal data becomes ``[email]``, ``[card]`` and so on."""
    return _replaced(clean, found, lambda item: PLACEHOLDER[item.kind])


def _replaced(clean: str, found: list[Found], put: Callable[[Found], str]) -> str:
    if not found:
        return clean
    parts: list[str] = []
    at = 0
    for item in found:
        parts.append(clean[at : item.start])
        parts.append(put(item))
        at = item.end
    return "".join(parts) + clean[at:]


def within_cap(intake: Intake, found: list[Found]) -> tuple[Intake, list[Found]]:
    """Apply the cap of a long text, moved forward to the start of personal data that straddles it."""
    if not intake.truncated:
        return intake, found
    length = intake.clean_length_within(CAP)
    for item in found:
        if item.start < length < item.end:
            length = item.start
    return intake.cut(length), [item for item in found if item.end <= length]


def mask_personal_data(text: str) -> str:
    """The cleaned, capped text with personal data replaced by placeholders: the only copy fit for logs."""
    intake = take_in(text)
    intake, found = within_cap(intake, find_personal_data(intake.clean))
    return placeholder_mask(intake.clean, found)
