"""test_statistics.py - the twelve counters of S, the same on every backend

SPDX-License-Identifier: Apache-2.0
"""
import ssl

import pytest

from clients import connect, context, plain, read_all
from conftest import in_full

WORDS = [
    ("cached", "items in the session cache"),
    ("connects", "client connects (SSL_connect())"),
    ("connect_renegotiates", "client renegotiates (SSL_connect())"),
    ("connects_good", "client connects that finished"),
    ("accepts", "server accepts (SSL_accept())"),
    ("renegotiates", "server renegotiates (SSL_accept())"),
    ("accepts_good", "server accepts that finished"),
    ("hits", "session cache hits"),
    ("misses", "session cache misses"),
    ("timeouts", "session cache timeouts"),
    ("callback_hits", "callback cache hits"),
    ("overflows", "cache full overflows (128 allowed)"),
]


class Visitor:
    """A client that comes again, with the session of its last visit."""

    def __init__(self, pki, version):
        self.pki = pki
        self.context = context(pki, version=version)
        self.session = None

    def come(self, there):
        with connect(there, self.pki, context=self.context,
            session=self.session) as peer:
            peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
            read_all(peer)
            self.session = peer.session
            return peer.session_reused


def expect(there, **numbers):
    """What the counters are at the end, in JSON and in words."""
    if numbers["accepts"]:
        there.wait("closed", numbers["accepts"])
    assert there.stop() == 0
    event = there.wait("statistics")
    whole = {name: 0 for name, _ in WORDS}
    whole.update(numbers)
    assert {name: event[name] for name, _ in WORDS} == whole
    assert event["room"] == 128
    lines = "".join("%4d %s\n" % (whole[name], words)
        for name, words in WORDS)
    assert there.out.text().endswith(lines)


def test_counts_nothing_where_nothing_was(server, pki, backend):
    expect(server("-www"), accepts=0)


def test_counts_what_tickets_resume(server, pki, backend, version):
    there = server("-www")
    visitor = Visitor(pki, version)
    visitor.come(there)
    assert visitor.come(there)
    expect(there, accepts=2, accepts_good=2, hits=1)


@pytest.mark.parametrize("version", ["tls1_2"])
def test_counts_what_the_store_resumes(server, pki, backend, version):
    there = server("-www", "-no_ticket")
    visitor = Visitor(pki, version)
    visitor.come(there)
    Visitor(pki, version).come(there)
    assert visitor.come(there)
    expect(there, accepts=3, accepts_good=3, hits=1, cached=2)


@pytest.mark.parametrize("version", ["tls1_3"])
def test_stores_what_a_reference_stands_for(server, pki, backend, version):
    there = server("-www", "-no_ticket")
    visitor = Visitor(pki, version)
    visitor.come(there)
    there.wait("closed")
    stateful = in_full(backend, "session_store")
    assert bool(visitor.session and visitor.session.has_ticket) == stateful
    expect(there, accepts=1, accepts_good=1, cached=2 if stateful else 0)


@pytest.mark.parametrize("version", ["tls1_2"])
def test_counts_a_session_that_it_never_had(server, pki, backend, version):
    visitor = Visitor(pki, version)
    visitor.come(server("-www", "-no_ticket"))
    there = server("-www", "-no_ticket")
    assert not visitor.come(there)
    expect(there, accepts=1, accepts_good=1, misses=1, cached=1)


@pytest.mark.parametrize("version", ["tls1_2"])
def test_keeps_no_sessions_if_asked_to(server, pki, backend, version):
    there = server("-www", "-no_ticket", "-no_cache")
    visitor = Visitor(pki, version)
    visitor.come(there)
    assert not visitor.come(there)
    expect(there, accepts=2, accepts_good=2)


def test_no_cache_leaves_tickets(server, pki, backend, version):
    there = server("-www", "-no_cache")
    visitor = Visitor(pki, version)
    visitor.come(there)
    assert visitor.come(there)
    expect(there, accepts=2, accepts_good=2, hits=1)


def test_counts_who_fails_as_accepted_alone(server, pki, backend):
    there = server("-www", "-tls1_2")
    with pytest.raises(ssl.SSLError):
        connect(there, pki, version="tls1_3")
    with plain(there) as peer:
        peer.sendall(b"no hello at all\r\n\r\n")
        peer.recv(100)
    expect(there, accepts=2)


@pytest.mark.parametrize("version", ["tls1_2"])
def test_forgets_the_oldest_when_it_is_full(server, pki, backend, version):
    there = server("-www", "-no_ticket")
    first = Visitor(pki, version)
    first.come(there)
    for _ in range(128):
        Visitor(pki, version).come(there)
    assert not first.come(there)
    expect(there, accepts=130, accepts_good=130, cached=128, misses=1,
        overflows=2)
