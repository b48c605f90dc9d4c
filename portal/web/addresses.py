"""Addresses of our own pages, remembered: a list links to a hundred of them, and building one costs more than its row.

An address depends on nothing but the endpoint, its values and the path the portal is mounted at. Only those made of
`PLAIN` values are remembered, so that no code, token or search of a person stays in memory.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request

PLAIN = frozenset({"_anchor", "act", "back", "board", "filename", "key", "kind", "ref", "role", "sort", "status", "v"})
MOST = 4_096


class Addresses(Flask):
    """Flask that remembers the addresses it built."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._built: Callable[..., str] = lru_cache(MOST)(self._build)

    def url_for(self, endpoint: str, **values: Any) -> str:
        """The address of `endpoint`, as Flask gives it. Values that are None count as not given."""
        given = {name: value for name, value in values.items() if value is not None}
        if _is_plain(endpoint, given) and has_request_context():
            return self._built(request.root_path, request.method, endpoint, tuple(given.items()))
        return super().url_for(endpoint, **values)

    def _build(self, _root: str, _method: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return super().url_for(endpoint, **dict(values))


def _is_plain(endpoint: str, values: dict[str, Any]) -> bool:
    """Whether an address with these values may be kept: an endpoint by its full name, short texts with known names."""
    if endpoint[:1] == ".":
        return False
    return all(name in PLAIN and type(value) is str and len(value) <= 64 for name, value in values.items())
