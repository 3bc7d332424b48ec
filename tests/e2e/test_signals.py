"""test_signals.py - being ready, ending, and what the shell is told

SPDX-License-Identifier: Apache-2.0
"""
import os
import signal
import subprocess

import pytest

from clients import connect, fetch, plain, read_all
from servers import DEADLINE, PROGRAM


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT],
    ids=["term", "int"])
def test_ends_when_asked(server, pki, backend, number):
    there = server("-www")
    fetch(there, pki)
    there.wait("closed", conn=1)
    there.signal(number)
    assert there.finish() == 0
    kinds = [event["event"] for event in there.events()]
    assert kinds[-1] == "stop"
    assert "statistics" in kinds
    assert "server accepts that finished" in there.out.text()


def test_ends_while_clients_are_there(server, pki, backend):
    there = server("-www", "-keep_alive")
    with connect(there, pki) as peer, plain(there):
        there.wait("accepted", conn=2)
        there.signal(signal.SIGTERM)
        # The client is told, not dropped.
        assert read_all(peer) == b""
        peer.unwrap()
    assert there.finish() == 0
    # Whether its answer came in time is the client's doing.
    assert there.events("closed", conn=1)[0]["outcome"] in ("clean",
        "closed_here")


def test_ends_at_once_when_asked_twice(server, pki):
    there = server("-www", "-keep_alive", backend="openssl")
    with connect(there, pki):
        there.wait("handshake", conn=1)
        there.signal(signal.SIGTERM)
        there.wait("ending", conn=1)
        there.signal(signal.SIGTERM)
        assert there.finish() == 0


def test_does_not_die_of_a_broken_pipe(server, pki, backend):
    there = server("-WWW", "-root", "/")
    for _ in range(3):
        with connect(there, pki) as peer:
            peer.sendall(b"GET /bin/sh HTTP/1.0\r\n\r\n")
            peer.recv(1)
    there.wait("closed", number=3)
    assert there.stop() == 0


def test_ends_after_so_many_connections(server, pki, backend):
    there = server("-www", "-naccept", "2")
    fetch(there, pki)
    fetch(there, pki)
    assert there.finish() == 0


def test_says_when_one_of_them_failed(server, pki, backend):
    there = server("-www", "-naccept", "2")
    fetch(there, pki)
    with plain(there) as peer:
        peer.sendall(b"garbage\r\n\r\n")
        read_all(peer)
    assert there.finish() == 1


def test_writes_the_ready_file(server, pki, tmp_path):
    """A FIFO: who reads it is woken when clients may come."""
    fifo = tmp_path / "ready"
    os.mkfifo(fifo)
    there = server("-www", "-ready_file", fifo, ready=False,
        backend="openssl")
    with open(fifo) as ready:
        host, port = ready.read().strip().rsplit(":", 1)
    there.port = int(port)
    assert host == "127.0.0.1"
    assert fetch(there, pki).status == 200


def test_writes_a_whole_ready_file(server, pki, tmp_path):
    there = server("-www", "-ready_file", tmp_path / "ready",
        backend="openssl")
    fetch(there, pki)
    assert (tmp_path / "ready").read_text() == "127.0.0.1:%d\n" % there.port
    assert os.listdir(tmp_path) == ["ready"]


@pytest.mark.parametrize("left", ["file", "link", "dangling"])
def test_writes_to_no_file_that_it_did_not_make(server, pki, tmp_path, left):
    ready, aside = tmp_path / "ready", tmp_path / "ready.new"
    target = tmp_path / "target"
    if left == "file":
        aside.write_text("half a li")
    else:
        aside.symlink_to(target)
    if left == "link":
        target.write_text("dear")
    there = server("-www", "-ready_file", ready, backend="openssl")
    assert ready.read_text() == "127.0.0.1:%d\n" % there.port
    assert not ready.is_symlink()
    assert not os.path.lexists(aside)
    assert target.exists() == (left == "link")
    assert left != "link" or target.read_text() == "dear"


def test_leaves_no_half_of_a_ready_file(tmp_path, pki):
    (tmp_path / "ready.new").mkdir()
    done = subprocess.run([PROGRAM, "s_server", "-accept", "127.0.0.1:0",
        "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key, "-ready_file",
        tmp_path / "ready"], stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=DEADLINE)
    assert done.returncode == 2 and "-ready_file" in done.stderr
    assert done.stdout == ""
    assert os.listdir(tmp_path) == ["ready.new"]


def test_is_ready_when_all_threads_are(server, tmp_path, pki):
    """Whoever is told so finds all of them."""
    fifo = tmp_path / "ready"
    os.mkfifo(fifo)
    there = server("-www", "-workers", "8", "-ready_file", fifo, ready=False,
        backend="openssl")
    with open(fifo) as ready:
        # Before the program goes on: it is stopped while it writes.
        assert ready.read(1)
        assert len(os.listdir("/proc/%d/task" % there.process.pid)) >= 8


def test_says_its_port_on_standard_output(pki):
    process = subprocess.Popen([PROGRAM, "s_server", "-accept",
        "127.0.0.1:0", "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    # A pipe, and not held back.
    assert process.stdout.readline() == "Using default temp DH parameters\n"
    line = process.stdout.readline()
    assert line.startswith("ACCEPT 127.0.0.1:")
    process.terminate()
    assert process.wait(DEADLINE) == 0
    process.stdout.close()


def test_listens_on_ipv6(server, pki):
    import socket
    try:
        socket.socket(socket.AF_INET6).bind(("::1", 0))
    except OSError:
        pytest.skip("there is no IPv6 here")
    there = server("-www", accept="[::1]:0", backend="openssl")
    assert there.host == "::1"
    from clients import context
    with socket.create_connection(("::1", there.port), DEADLINE) as raw:
        with context(pki).wrap_socket(raw, server_hostname="::1") as peer:
            peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert read_all(peer)
    assert there.wait("accepted")["host"] == "::1"


def test_makes_a_certificate_where_there_is_none(server, tmp_path, backend):
    import ssl
    import socket
    there = server("-www", certs=False, cwd=tmp_path)
    note = there.wait("note")
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", there.port)) as raw:
        with made.wrap_socket(raw, server_hostname="localhost") as peer:
            import hashlib
            der = peer.getpeercert(True)
            found = hashlib.sha256(der).hexdigest()
    said = "".join(one["text"] for one in there.events("note"))
    assert found in said.replace(":", "").lower(), note
    assert os.listdir(tmp_path) == []
