"""test_json.py - the lines of -json, as scripts rely on them

SPDX-License-Identifier: Apache-2.0
"""
import json
import re

import pytest

from clients import connect, fetch, plain, read_all
from servers import run

# Every kind and its members, beside v, time, event, conn.  A member that
# vanishes breaks somebody's script.
MEMBERS = {
    "start": {"version", "command_line", "schema"},
    "listening": {"host", "port", "any_port"},
    "accepted": {"host", "port"},
    "opening": {"opening", "bytes"},
    "client_hello": {"hello"},
    "choice": {"choice", "coalesced"},
    "record": {"direction", "type", "version", "len", "header"},
    "message": {"direction", "version", "type", "body"},
    "alert": {"direction", "level", "description"},
    "state": {"state"},
    "secret": {"label", "client_random", "secret"},
    "verify": {"step", "accepted"},
    "handshake": {"facts", "again"},
    "failed": {"error", "handshaking", "verify_error"},
    "command": {"letter", "status", "error"},
    "data": {"direction", "text"},
    "request": {"method", "target", "status", "len", "file"},
    "ending": {"by_peer"},
    "closed": {"outcome", "received", "sent"},
    "note": {"text"},
    "statistics": {"accepts", "accepts_good", "hits", "renegotiates"},
    "stop": {"status"},
}
HELLO = {"records", "sslv2", "record_version", "legacy_version", "random",
    "session_id", "compression", "suites", "extensions", "server_name",
    "alpn", "versions", "groups", "signatures", "key_shares", "ja3_hash",
    "ja4"}
FACTS = {"version", "suite", "group", "signature", "peer_signature",
    "resumed", "extended_master", "secure_renegotiation", "identity",
    "alpn", "session_id", "peer_chain"}


def check(event):
    assert event["v"] == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
        event["time"])
    assert MEMBERS[event["event"]] <= set(event), event
    if event["conn"]:
        assert event["since_us"] >= 0
    if event["event"] == "client_hello":
        assert HELLO <= set(event["hello"])
    if event["event"] == "handshake":
        assert FACTS <= set(event["facts"])


def test_has_the_members_that_scripts_rely_on(server, pki, backend, version):
    there = server("-www", "-verify", "2", "-CAfile", pki.ca.cert)
    fetch(there, pki, version=version, cert=pki.client)
    with plain(there) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        read_all(peer)
    there.wait("closed", number=2)
    there.stop()
    events = there.events()
    for event in events:
        check(event)
    kinds = {event["event"] for event in events}
    assert {"start", "listening", "accepted", "opening", "client_hello",
        "choice", "handshake", "failed", "request", "ending", "closed",
        "verify", "statistics", "stop"} <= kinds


def test_tells_one_connection_in_order(server, pki, backend, version):
    there = server("-www")
    fetch(there, pki, version=version)
    there.wait("closed", conn=1)
    kinds = [event["event"] for event in there.events(conn=1)]
    order = ["accepted", "client_hello", "choice", "handshake", "request",
        "ending", "closed"]
    assert [kind for kind in kinds if kind in order] == order
    times = [event["since_us"] for event in there.events(conn=1)]
    assert times == sorted(times)


def test_is_a_line_of_ascii_an_event(server, pki, backend):
    there = server("-www")
    fetch(there, pki)
    there.stop()
    data = there.lines.data
    assert data.endswith(b"\n")
    for line in data.splitlines():
        assert all(0x20 <= byte < 0x7f for byte in line)
        assert isinstance(json.loads(line), dict)


def test_knows_the_hello_of_a_client(server, pki, backend):
    there = server("-www")
    fetch(there, pki, name="a.localhost", version="tls1_2")
    hello = there.wait("client_hello")["hello"]
    assert hello["server_name"] == "a.localhost"
    assert "server_name" in [one["name"] for one in hello["extensions"]]
    assert any(one["openssl"] == "ECDHE-ECDSA-AES128-GCM-SHA256"
        for one in hello["suites"])


def test_says_the_same_about_the_client_on_every_backend(server, pki):
    """The core reads the hello, whatever library answers."""
    from conftest import BACKENDS
    seen = []
    for backend in sorted(BACKENDS):
        there = server("-www", backend=backend)
        fetch(there, pki, version="tls1_2")
        hello = there.wait("client_hello")["hello"]
        for name in ("random", "session_id"):
            del hello[name]
        seen.append(hello)
        there.kill()
    assert all(one == seen[0] for one in seen)


def test_redacts_secrets(server, pki, backend, version):
    there = server("-www")
    fetch(there, pki, version=version)
    there.stop()
    assert {event["secret"] for event in there.events("secret")} <= \
        {"redacted"}


def test_shows_secrets_when_asked(server, pki, backend, version):
    there = server("-www", "-show_secrets")
    fetch(there, pki, version=version)
    there.stop()
    secrets = there.events("secret")
    assert secrets
    for event in secrets:
        assert re.fullmatch(r"[0-9a-f]{64,96}", event["secret"])


def test_writes_to_standard_output(pki, tmp_path):
    done = run("s_server", "-accept", "127.0.0.1:0", "-json", "-",
        "-quiet", "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key,
        "-naccept", "1", "-WWW", "-root", "/nonexistent")
    assert done.returncode == 2


def test_writes_to_a_file(server, pki, tmp_path):
    there = server("-www", "-json", tmp_path / "lines", backend="openssl",
        ready=False)
    # The last -json counts; the pipe says nothing then.
    there.kill()
    assert there.lines.data == b""


def test_counts_what_it_sends(server, pki, backend):
    there = server("-www")
    got = fetch(there, pki)
    closed = there.wait("closed", conn=1)
    assert closed["sent"] > len(got.body)
    assert there.wait("request")["len"] == len(got.body)


def test_tells_the_data_both_ways(server, pki, backend):
    there = server(stdin="pipe")
    with connect(there, pki) as peer:
        there.wait("handshake")
        peer.sendall(b"up\x00\xff")
        assert there.wait("data", direction="received")["text"]
        there.type(b"down\n")
        assert there.wait("data", direction="sent")["text"]


@pytest.mark.parametrize("command", ["backends", "version"])
def test_has_json_for_commands(command):
    done = run(command, "-json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["backends"]
