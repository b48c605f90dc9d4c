"""The link at the foot of a mail: signed, for one customer and one cell, good for stopping and for nothing else.

It does not run out, since an old mail must stop things as well as a new one. Whoever has it can only take away.
"""

from dataclasses import astuple, dataclass

from itsdangerous import BadSignature, URLSafeSerializer


@dataclass(frozen=True)
class StopLink:
    """What a link names: the customer by public ref, one cell, and the decision that let the mail go."""

    customer: str
    purpose: str
    channel: str
    topic: str
    decision: str


def seal_stop(secret: str, link: StopLink) -> str:
    """The token that stands in the address of the link."""
    return str(_signed(secret).dumps(list(astuple(link))))


def open_stop(secret: str, token: str) -> StopLink | None:
    """What a token names; None when it was not made by us."""
    try:
        named = _signed(secret).loads(token)
    except BadSignature:
        return None
    whole = isinstance(named, list) and len(named) == 5 and all(isinstance(part, str) for part in named)
    return StopLink(*named) if whole else None


def _signed(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="stop")
