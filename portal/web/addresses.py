"""Addresses of our own pages, remembered: a list links to a hundred of them, and building one costs more than its row.

An address depends on nothing but the endpoint, its values and the path the portal is mounted at. Only those made of
`PLAIN` values are remembered, so that no code, token or search of a person stays in memory.
"""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, has_request_context
from flask.globals import request_ctx

PLAIN = frozenset({"_anchor", "act", "back", "board", "filename", "key", "kind", "ref", "role", "sort", "status", "v"})
LAST = frozenset({"after", "next"})
"""Never a part of a path. Where one comes last it is put behind the remembered address of the rest."""
UNQUOTED = "!$'()*,/:;?@"
"""What Werkzeug leaves as it is in a query."""
MOST = 4_096
Key = tuple[Any, ...]


class Addresses(Flask):
    """Flask that remembers the addresses it built."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._built: dict[Key, str] = {}

    def url_for(self, endpoint: str, **values: Any) -> str:
        """The address of `endpoint`, as Flask gives it. Values that are None count as not given."""
        if endpoint[:1] == "." or not has_request_context():
            return super().url_for(endpoint, **values)
        asked = request_ctx.request
        key = (asked.root_path, asked.method, endpoint, *values.items())
        try:
            known = self._built.get(key)
        except TypeError:  # a list among the values
            known = None
        return known if known is not None else self._build(key, endpoint, values)

    def _build(self, key: Key, endpoint: str, values: dict[str, Any]) -> str:
        *others, (name, value) = [item for item in values.items() if item[1] is not None] or [("", None)]
        if name in LAST and type(value) is str and "_anchor" not in values:
            address = self.url_for(endpoint, **dict(others))
            return f"{address}{'&' if '?' in address else '?'}{urlencode({name: value}, safe=UNQUOTED)}"
        address = super().url_for(endpoint, **values)
        if _is_plain(values):
            if len(self._built) >= MOST:
                self._built.clear()
            self._built[key] = address
        return address


def _is_plain(values: dict[str, Any]) -> bool:
    """Whether an address with these values may be kept: short texts with known names, or nothing."""
    return all(
        value is None or (name in PLAIN and type(value) is str and len(value) <= 64) for name, value in values.items()
    )
