"""Passwords, PINs and card codes that somebody wrote out after the word that says so."""

from __future__ import annotations

import re

_SECRETS = re.compile(
    r"\b(?:(?:password|passcode|pass ?phrase|passwort|mot de passe|contrase\u00f1a)"
    r"(?: is| was|:| =|=)+ ?[\"']?(?P<word>[^\s\"',;]{4,64})"
    r"|(?:pin|cvv2?|cvc2?|security code|otp)(?: (?:code|number))?"
    r"(?: is| was|:| =|=|) ?(?P<code>\d{3,8})(?![\d.,]*\d))",
    re.IGNORECASE,
)
"""What opens an account, after the word that says so. A word is taken for one only when it is none of a dictionary."""
_LONG_WORDS = ("passw", "passcode", "pass phrase", "passphrase", "mot de passe", "contrase", "security code")
_SHORT_WORDS = re.compile(r"(?:pin|cv[vc]2?|otp)\b")
_OF_SHORT_WORDS = ("pin", "cv", "otp")
_ODD_LETTERS = ("\u0130", "\u0131", "\u017f", "\u212a")
"""Letters that a pattern without case takes for *i*, *s* or *k*, and that small letters do not turn into these."""


def find_passwords(clean: str) -> list[tuple[int, int]]:
    """Where they are: a word that is none after *password is* and the like, three to eight digits after *PIN*."""
    if not _may_tell(clean):
        return []
    return [
        match.span("word" if match["word"] else "code")
        for match in _SECRETS.finditer(clean)
        if match["code"] or _is_no_word(match["word"])
    ]


def _may_tell(clean: str) -> bool:
    """Whether a word stands there that may say so: plain text is found much faster than a pattern without case."""
    lower = clean.lower()
    if any(word in lower for word in _LONG_WORDS):
        return True
    if any(word in lower for word in _OF_SHORT_WORDS) and _SHORT_WORDS.search(lower) is not None:
        return True
    return not clean.isascii() and any(letter in clean for letter in _ODD_LETTERS)


def _is_no_word(token: str) -> bool:
    """Whether a token holds what words do not: a digit or a sign inside, or a capital after its first letter."""
    inside = token.rstrip(".!?)")
    signs = any(not one.isalpha() and one not in "'-" for one in inside)
    return signs or (inside[1:] != inside[1:].lower() and not inside.isupper())
