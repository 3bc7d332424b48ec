"""test_protocols.py - application protocols: ALPN, NPN, and what stands in

SPDX-License-Identifier: Apache-2.0
"""
import ssl

import pytest

from clients import call, connect, need, read_all
from conftest import reason_against


def agreed(there, pki, alpn, **options):
    with connect(there, pki, alpn=alpn, **options) as peer:
        return peer.selected_alpn_protocol()


def test_agrees_by_the_servers_order(server, pki, backend, version):
    there = server("-alpn", "h2,http/1.1")
    assert agreed(there, pki, ["http/1.1", "h2"], version=version) == "h2"
    there.stop()
    said = there.out.text()
    assert "ALPN protocols advertised by the client: http/1.1, h2\n" in said
    assert "ALPN protocols selected: h2\n" in said
    assert "NEXTPROTO" not in said


@pytest.mark.parametrize("words", [[], ["-alpn_mismatch", "refuse"]])
def test_refuses_who_has_none(server, pki, backend, version, words):
    there = server("-alpn", "h2", *words)
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        with connect(there, pki, alpn=["h3"], version=version) as peer:
            read_all(peer)
    error = there.wait("failed")["error"]
    assert error["alert_sent"]["name"] == "no_application_protocol"
    # Who does not know of ALPN is none of those.
    assert agreed(there, pki, None, version=version) is None


def test_lets_in_who_has_none_if_asked_to(server, pki, backend, version):
    there = server("-alpn", "h2", "-alpn_mismatch", "ignore")
    assert agreed(there, pki, ["h3"], version=version) is None
    assert there.wait("handshake")["facts"]["alpn"] is None
    assert there.wait("choice")["choice"]["alpn_refused"] is False
    assert agreed(there, pki, ["h2"], version=version) == "h2"


# ---- NPN ------------------------------------------------------------------


def npn(there, offer, *words):
    return call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d" %
        there.port, "-tls1_2", "-nextprotoneg", offer, *words, text="")


def test_offers_protocols_by_npn(server, pki, backend):
    reason = reason_against(backend, "npn")
    if reason:
        pytest.skip(reason)
    there = server("-nextprotoneg", "spdy/3,,http/1.1")
    said = npn(there, "http/1.1")
    assert "Next protocol: (1) http/1.1" in said
    assert there.wait("handshake")["facts"]["npn"] == "http/1.1"
    there.wait("closed")
    assert "NEXTPROTO is http/1.1\n" in there.out.text()


def test_takes_what_the_client_makes_of_it(server, pki, backend):
    """The client has the last word, and may say what was not offered."""
    reason = reason_against(backend, "npn")
    if reason:
        pytest.skip(reason)
    there = server("-nextprotoneg", "spdy/3")
    assert "Next protocol: (2) zzz" in npn(there, "zzz")
    there.wait("closed")
    assert "NEXTPROTO is zzz\n" in there.out.text()


def test_alpn_stands_in_for_npn(server, pki, backend, version):
    if not reason_against(backend, "npn"):
        pytest.skip("%s has NPN itself" % backend)
    there = server("-nextprotoneg", "spdy/3,http/1.1")
    assert agreed(there, pki, ["http/1.1", "x"], version=version) == \
        "http/1.1"
    there.wait("closed")
    assert "NEXTPROTO is http/1.1\n" in there.out.text()
    # NPN never refuses a client.
    assert agreed(there, pki, ["x"], version=version) is None
    assert agreed(there, pki, None, version=version) is None


def test_alpn_itself_comes_first(server, pki, backend, version):
    there = server("-alpn", "h2", "-nextprotoneg", "spdy/3")
    assert agreed(there, pki, ["spdy/3", "h2"], version=version) == "h2"
    there.wait("closed")
    assert "NEXTPROTO" not in there.out.text()
