"""A number that customers give themselves: kept unconfirmed, and confirmed by a code that a text message brought.

The code is kept nowhere. It is made of the portal's secret key and of something drawn for each asking, whenever it is
needed: to be sent, and to be compared with what was typed. Neither the database nor a file of it tells the code.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.accounts.actions import lock_customer
from portal.accounts.models import ApiToken, ContactPoint
from portal.accounts.points import set_point
from portal.accounts.queries import tokens
from portal.accounts.rules import new_token, token_hash
from portal.settings import Settings, secret_of

BY_THEMSELVES = "customer"
"""The source of a contact point that its customer gave."""
CODE_LASTS = timedelta(minutes=10)
AGAIN_AFTER = timedelta(seconds=60)
MOST_TRIES = 5
DIGITS = 6
DRAINS = "outbox:drain"


@dataclass(frozen=True)
class Proof:
    """How far somebody has come with confirming a number.

    :ivar tag: which asking it is, for the form, so that a page of an earlier one is told from it.
    :ivar until: until when its code counts. :ivar again_at: from when another can be asked for.
    :ivar tries: how often a wrong code was typed.
    """

    tag: str
    until: datetime
    again_at: datetime
    tries: int

    def is_open(self, now: datetime) -> bool:
        """Whether its code can still be typed."""
        return now < self.until and self.tries < MOST_TRIES

    @property
    def left(self) -> int:
        """How many tries there still are."""
        return max(0, MOST_TRIES - self.tries)


def number_point(session: Session, customer_id: int) -> ContactPoint | None:
    """The number we know of a customer."""
    return session.get(ContactPoint, (customer_id, "number"))


def proof_of(point: ContactPoint | None) -> Proof | None:
    """The last asking for a code, while the number is not confirmed."""
    if point is None or point.proof_key is None or point.proof_at is None or point.verified_at is not None:
        return None
    return Proof(_tag(point.proof_key), point.proof_at + CODE_LASTS, point.proof_at + AGAIN_AFTER, point.proof_tries)


def keep_number(session: Session, customer_id: int, number: str, *, now: datetime) -> ContactPoint:
    """Keep the number that a customer gave. The same number in another writing is the one we have, as sure as it was.

    :param number: as `NumberSchema` gives it. Another one is not confirmed, and nothing goes to the old one any more.
    """
    lock_customer(session, customer_id)
    found = number_point(session, customer_id)
    if found is not None and _digits(found.value) == _digits(number):
        return found
    return set_point(session, customer_id, kind="number", value=number, verified_at=None, source=BY_THEMSELVES, now=now)


def begin_proof(session: Session, point: ContactPoint, *, now: datetime) -> str:
    """Begin anew: a code asked for before counts no more, nor an earlier confirmation. Gives what names this asking."""
    key = new_token()
    point.verified_at, point.proof_key, point.proof_at, point.proof_tries = None, key, now, 0
    session.flush()
    return _tag(key)


def code_of(point: ContactPoint, settings: Settings) -> str:
    """The code of the last asking; only for the message that brings it to the number itself."""
    said = f"number-code:{point.customer_id}:{point.value}:{point.proof_key}"
    made = hmac.new(secret_of(settings).encode(), said.encode(), hashlib.sha256).digest()
    return str(int.from_bytes(made[:8], "big") % 10**DIGITS).zfill(DIGITS)


def try_code(session: Session, customer_id: int, *, tag: str, code: str, settings: Settings, now: datetime) -> str:
    """Compare what was typed with the code that was sent; a wrong one is counted.

    :param tag: of the asking that the form was shown for.
    :returns: `confirmed` (also when it was before), `wrong`, `over` (too late), `spent` (too many tries), `other` (the
        form was for an earlier asking) or `none` (nothing was asked for).
    """
    lock_customer(session, customer_id)
    point = number_point(session, customer_id)
    if point is not None:
        session.refresh(point)
        if point.verified_at is not None:
            return "confirmed"
    proof = proof_of(point)
    if point is None or proof is None:
        return "none"
    if proof.tag != tag:
        return "other"
    if not proof.is_open(now):
        return "over" if proof.left else "spent"
    if hmac.compare_digest(code_of(point, settings).encode(), code.encode("utf-8", "replace")):
        point.verified_at, point.source = now, BY_THEMSELVES
        point.proof_key, point.proof_at, point.proof_tries = None, None, 0
        session.flush()
        return "confirmed"
    point.proof_tries += 1
    session.flush()
    return "wrong" if point.proof_tries < MOST_TRIES else "spent"


def gateway_came(session: Session) -> bool:
    """Whether a gateway was ever here, and may still come: a token that may take messages, and has been used."""
    return any(_drains(token) for token in tokens(session))


def _drains(token: ApiToken) -> bool:
    return DRAINS in token.scopes and token.last_used_at is not None and token.revoked_at is None


def _tag(key: str) -> str:
    return token_hash(key)[:12]


def _digits(text: str) -> str:
    digits = "".join(letter for letter in text if letter.isdigit())
    return digits.removeprefix("00")
