"""Keyset cursors: where a page ended, signed so that nobody can make one up."""

from functools import lru_cache
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from portal.errors import Invalid


def seal(secret: str, place: list[Any]) -> str:
    """The cursor after a row whose sort key is `place` (JSON values)."""
    return _sealed(secret, tuple(place), tuple(map(type, place)))


@lru_cache(512)
def _sealed(secret: str, place: tuple[Any, ...], _types: tuple[type, ...]) -> str:
    """The same list ends at the same place again and again."""
    return str(URLSafeSerializer(secret, salt="cursor").dumps(place))


def unseal(secret: str, cursor: str | None, length: int) -> list[Any] | None:
    """The sort key a cursor stands for; None for the first page.

    :raises Invalid: when the cursor was not made by us or belongs to another list.
    """
    if not cursor:
        return None
    try:
        place = URLSafeSerializer(secret, salt="cursor").loads(cursor)
    except BadSignature:
        raise Invalid(
            "This page address is not valid any more. Start from the first page.", code="bad-cursor"
        ) from None
    if not isinstance(place, list) or len(place) != length:
        raise Invalid("This page address belongs to another list.", code="bad-cursor")
    return place
