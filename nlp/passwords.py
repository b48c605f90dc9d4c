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
_SECRET_WORDS = re.compile(
    r"passw|passcode|pass ?phrase|mot de passe|contrase|\bpin\b|\bcv[vc]2?\b|security code|\botp\b", re.IGNORECASE
)


def find_passwords(clean: str) -> list[tuple[int, int]]:
    """Where they are: a word that is none after *password is* and the like, three to eight digits after *PIN*."""
    if _SECRET_WORDS.search(clean) is None:
        return []
    return [
        match.span("word" if match["word"] else "code")
        for match in _SECRETS.finditer(clean)
        if match["code"] or _is_no_word(match["word"])
    ]


def _is_no_word(token: str) -> bool:
    """Whether a token holds what words do not: a digit or a sign inside, or a capital after its first letter."""
    inside = token.rstrip(".!?)")
    signs = any(not one.isalpha() and one not in "'-" for one in inside)
    return signs or (inside[1:] != inside[1:].lower() and not inside.isupper())
