"""What a message says once the blanks are filled, and when a failed sending is tried again. Values in, values out."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from string import Template
from typing import Any

from portal.sentences import Sentence, in_language

MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)


def filled(text: str, words: Mapping[str, str]) -> str:
    """The text with `$name` replaced by its word; blanks that nobody filled stay as they are."""
    return Template(text).safe_substitute(words)


def closest(language: str, offered: Sequence[str]) -> str | None:
    """Which of the offered languages is the one that is wanted, or near enough to be read; None when none is.

    Traditional Chinese is written in Taiwan, Hong Kong and Macau.
    """
    wanted = language.replace("-", "_")
    parts = wanted.split("_")
    if parts[0] == "zh":
        traditional = bool({"Hant", "TW", "HK", "MO"} & set(parts))
        return "zh_Hant" if traditional and "zh_Hant" in offered else wanted if wanted in offered else None
    return next((one for one in offered if one.replace("-", "_") == wanted or one.split("_")[0] == parts[0]), None)


def is_control(salt: str, customer_id: int, percent: int) -> bool:
    """Whether a customer is among those who get nothing: the same answer each time, and another with another salt."""
    return _chance(salt, customer_id) < percent * 2**32 / 100


def _chance(salt: str, customer_id: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{salt}:{customer_id}".encode()).digest()[:4], "big")


def leave_too_fast(sent: int, left: int, usual: float | None, settings: Mapping[str, Any], low: float) -> bool:
    """Whether more people leave because of a campaign in a day than may.

    :param low: the lower bound of the share that left. :param usual: the mean daily share before; None when unknown.
    :param settings: of the policy: `leaving_rate` (0 switches the brake off), `leaving_times` and `leaving_least`, how
        many must have left at the least.
    """
    rate = float(settings.get("leaving_rate") or 0)
    enough = sent > 0 and left >= max(1, int(settings.get("leaving_least") or 0))
    return bool(rate) and enough and low > max(rate, float(settings["leaving_times"]) * (usual or 0.0))


def one_line(text: str) -> str:
    """The text on one line, for subjects."""
    return " ".join(text.split())


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: one minute, then twice as long each time."""
    doublings: int = 2 ** max(0, attempts - 1)
    return FIRST_WAIT * doublings


FOOT = "\n\n--"
"""Between the words of a mail and its foot."""
WHY = Sentence("Why you get this, and how to stop it: %(address)s")


STOP = Sentence("Stop these, without signing in: %(address)s")
STOPPABLE = ("research", "marketing", "repermission")
"""Classes of messages that carry a link by which they are stopped."""


def mail_text(text: str, address: str, language: str = "en", stop: str | None = None) -> str:
    """A message as mail: the words, and where the customer decides what may come, in the customer's language.

    :param stop: address by which this kind of mail is stopped, for mail that can be.
    """
    foot = [in_language(language, STOP, address=stop)] if stop else []
    foot.append(in_language(language, WHY, address=address))
    return "\n".join([f"{text}{FOOT}", *foot, ""])


def stop_headers(stop: str | None) -> dict[str, str]:
    """The headers by which a mail program shows its own button to stop (RFC 8058); none for mail that we owe."""
    if stop is None:
        return {}
    return {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
