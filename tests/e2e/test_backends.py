"""test_backends.py - several at a time, several workers

SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import re
import threading

import pytest

from clients import call, connect, context, fetch, need, plain
from conftest import BACKENDS
from servers import DEADLINE, run


# ---- -backend sni ---------------------------------------------------------


@pytest.fixture
def all_of_them(server):
    return server("-www", "-backend", "sni", backend=False)


def test_the_name_chooses_the_backend(all_of_them, pki, backend):
    fetch(all_of_them, pki, name=backend + ".localhost")
    assert all_of_them.wait("handshake", conn=1)["backend"] == backend


def test_the_page_says_which(all_of_them, pki, backend):
    got = fetch(all_of_them, pki, "/json", name=backend + ".localhost")
    assert backend in got.body.decode()


def test_another_name_gets_the_default_one(all_of_them, pki):
    for name in ("a.localhost", "localhost"):
        assert fetch(all_of_them, pki, name=name).status == 200
    all_of_them.wait("handshake", number=2)
    chosen = {event["backend"]
        for event in all_of_them.events("handshake")}
    default = json.loads(run("backends", "-json").stdout)["backends"]
    assert chosen == {one["name"] for one in default if one["default"]}


def test_no_name_gets_the_default_one(all_of_them, pki):
    made = context(pki)
    made.check_hostname = False
    with connect(all_of_them, pki, name=None, context=made):
        all_of_them.wait("handshake", conn=1)


def test_all_of_them_serve_at_once(all_of_them, pki):
    peers = [connect(all_of_them, pki, name=name + ".localhost")
        for name in sorted(BACKENDS) * 3]
    all_of_them.wait("handshake", number=len(peers))
    for peer in peers:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
    for peer in peers:
        assert peer.recv(5) == b"HTTP/"
        peer.close()


# ---- -workers -------------------------------------------------------------


def test_workers_serve_side_by_side(server, pki, backend, version):
    there = server("-www", "-workers", "4")
    failures = []

    def visit():
        try:
            for _ in range(5):
                assert fetch(there, pki, version=version).status == 200
        except Exception as error:
            failures.append(error)

    visitors = [threading.Thread(target=visit) for _ in range(8)]
    for one in visitors:
        one.start()
    for one in visitors:
        one.join(DEADLINE)
    assert failures == []
    there.wait("closed", number=40)
    assert there.stop() == 0
    last = there.events("statistics")[-1]
    assert (last["accepts"], last["accepts_good"]) == (40, 40)
    # Each has a number of its own.
    assert len({event["conn"] for event in there.events("closed")}) == 40


def test_workers_share_sessions(server, pki, backend):
    """Whichever of them answers, it knows what another one began."""
    there = server("-www", "-workers", "4")
    made = context(pki, version="tls1_2")
    session, resumed = None, 0
    for _ in range(12):
        with connect(there, pki, context=made, session=session) as peer:
            resumed += peer.session_reused
            session = peer.session
    assert resumed == 11


def test_workers_end_together(server, pki, backend):
    there = server("-www", "-workers", "8")
    with plain(there):
        there.wait("accepted")
        assert there.stop() == 0


def test_workers_count_connections_together(server, pki, backend):
    there = server("-www", "-workers", "4", "-naccept", "5")
    for _ in range(5):
        fetch(there, pki)
    assert there.finish() == 0
    assert len(there.events("closed")) == 5


def test_one_terminal_is_enough():
    """Standard input belongs to one worker."""
    done = run("s_server", "-workers", "2", "-accept", "127.0.0.1:0")
    assert done.returncode == 2
    assert "-workers" in done.stderr


# ---- what there is --------------------------------------------------------


def test_tells_what_each_can():
    done = run("backends")
    assert done.returncode == 0
    for name in BACKENDS:
        assert name in done.stdout


def test_every_refusal_has_a_reason():
    for name, one in BACKENDS.items():
        for feature, answer in one["features"].items():
            assert answer["support"] in ("full", "part", "noop", "none")
            assert answer["support"] == "full" or answer["note"], \
                (name, feature)




@pytest.mark.parametrize("words", [["-WWW"], ["-HTTP"], ["-quiet"]])
def test_loads_one_library_alone(server, pki, backend, words):
    """The one that is used, and none of the others, where no report names
    those that know a suite."""
    there = server(*words)
    with open("/proc/%d/maps" % there.process.pid) as maps:
        text = maps.read()
    # "NAME:-lONE,-lTWO", its first library only: others may share a second.
    rows = os.environ["POLYTLS_BACKEND_LIBS"].split()
    for name, libraries in (row.split(":", 1) for row in rows):
        library = re.search(r"-l([^,]+)", libraries).group(1)
        assert ("lib" + library in text) == (name == backend), name


def test_names_one(backend):
    said = run("backends", backend).stdout
    for other in set(BACKENDS) - {backend}:
        assert not re.search(r"^%s\b" % other, said, re.M)
    assert backend in said
    done = run("backends", "nonsense")
    assert done.returncode == 2 and backend in done.stderr


def test_says_its_version_to_whoever_asks():
    for word in ("-V", "-version", "--version", "version"):
        assert run(word).stdout.startswith("polytls ")
