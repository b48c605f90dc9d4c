"""Nobody reaches into the company's own network through the address of a webhook."""

import socket
import threading
from collections.abc import Iterator

import pytest

from portal.downstream.addresses import address_fault, is_public
from portal.downstream.posting import post

PRIVATE = """
127.0.0.1 127.1 127.0.1 0.0.0.0 0 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 127.255.255.254
10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.254 192.168.0.1 192.168.255.254 169.254.169.254 169.254.170.2 169.254.0.1
100.64.0.1 100.127.255.254 192.0.0.1 192.0.0.170 192.0.2.1 198.18.0.1 198.19.255.254 198.51.100.7 203.0.113.9
192.88.99.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 3232235521 0xa9fea9fe 2852039166 0251.0376.0251.0376
[::1] [::] [::ffff:127.0.0.1] [::ffff:10.0.0.1] [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [::127.0.0.1] [::a9fe:a9fe]
[fe80::1] [fc00::1] [fd00:ec2::254] [fdff::1] [fec0::1] [ff02::1] [ff0e::1] [64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe]
[64:ff9b:1::1] [2001:db8::1] [2002:7f00:1::] [2002:a9fe:a9fe::1] [2001::1] [2001:0:7f00:1::] [2001:10::1] [3fff::1]
[100::1] [5f00::1] [::ffff:0:127.0.0.1] [0:0:0:0:0:ffff:c0a8:0001] [0000:0000:0000:0000:0000:0000:0000:0001]
""".split()
NAMES = """
localhost LOCALHOST localhost. ip6-localhost metadata.google.internal instance-data.ec2.internal rebind.example.org
both.example.org intranet router.lan 127.0.0.1.nip.example.org kubernetes.default.svc host.docker.internal
""".split()
"""Names that lead to addresses that are not public, some of them among others."""
ODD = """
http://example.org/ ftp://example.org/ file:///etc/passwd gopher://127.0.0.1:6379/_INFO
javascript:alert(1) //example.org/ https:example.org https:///etc https:// https://user@example.org/ https://user:word@example.org/
https://example.org@127.0.0.1/ https://127.0.0.1#@example.org/ https://example.org:0/ https://example.org:99999/
https://example.org:port/ https://exa$mple.org/ https://[::1 https://example.org\\@127.0.0.1/ https://①②⑦.0.0.1/
https://example。org/ https://ｌocalhost/ https://example.org/#part https://%31%32%37.0.0.1/ https://[fe80::1%25eth0]/
dict://127.0.0.1/ ldap://127.0.0.1/ data:text/plain,x
""".split()
HOSTILE = [*(f"https://{host}:{{port}}/hook" for host in (*PRIVATE, *NAMES)), *ODD, "https://example.org/ x", ""]


@pytest.fixture
def door() -> Iterator[tuple[int, list[object]]]:
    """A port of this machine, and everybody who came through it."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        over = threading.Event()

        def welcome() -> None:
            while not over.is_set():
                try:
                    came.append(server.accept())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=welcome)
        thread.start()
        yield server.getsockname()[1], came
        over.set()
        thread.join()


def look_up(host: str, port: int) -> list[str]:
    """Numbers, however they are written, as the system reads them; names as somebody hostile would answer."""
    if host in {name.strip("[]").lower() for name in NAMES}:
        return ["93.184.216.34", "127.0.0.1"] if host == "both.example.org" else ["127.0.0.1"]
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)]


def test_no_hostile_address_is_ever_connected_to(door: tuple[int, list[object]]) -> None:
    port, came = door
    addresses = [address.replace("{port}", str(port)) for address in HOSTILE]
    assert len(addresses) >= 110
    for address in addresses:
        posted = post(address, b"{}", {}, private=False, look_up=look_up)
        assert posted.status is None, address
        assert posted.error in ("address refused", "address not public", "gaierror"), (address, posted)
    assert came == []


def test_for_development_the_same_door_opens(door: tuple[int, list[object]]) -> None:
    """The other test would see nothing if nothing ever came through."""
    port, came = door
    closed = threading.Timer(0.2, lambda: [pair[0].close() for pair in came])  # type: ignore[index]
    closed.start()
    post(f"http://127.0.0.1:{port}/hook", b"{}", {}, private=True)
    closed.join()
    assert len(came) == 1


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "2a00:1450:4009::200e"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url", ["https://example.org/", "https://hooks.example.org:8443/a?b=c", "https://EXAMPLE.org", "https://[2a00::1]/"]
)
def test_usual_addresses_may_be_entered(url: str) -> None:
    assert address_fault(url) is None
