"""test_refused.py - what is said of clients that are refused, or that leave

SPDX-License-Identifier: Apache-2.0
"""
import re
import socket
import ssl

import pytest

from clients import connect, read_all

DEMAND = ("-Verify", "3", "-verify_return_error", "-CAfile")


def refusal(server, pki, version, pair, *args):
    """The line about a client with this certificate, before the one that
    explains it."""
    there = server(*DEMAND, pki.ca.cert, *args)
    with pytest.raises(OSError):
        with connect(there, pki, version=version, cert=pair) as peer:
            read_all(peer)
    there.wait("closed", conn=1)
    there.stop()
    line, why = there.err.text().splitlines()[-2:]
    assert " why: " in why
    return line


@pytest.fixture(scope="session")
def wrong(pki):
    """Client certificates that are wrong in one way each."""
    pki.KINDS = dict(pki.KINDS, other=("ec", None, "CN=Other CA"),
        foreign=("ec", "other", "O=Elsewhere/CN=foreign"))
    return {
        "future": pki.dated("future", "ca", "20700101000000Z",
            "20710101000000Z"),
        "past": pki.dated("past", "ca", "20200101000000Z",
            "20210203040506Z"),
        "foreign": pki.foreign,
    }


WORDS = {
    "future": "client certificate CN=future refused: not yet valid "
        "(from 2070-01-01); issuer CN=Test CA",
    "past": "client certificate CN=past refused: expired (since 2021-02-03 "
        "04:05:06 UTC); issuer CN=Test CA",
    "foreign": "client certificate O=Elsewhere, CN=foreign refused: its "
        "issuer is not among the roots accepted (CN=Test CA); issuer "
        "CN=Other CA",
}


@pytest.mark.parametrize("kind", sorted(WORDS))
def test_says_which_certificate_and_why(server, pki, backend, version, wrong,
    kind):
    line = refusal(server, pki, version, wrong[kind])
    assert line.startswith("conn 1: handshake failed: peer: %s ("
        % WORDS[kind])
    assert re.search(r"; client 127\.0\.0\.1:\d+\)$", line)


def test_timestamps(server, pki, backend, wrong):
    line = refusal(server, pki, "tls1_3", wrong["past"], "-timestamps")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z conn 1: "
        r"handshake failed: ", line)


def test_a_browser_that_leaves_did_not_fail(server, pki, backend, version):
    there = server("-www", "-keep_alive")
    with connect(there, pki, version=version) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert peer.recv(1)
        there.wait("request", conn=1)
    # As browsers do: no close_notify, and a reset if there is unread data.
    there.wait("closed", conn=1)
    with socket.create_connection(("127.0.0.1", there.port)):
        pass
    there.wait("closed", conn=2)
    there.stop()
    assert "failed" not in there.err.text()


def hello():
    """A ClientHello as a client writes it."""
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(into, out,
        server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return out.read()


def test_a_client_that_leaves_while_shaking_hands(server, pki, backend):
    there = server("-www")
    with socket.create_connection(("127.0.0.1", there.port)) as peer:
        peer.sendall(hello())
        assert peer.recv(1)
    there.wait("closed", conn=1)
    there.stop()
    assert re.search(r"^conn 1: closed by the client during the handshake, "
        r"without an alert \(client 127\.0\.0\.1:\d+\)$", there.err.text(),
        re.M)
