"""test_expect.py - -expect: what connections have to turn out to be

SPDX-License-Identifier: Apache-2.0
"""
import os
import re
import signal

import pytest

from clients import call, connect, context, fetch, need, plain, read_all
from servers import run


def judged(there, status, *lines):
    """It ends with this status and has said exactly these differences."""
    there.signal(signal.SIGTERM)
    assert there.finish() == status
    told = ["conn %d: %s: expected %s, seen %s" % (event["conn"],
        event["key"], event["expected"], event["seen"])
        if event["conn"] else "%s: expected %s, seen %s" %
        (event["key"], event["expected"], event["seen"])
        for event in there.events("mismatch")]
    assert told == list(lines)
    # Words and events say the same, nothing else is on standard error.
    said = [line for line in there.err.text().splitlines()
        if ": expected " in line]
    assert said == told


def test_all_as_expected(server, pki, backend, version):
    there = server("-www", "-alpn", "h2,http/1.1", "-expect",
        "version=%s alpn=http/1.1 sni=localhost resumed=no client_cert=none "
        "backend=%s handshake=ok alert=none" % (version, backend))
    fetch(there, pki, version=version, alpn=["http/1.1"])
    there.wait("closed")
    judged(there, 0)


def test_every_difference_is_told(server, pki, backend):
    there = server("-www", "-expect", "version=1.3|1.1,suite=AES128-SHA",
        "-expect", "alpn!=none sni=a|b")
    fetch(there, pki, version="tls1_2")
    there.wait("closed")
    suite = there.wait("handshake")["facts"]["suite"]["openssl"]
    judged(there, 1,
        "conn 1: version: expected 1.3|1.1, seen TLSv1.2",
        "conn 1: suite: expected AES128-SHA, seen %s" % suite,
        "conn 1: alpn: expected not none, seen none",
        "conn 1: sni: expected a|b, seen localhost")


def test_connections_have_their_own(server, pki, backend):
    there = server("-www", "-expect", "1: sni=a.localhost", "-expect",
        "2-3: sni=localhost", "-expect", "4-: sni=a.localhost")
    for number, name in enumerate(["a.localhost", "localhost",
        "a.localhost", "a.localhost"], 1):
        fetch(there, pki, name=name)
        there.wait("closed", conn=number)
    judged(there, 1, "conn 3: sni: expected localhost, seen a.localhost")


@pytest.mark.needs("fact_resumed")
def test_second_connection_resumes(server, pki, backend, version):
    there = server("-www", "-expect", "1: resumed=no",
        "-expect", "2-: resumed=yes", "-naccept", "2")
    made = context(pki, version=version)
    session = None
    for _ in range(2):
        with connect(there, pki, context=made, session=session) as peer:
            peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
            read_all(peer)
            session = peer.session
    assert there.finish() == 0


def test_none_came(server, backend):
    judged(server("-www", "-expect", "version=1.3"), 1,
        "connections: expected 1-, seen 0")


def test_none_has_to_come(server, backend):
    judged(server("-www", "-expect", "connections=0"), 0)


def test_fewer_came_than_are_named(server, pki, backend):
    there = server("-www", "-expect", "3: version=1.3")
    fetch(there, pki)
    there.wait("closed")
    judged(there, 1, "connections: expected 3-, seen 1")


def test_fewer_came_than_naccept(server, pki, backend):
    there = server("-www", "-naccept", "2", "-expect", "handshake=ok")
    fetch(there, pki)
    there.wait("closed")
    judged(there, 1, "connections: expected 2-, seen 1")


def test_a_failed_handshake_is_a_difference(server, pki, backend):
    there = server("-www", "-tls1_2", "-expect", "sni=localhost",
        "-naccept", "1")
    with pytest.raises(OSError):
        connect(there, pki, version="tls1_3")
    assert there.finish() == 1
    event, = there.events("mismatch")
    assert event["key"] == "handshake" and event["expected"] == "ok"
    assert event["seen"].startswith("failed: ")


def test_a_failed_handshake_can_be_expected(server, pki, backend):
    there = server("-www", "-tls1_2", "-naccept", "1", "-expect",
        "handshake=failed version=none alert_sent=protocol_version "
        "alert_received=none close=failed")
    with pytest.raises(OSError):
        connect(there, pki, version="tls1_3")
    assert there.finish() == 0


def test_an_alert_of_the_client(server, pki, backend):
    """It says by an alert that it does not trust the certificate."""
    there = server("-www", "-naccept", "1", "-tls1_2", "-expect",
        "alert_received=unknown_ca handshake=failed")
    call(need("curl"), "-s", "https://localhost:%d/" % there.port,
        "--cacert", pki.stranger.cert, status=60)
    assert there.finish() == 0


@pytest.mark.needs("client_certificate")
@pytest.mark.parametrize("who, seen", [("client", "valid"),
    ("stranger", "invalid"), (None, "none")])
def test_client_certificates(server, pki, backend, version, who, seen):
    there = server("-www", "-verify", "2", "-CAfile", pki.ca.cert,
        "-naccept", "1", "-expect", "client_cert=" + seen)
    fetch(there, pki, version=version, cert=getattr(pki, who)
        if who else None)
    assert there.finish() == 0


