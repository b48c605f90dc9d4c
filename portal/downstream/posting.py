"""One call to one webhook: to the address that was looked at, without redirects, within a time nobody can stretch."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.downstream.addresses import Refused, Resolve, address_fault, address_to_call, resolve

TIMEOUT_SECONDS = 10
WHOLE_SECONDS = 15


@dataclass(frozen=True)
class Posted:
    """How a call went: the status answered, or why there was none, in a word that names nobody."""

    status: int | None
    error: str | None

    @property
    def good(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


class _Call(http.client.HTTPConnection):
    """Connects to a numeric address, whatever the name leads to by now. With TLS the certificate must be the name's."""

    address = ""
    secured = True

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = plain
        if self.secured:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool, look_up: Resolve = resolve) -> Posted:
    """Send a body to a webhook.

    :param private: whether http and addresses that are not public may be called.
    """
    if address_fault(url, private=private) is not None:
        return Posted(None, "address refused")
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = _Call(host, port, timeout=TIMEOUT_SECONDS)
    connection.secured = parts.scheme == "https"
    clock = threading.Timer(WHOLE_SECONDS, _cut, [connection])
    clock.daemon = True
    clock.start()
    try:
        connection.address = address_to_call(host, port, private=private, look_up=look_up)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body=body, headers=dict(headers))
        return _answered(connection.getresponse().status)
    except Refused:
        return Posted(None, "address not public")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Posted(None, type(error).__name__)
    finally:
        clock.cancel()
        connection.close()


def _answered(status: int) -> Posted:
    if 200 <= status < 300:
        return Posted(status, None)
    return Posted(status, "redirects are not followed" if 300 <= status < 400 else f"answered {status}")


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a call that takes too long: a server that answers a letter at a time would hold everybody up."""
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
