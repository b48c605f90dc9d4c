"""Unit tests are about values: they cannot reach a database or the network, even by accident."""

import socket
import sqlite3
from typing import Any, NoReturn

import pytest
from sqlalchemy.engine import Engine


def refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise AssertionError(
        "A unit test reached for a database or the network; it belongs into tests/portal or tests/web."
    )


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine, "connect", refuse)
    monkeypatch.setattr(Engine, "raw_connection", refuse)
    monkeypatch.setattr(sqlite3, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def database_url() -> NoReturn:
    """Stands in front of the fixture of the same name, and so in front of `session`, `app` and `client`."""
    refuse()
