"""What addresses, names and passwords may be, and how long a sign-in lasts. Values in, values out."""

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime, timedelta

SCOPES = (
    "feedback:write",
    "contact-events:write",
    "signals:read",
    "segments:read",
    "decisions:preview",
    "decisions:claim",
    "consents:read",
    "entitlements:read",
    "changes:read",
    "permissions:read",
    "consents:write",
    "decisions:read",
    "requests:read",
    "requests:write",
    "templates:read",
    "marks:read",
    "marks:write",
    "call-registers:read",
    "call-registers:write",
    "merges:read",
    "merges:write",
    "contact-points:write",
    "outbox:drain",
    "purposes:read",
    "purposes:write",
    "purposes:publish",
    "indicators:read",
    "imports:read",
    "imports:write",
    "campaigns:read",
    "campaigns:write",
    "campaigns:approve",
    "rules:read",
    "rules:write",
    "rules:approve",
    "policies:read",
    "policies:write",
    "policies:approve",
    "archives:read",
    "complaints:write",
    "promises:read",
    "promises:write",
    "me:read",
)
"""What an API token may be allowed to do."""

ROLES = ("product", "analyst", "admin")
LINK_LIFETIME = {"confirm": timedelta(days=3), "reset": timedelta(hours=1), "invite": timedelta(days=7)}
TOUCH_EVERY = timedelta(minutes=5)
PASSWORD_MIN, PASSWORD_MAX = 15, 256

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# The words people build long passwords of when they have to be long; what is left without them must still be something.
_WORN_OUT = re.compile(
    "|".join(
        "password passwort passw0rd passphrase qwertyuiop qwerty azerty asdfghjkl asdfgh zxcvbnm letmein "
        "welcome iloveyou admin administrator login secret changeme monkey dragon football baseball sunshine "
        "princess superman batman master hello access trustno1 correcthorsebatterystaple january february "
        "march april may june july august september october november december monday friday summer winter "
        "spring autumn".split()
    )
)
_ROWS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def has_control(text: str) -> bool:
    """Whether a line of text carries NUL, line breaks, other control characters or what is no character."""
    if text.isascii() and text.isprintable():
        return False
    return bool(_CONTROL.search(text)) or any(unicodedata.category(letter) in ("Cn", "Cs") for letter in text)


def normal_email(email: str) -> str:
    """An address as we keep and compare it: no blanks around it, lower case, nothing a database could not hold."""
    return "".join(letter for letter in email.strip().lower() if letter.isprintable())


def normal_password(password: str) -> str:
    """A password as it is hashed: the same letters typed on different keyboards give the same text (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def password_fault(password: str, *, email: str = "", name: str = "") -> str | None:
    """What is wrong with a new password: `too-short`, `too-long`, `unreadable`, `personal` or `common`.

    None when it is good.

    There are no rules about kinds of characters: length is what helps (NIST SP 800-63B).
    """
    text = normal_password(password)
    if len(text) < PASSWORD_MIN:
        return "too-short"
    if len(text) > PASSWORD_MAX:
        return "too-long"
    if has_control(text):
        return "unreadable"
    folded = re.sub(r"[\s_.\-]", "", text.casefold())
    rest = folded
    for part in (email.partition("@")[0], email.partition("@")[2].partition(".")[0], *name.split()):
        if len(part) >= 4:
            rest = rest.replace(part.casefold(), "")
    if len(set(rest)) < 4 and rest != folded:
        return "personal"
    return "common" if _is_common(folded) else None


def _is_common(folded: str) -> bool:
    left = re.sub(r"\d", "", _WORN_OUT.sub("", folded))
    if len(left) < 4 and len(set(folded)) < 12 and not re.search(r"\d{8,}", re.sub(r"(.)\1+", r"\1", folded)):
        return True
    if _repeats(folded) or any(_follows(folded, row) for row in _ROWS):
        return True
    return len(left) < 4 and bool(_WORN_OUT.search(folded))


def _repeats(text: str) -> bool:
    """Whether `text` is one short piece again and again."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, min(8, len(text) // 2) + 1))


def _follows(text: str, row: str) -> bool:
    """Whether `text` walks along a row of keys or the alphabet, forwards or backwards."""
    endless = row * (len(text) // len(row) + 2)
    return text in endless or text[::-1] in endless


def new_token() -> str:
    """A secret nobody can guess (256 bits), safe in addresses and cookies."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a token. The token is long and random, so one round is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def sign_in_is_open(
    *, now: datetime, last_seen_at: datetime, expires_at: datetime, ended_at: datetime | None, idle: timedelta
) -> bool:
    """Whether a sign-in still counts at `now`: not ended, seen within `idle`, not past its absolute end."""
    return ended_at is None and now < expires_at and now - last_seen_at < idle
