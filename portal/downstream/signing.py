"""Signs what is sent to a webhook, after Standard Webhooks 1.0.

A secret is made from the portal's key, the system's ref and its number, so that no database and no backup holds one.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"


def webhook_secret(key: str, system_ref: str, number: int) -> str:
    """The `number`-th secret of a system, as its receiver keeps it: `whsec_` and 32 bytes in base64.

    :param key: the portal's secret key. Another key makes other secrets.
    """
    made = hmac.new(key.encode(), f"webhook:{system_ref}:{number}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.b64encode(made).decode()


def secrets_in_force(key: str, system_ref: str, number: int, old_until: datetime | None, now: datetime) -> list[str]:
    """The secrets that sign now: the newest first, and the one before it while a change of secret lasts."""
    both = old_until is not None and now < old_until and number > 1
    return [webhook_secret(key, system_ref, one) for one in ((number, number - 1) if both else (number,))]


def sign(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: a `v1` HMAC-SHA256 of id, timestamp and body for each secret.

    :param timestamp: seconds since 1970.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    made = []
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix(PREFIX))
        made.append("v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode())
    return " ".join(made)
