"""Which addresses a webhook may be called at: only public ones, so that nobody reaches into the company's own network.

A name is looked up once, every address it has is looked at, and the call goes to the very address that was looked at.
"""

import ipaddress
import re
import socket
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from portal.sentences import Sentence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
"""Gives the numeric addresses of a host name; raises OSError when there are none."""

LONGEST = 500
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
_PUBLIC6 = ipaddress.ip_network("2000::/3")
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # Teredo and other ways through
        "2001:db8::/32", "3fff::/20",  # documentation
        "2002::/16",  # 6to4: carries an address of version 4
    )
)  # fmt: skip


class Refused(Exception):
    """An address that may not be called."""


def address_fault(url: str, *, private: bool = False) -> Sentence | None:
    """What is wrong with the address of a webhook as it is written; None when it may be tried.

    Where its name leads is looked at each time before it is called.

    :param private: whether http and addresses that are not public may be used, for development.
    """
    if len(url) > LONGEST or not url.isascii() or any(char <= " " or char in '\\"<>^`{|}\x7f' for char in url):
        return Sentence("An address has no blanks or odd characters, and at most 500 letters.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return Sentence("This is not an address.")
    if parts.scheme not in (("http", "https") if private else ("https",)):
        return Sentence("The address of a webhook begins with https://.")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        return Sentence("An address holds no name and no password; what is sent is signed.")
    if not parts.hostname or not _HOST.fullmatch(_host_as_written(parts)) or port == 0:
        return Sentence("The address names no host that can be called.")
    if parts.fragment:
        return Sentence("An address of a webhook has no part after #.")
    return None


def _host_as_written(parts: SplitResult) -> str:
    text = parts.netloc.rpartition("@")[2]
    return text if text.startswith("[") and text.endswith("]") else re.sub(r":\d*$", "", text)


def is_public(text: str) -> bool:
    """Whether a numeric address belongs to the public internet, and carries no other address in it."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if "%" in text or not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    if address.version == 6 and address not in _PUBLIC6:
        return False
    return not any(address.version == net.version and address in net for net in _NOT_PUBLIC)


def resolve(host: str, port: int) -> list[str]:
    """The numeric addresses of a host.

    :raises OSError: when it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def address_to_call(host: str, port: int, *, private: bool, look_up: Resolve = resolve) -> str:
    """The numeric address to connect to.

    :param private: whether addresses that are not public may be called.
    :raises Refused: when one of the addresses of the host is not public: a name that leads to both is a trap.
    :raises OSError: when the host has no address.
    """
    found = look_up(host, port)
    if not found:
        raise OSError("no address")
    if not private and not all(is_public(one) for one in found):
        raise Refused("the address is not public")
    return found[0]
