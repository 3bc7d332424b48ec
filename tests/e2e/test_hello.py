"""test_hello.py - ClientHellos that are large, or that cannot be decoded

SPDX-License-Identifier: Apache-2.0
"""
import socket
import struct

import pytest

from clients import fetch, plain
from test_hostile import alpn, hello_with, records

DECODE_ERROR, INTERNAL_ERROR, NO_PROTOCOL = 50, 80, 120
HANDSHAKE_FAILURE, ILLEGAL_PARAMETER = 40, 47

# A P-256 client of TLS 1.2 or 1.3; the key share is the curve's generator.
POINT = bytes.fromhex("046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a1"
    "3945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf"
    "51f5")
GROUPS = [(10, b"\x00\x02\x00\x17"), (13, b"\x00\x04\x04\x03\x08\x04"),
    (0xff01, b"\x00"), (23, b"")]
CLIENTS = {
    "tls1_2": GROUPS + [(43, b"\x02\x03\x03")],
    "tls1_3": GROUPS + [(43, b"\x02\x03\x04"), (45, b"\x01\x01"),
        (51, b"\x00\x45\x00\x17\x00\x41" + POINT)],
}
SUITES = b"\x13\x01\xc0\x2b"
# The library reads no hello of more than one record's bytes.
SMALL = ("mbedtls",)


def padded(extensions, room=60000, suites=4000):
    return hello_with(extensions + [(21, bytes(room))],
        SUITES + b"\x5a\x5a" * suites)


def answer(there, data):
    """The type of the record that answers, and the alert in it."""
    with plain(there) as peer:
        peer.settimeout(20)
        peer.sendall(data)
        head = peer.recv(7, socket.MSG_WAITALL)
    assert head, "closed without an answer"
    return head[0], head[6] if head[0] == 21 else None


@pytest.mark.parametrize("size", [16384, 100, 1])
def test_reads_a_hello_of_66_kilobytes(server, backend, version, size):
    there = server("-www", "-alpn", "h2,http/1.1")
    message = padded(CLIENTS[version] + [alpn(b"http/1.1")])
    assert len(message) > 66 * 1024
    wire = b"".join(records(message[at:at + size])
        for at in range(0, len(message), size))
    expected = (21, INTERNAL_ERROR) if backend in SMALL else (22, None)
    assert answer(there, wire) == expected
    assert there.wait("client_hello", conn=1)


def test_reads_the_largest_hello(server, backend, version):
    there = server("-www")
    used = sum(4 + len(body) for _, body in CLIENTS[version])
    message = padded(CLIENTS[version], 65535 - used - 4, 32765)
    expected = (21, INTERNAL_ERROR) if backend in SMALL else (22, None)
    assert answer(there, records(message)) == expected


def test_a_large_hello_does_not_get_around_alpn(server, backend, version):
    there = server("-www", "-alpn", "h2")
    client = CLIENTS[version] + [alpn(b"http/1.1")]
    kind, alert = answer(there, records(padded(client)))
    assert (kind, alert) == (21,
        INTERNAL_ERROR if backend in SMALL else NO_PROTOCOL)
    failed = there.wait("failed", conn=1)["error"]
    assert failed["alert_sent"]["number"] == alert


@pytest.mark.parametrize("size", [131397, 2 << 20, (1 << 24) - 1])
def test_refuses_a_hello_that_no_fields_could_fill(server, pki, backend,
    size):
    there = server("-www", "-alpn", "http/1.1")
    message = b"\x01" + struct.pack("!I", size)[1:] + bytes(size)
    with plain(there) as peer:
        peer.settimeout(20)
        peer.sendall(records(message)[:300000])
        assert peer.recv(7, socket.MSG_WAITALL)[5:] == b"\x02\x32"
    failed = there.wait("failed", conn=1)["error"]
    assert failed["alert_sent"]["number"] == DECODE_ERROR
    assert "131400" in failed["text"]
    assert fetch(there, pki, alpn=["http/1.1"]).status == 200


def test_many_large_hellos_stay_within_their_budget(server, pki, backend):
    """300 of 125,000 bytes are more than 32 MiB."""
    there = server("-www", "-handshake_timeout", "60")
    wire = records(b"\x01\x02\x00\x00" + bytes(125000))
    held = []
    for _ in range(300):
        peer = plain(there)
        held.append(peer)
        peer.sendall(wire)
    for peer in held[-20:]:
        peer.settimeout(20)
        assert peer.recv(7, socket.MSG_WAITALL)[5:] == b"\x02\x50"
    assert "32 MiB" in there.wait("failed")["error"]["text"]
    assert fetch(there, pki).status == 200
    for peer in held:
        peer.close()
    there.wait("closed", number=301)
    client = CLIENTS["tls1_2"]
    kind, alert = answer(there, records(padded(client)))
    assert kind == (21 if backend in SMALL else 22)


@pytest.mark.parametrize("kind, body", [
    (16, b""), (16, b"\x00\x00"), (16, b"\x00\x01\x00"),
    (16, b"\x00\x09\x02h2"), (16, b"\x00\x03\x02h2x"),
    (0, b""), (0, b"\x00\x03\x00\x00\x00"), (5, b""), (5, b"\x01\x00"),
    (11, b"\x00"), (50, b"\x00\x00"), (49, b"x"), (42, b"x"),
])
def test_refuses_an_extension_that_cannot_be_decoded(server, backend,
    version, kind, body):
    there = server("-www", "-alpn", "h2")
    message = hello_with(CLIENTS[version] + [(kind, body)], SUITES)
    assert answer(there, records(message)) == (21, DECODE_ERROR)
    failed = there.wait("failed", conn=1)["error"]
    assert failed["blame"] == "peer" and "extension" in failed["text"]
    assert there.wait("opening", conn=1)["opening"] == "malformed"


@pytest.mark.parametrize("kind", [10, 13, 43, 45, 51])
def test_refuses_each_list_that_is_cut(server, backend, kind):
    there = server("-www")
    client = [(one, body[:-1] if one == kind else body)
        for one, body in CLIENTS["tls1_3"]]
    message = hello_with(client, SUITES)
    assert answer(there, records(message)) == (21, DECODE_ERROR)


def test_refuses_a_second_alpn(server, backend, version):
    there = server("-www", "-alpn", "h2")
    client = CLIENTS[version] + [alpn(b"h2"), alpn(b"http/1.1")]
    message = hello_with(client, SUITES)
    assert answer(there, records(message)) == (21, ILLEGAL_PARAMETER)


def test_no_suite_counts_before_no_protocol(server, backend, version):
    there = server("-www", "-alpn", "h2")
    client = CLIENTS[version] + [alpn(b"http/1.1")]
    for suites, alert in ((b"\x5a\x5a", HANDSHAKE_FAILURE),
        (SUITES, NO_PROTOCOL)):
        message = hello_with(client, suites)
        assert answer(there, records(message)) == (21, alert)
