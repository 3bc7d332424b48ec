"""test_sessions.py - session IDs, contexts and tickets on the wire

SPDX-License-Identifier: Apache-2.0
"""
import ssl

import pytest

from clients import call, connect, context, fetch, need, read_all
from conftest import in_full


class Visitor:
    def __init__(self, pki, version):
        self.pki = pki
        self.context = context(pki, version=version)

    def come(self, there, session=None):
        """The session, and whether it is `session` again."""
        with connect(there, self.pki, context=self.context,
            session=session) as peer:
            peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert b" 200 " in read_all(peer)
            return peer.session, peer.session_reused


# ---- -id_prefix -----------------------------------------------------------


@pytest.mark.needs("id_prefix")
def test_session_ids_begin_as_told(server, pki, backend):
    there = server("-www", "-id_prefix", "PRE")
    visitor = Visitor(pki, "tls1_2")
    first, _ = visitor.come(there)
    other, _ = visitor.come(there)
    assert len(first.id) == len(other.id) == 32
    assert first.id[:3] == other.id[:3] == b"PRE"
    assert first.id != other.id
    again, resumed = visitor.come(there, first)
    assert resumed and again.id == first.id
    there.wait("closed", 3)
    ids = [event["facts"]["session_id"]
        for event in there.events("handshake")]
    assert ids == [first.id.hex(), other.id.hex(), first.id.hex()]


@pytest.mark.needs("id_prefix")
def test_a_whole_prefix_leaves_room_for_one(server, pki, backend):
    there = server("-www", "-id_prefix", 32 * "x")
    visitor = Visitor(pki, "tls1_2")
    first, _ = visitor.come(there)
    assert first.id == 32 * b"x"
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        visitor.come(there)
    error = there.wait("failed")["error"]
    assert error["alert_sent"]["name"] == "internal_error"
    assert visitor.come(there, first)[1]


# ---- -context -------------------------------------------------------------


def test_the_context_is_told(server, pki, backend, version):
    """Two servers share no keys, so that what a context parts is seen in
    the store's own tests; here it is shown."""
    there = server("-www", "-context", "abc")
    body = fetch(there, pki, "/text", version=version).body.decode()
    assert "    Session-ID-ctx: 616263\n" in body
    there = server("-www")
    body = fetch(there, pki, "/text", version=version).body.decode()
    assert "    Session-ID-ctx: 01000000\n" in body


def test_a_context_of_ones_own_resumes(server, pki, backend, version):
    there = server("-www", "-context", 32 * "c")
    visitor = Visitor(pki, version)
    session, _ = visitor.come(there)
    assert visitor.come(there, session)[1]


@pytest.mark.needs("session_store")
def test_a_context_of_ones_own_resumes_from_the_store(server, pki, backend,
    version):
    """In TLS 1.3 where all of a store is there: "part" is up to TLS 1.2."""
    there = server("-www", "-context", 32 * "c", "-no_ticket")
    visitor = Visitor(pki, version)
    session, _ = visitor.come(there)
    assert visitor.come(there, session)[1] == (version == "tls1_2" or
        in_full(backend, "session_store"))


# ---- -num_tickets ---------------------------------------------------------


@pytest.mark.needs("tls1_3", "num_tickets")
@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_as_many_tickets_come(server, pki, backend, number):
    there = server("-www", "-num_tickets", number)
    said = call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d" %
        there.port, "-tls1_3", "-msg", "-ign_eof",
        text=b"GET / HTTP/1.0\r\n\r\n")
    assert said.count(", NewSessionTicket") == number


@pytest.mark.needs("tls1_3")
def test_two_tickets_come_unasked(server, pki, backend):
    there = server("-www")
    said = call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d" %
        there.port, "-tls1_3", "-msg", "-ign_eof",
        text=b"GET / HTTP/1.0\r\n\r\n")
    assert said.count(", NewSessionTicket") == 2


# ---- what is shown --------------------------------------------------------


@pytest.mark.parametrize("secrets", [False, True])
def test_the_page_keeps_secrets_unless_told(server, pki, backend, version,
    secrets):
    there = server("-www", *["-show_secrets"][:secrets])
    body = fetch(there, pki, "/text", version=version).body.decode()
    label = "    %s: " % ("Resumption PSK" if version == "tls1_3" else
        "Master-Key")
    value = body[body.index(label) + len(label):].split("\n")[0]
    if not secrets:
        assert value == "(not shown)"
    elif version == "tls1_2" or in_full(backend, "fact_secret"):
        assert len(bytes.fromhex(value)) in (32, 48)
    else:
        assert value == "(not told by the library)"
    assert "    Timeout   : 7200 (sec)\n" in body


def test_the_page_shows_no_pass_phrase(server, pki, backend):
    there = server("-www", "-pass", "pass:tell-nobody", "-psk",
        "somebody:c0ffee", "-psk", "ba5eba11")
    for path in ("/", "/text", "/json"):
        body = fetch(there, pki, path).body.decode()
        assert "-psk" in body
        for secret in ("tell-nobody", "c0ffee", "ba5eba11"):
            assert secret not in body
    assert "tell-nobody" not in there.lines.text()
    assert "c0ffee" not in there.lines.text()
