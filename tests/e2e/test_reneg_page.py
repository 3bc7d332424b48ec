"""test_reneg_page.py - /reneg and /renegcert of -www

SPDX-License-Identifier: Apache-2.0
"""
import pytest

from clients import Response, connect, context, read_all, read_response
from conftest import reason_against


def ask(peer, path, close=True):
    peer.sendall(("GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % (path,
        "Connection: close\r\n" if close else "")).encode())
    if close:
        return Response(read_all(peer))
    return read_response(peer)


def hands(pki, version, cert=None):
    """A client's context that is ready to show a certificate later."""
    made = context(pki, version=version, cert=cert)
    made.post_handshake_auth = True
    return made


def unless(backend, *features):
    for feature in features:
        reason = reason_against(backend, feature)
        if reason:
            pytest.skip(reason)


@pytest.mark.needs("renegotiate")
def test_renegotiates_before_the_page(server, pki, backend):
    there = server("-www")
    with connect(there, pki, context=hands(pki, "tls1_2")) as peer:
        response = ask(peer, "/reneg")
    assert response.status == 200
    assert b"SSL-Session:" in response.body
    assert there.wait("command")["letter"] == "r"
    assert there.wait("handshake", again=True)
    there.stop()
    assert there.wait("statistics")["renegotiates"] == 1


@pytest.mark.needs("renegotiate_certificate")
def test_asks_for_a_certificate_before_the_page(server, pki, backend):
    there = server("-www", "-CAfile", pki.ca.cert)
    with connect(there, pki, context=hands(pki, "tls1_2", pki.client)) \
        as peer:
        response = ask(peer, "/renegcert")
    assert response.status == 200
    assert b"subject=O = Clients, CN = client" in response.body
    facts = there.wait("handshake", again=True)["facts"]
    assert facts["resumed"] is False
    assert facts["peer_chain"][0]["subject"] == "O = Clients, CN = client"


@pytest.mark.needs("tls1_3", "post_handshake_auth")
def test_asks_after_the_handshake_in_tls1_3(server, pki, backend):
    there = server("-www", "-CAfile", pki.ca.cert)
    with connect(there, pki, context=hands(pki, "tls1_3", pki.client)) \
        as peer:
        response = ask(peer, "/renegcert")
    assert response.status == 200
    assert b"subject=O = Clients, CN = client" in response.body
    assert there.wait("command")["letter"] == "c"


@pytest.mark.needs("tls1_3", "post_handshake_auth")
def test_says_that_a_client_has_nothing_to_ask_for(server, pki, backend):
    there = server("-www")
    with connect(there, pki, version="tls1_3") as peer:
        response = ask(peer, "/renegcert")
    assert response.status == 501
    assert response.body.startswith(b"501 Not Implemented: ")
    assert len(response.body) > 30


@pytest.mark.needs("tls1_3", "key_update")
def test_renews_keys_in_tls1_3(server, pki, backend):
    there = server("-www")
    with connect(there, pki, version="tls1_3") as peer:
        assert ask(peer, "/reneg").status == 200
    command = there.wait("command")
    assert (command["letter"], command["status"]) == ("K", "ok")


@pytest.mark.needs("renegotiate")
def test_goes_on_behind_it(server, pki, backend):
    there = server("-www", "-keep_alive")
    with connect(there, pki, context=hands(pki, "tls1_2")) as peer:
        for path in ("/reneg", "/text", "/reneg", "/json"):
            assert ask(peer, path, close=False).status == 200
    there.stop()
    assert there.wait("statistics")["renegotiates"] == 2


@pytest.mark.needs("renegotiate")
def test_waits_no_longer_than_the_idle_timeout(server, pki, backend):
    """For a client that does not answer to it."""
    there = server("-www", "-idle_timeout", "1")
    with connect(there, pki, context=hands(pki, "tls1_2")) as peer:
        peer.sendall(b"GET /reneg HTTP/1.0\r\n\r\n")
        assert there.wait("closed")["outcome"] == "timeout"


def test_leaves_other_clients_alone(server, pki, backend, version):
    unless(backend, "renegotiate")
    there = server("-www")
    with connect(there, pki, context=hands(pki, "tls1_2")) as silent:
        silent.sendall(b"GET /reneg HTTP/1.0\r\n\r\n")
        there.wait("command")
        with connect(there, pki, version=version) as peer:
            assert ask(peer, "/").status == 200