@pytest.mark.needs("messages", "groups", "tls1_3")
def test_hello_retry_request(server, pki, backend):
    there = server("-www", "-groups", "P-256", "-expect", "1: hrr=yes",
        "-expect", "2: hrr=no", "-naccept", "2")
    for groups in ("X25519:P-256", "P-256"):
        call(need("openssl"), "s_client", "-tls1_3", "-groups", groups,
            "-connect", "127.0.0.1:%d" % there.port,
            text=b"GET / HTTP/1.0\r\n\r\n")
    assert there.finish() == 0


def test_ends(server, pki, backend):
    """Whoever leaves without close_notify is told from who does not."""
    there = server("-expect", "1: close=truncated|reset", "-expect",
        "2: close=clean", stdin="pipe")
    with connect(there, pki):
        there.wait("handshake", conn=1)
    there.wait("closed", conn=1)
    with connect(there, pki) as peer:
        there.wait("handshake", conn=2)
        peer.unwrap().close()
    there.wait("closed", conn=2)
    judged(there, 0)


def test_bytes(server, pki, backend):
    there = server("-www", "-expect", "bytes_received=100-5000 "
        "bytes_sent=1000-")
    fetch(there, pki)
    there.wait("closed")
    judged(there, 0)


def test_no_tls_at_all(server, backend):
    there = server("-www", "-expect", "sni=none handshake=failed")
    with plain(there) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        read_all(peer)
    there.wait("closed")
    judged(there, 0)


def test_workers_share_one_verdict(server, pki, backend):
    there = server("-www", "-workers", "3", "-expect",
        "sni=localhost connections=20")
    for number in range(20):
        fetch(there, pki, name="localhost" if number != 7 else "a.localhost")
    there.wait("closed", number=20)
    judged(there, 1, "conn 8: sni: expected localhost, seen a.localhost")


@pytest.mark.parametrize("word, said", [
    ("verison=1.3", 'unknown key "verison": did you mean version?'),
    ("zzzzzzz=1", 'unknown key "zzzzzzz": the keys are handshake version '),
    ("suite=ECDHE-RSA-AES128-GCM-SHA265", "did you mean "
        "ECDHE-RSA-AES128-GCM-SHA256?"),
    ("group=x25518", "did you mean x25519?"),
    ("alert=unknown_cat", "did you mean unknown_ca?"),
    ("close=cleam", "did you mean clean?"),
    ("version=1.4", "the values are 1.3|1.2|1.1|1.0|NUMBER|none"),
    ("resumed=maybe", "the values are yes|no|none"),
    ("alpn=", "the values are TEXT|none"),
    ("bytes_sent=5-4", "the values are NUMBER|NUMBER-NUMBER|NUMBER-"),
    ("version", '"version" is no KEY=VALUE'),
    ("=1.3", '"=1.3" is no KEY=VALUE'),
    ("2:", "nothing is expected"),
    ("0: version=1.3", "counted from 1"),
    ("3-2: version=1.3", "counted from 1"),
    ("2: connections=1", "without a number before it"),
])
def test_what_nobody_knows_is_refused(word, said):
    done = run("s_server", "-accept", "127.0.0.1:0", "-expect", word)
    assert done.returncode == 2
    assert said in done.stderr and len(done.stderr.splitlines()) == 1


def test_what_a_backend_does_not_tell_is_refused():
    done = run("s_server", "-backend", "null", "-accept", "127.0.0.1:0",
        "-nocert", "-expect", "group=x25519")
    assert done.returncode == 3
    assert "-expect group" in done.stderr


def keys():
    """The table of the program: key, values, about."""
    done = run("s_server", "-expect", "help")
    assert done.returncode == 0
    found = re.findall(r"^(\w+)=(\S+)\n((?:  .*\n)+)", done.stdout, re.M)
    return [(key, values, " ".join(about.split()))
        for key, values, about in found]


def manual(page):
    path = os.path.join(os.path.dirname(__file__), "..", "..", "doc", page)
    with open(path) as file:
        return file.read()


def test_manual_has_every_key():
    page = re.sub(r"T\{\n(.*)\nT\}", r"\1", manual("polytls-s_server.1"))
    rows = [tuple(row) for row in re.findall(
        r"^(\w+)\t(\S+)\t(.*)$", page.replace("\\-", "-"), re.M)]
    assert len(keys()) > 15
    assert [row for row in rows if row[0] in dict((key, values)
        for key, values, _ in keys()) and "|" in row[1] or
        "NUMBER-" in row[1]] == keys()


def test_every_key_is_tried_here():
    """Each has a comparison above that can fail, or in tests/unit."""
    with open(__file__) as file:
        text = file.read()
    unit = os.path.join(os.path.dirname(__file__), "..", "unit", "expect.c")
    with open(unit) as file:
        text += file.read()
    for key, _, _ in keys():
        assert re.search(r'[ ",]%s!?=\w' % key, text), key
