"""race.py - connections on four threads, for tests/race

SPDX-License-Identifier: Apache-2.0

Run by tests/race under ThreadSanitizer, which ends a program with races with
status 66; no part of make check, where a race is seen too seldom.
"""
import concurrent.futures
import fcntl
import os
import signal

import pytest

from clients import connect, context, read_all
from conftest import in_full

CLIENTS = 8
EACH = 16


def ask(server, pki, trust, path, session=None):
    with connect(server, pki, context=trust, session=session) as peer:
        peer.sendall(b"GET %s HTTP/1.1\r\nHost: localhost\r\n"
            b"Connection: close\r\n\r\n" % path)
        answer = read_all(peer)
        assert b" 200 " in answer.partition(b"\r\n")[0]
        return peer.session


def client(server, pki, path, versions):
    """Old and new sessions, TLS 1.2 and 1.3 by turns."""
    for number in range(EACH):
        version = versions[number // 2 % len(versions)]
        if number % 2 == 0:
            trust, session = context(pki, version=version), None
        session = ask(server, pki, trust, path, session)


def serve(there, pki, versions, path, meanwhile):
    """All clients; `meanwhile` is called until they are done."""
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        tasks = [pool.submit(client, there, pki, path, versions)
            for _ in range(CLIENTS)]
        number = 0
        while not all(task.done() for task in tasks):
            number += 1
            meanwhile(number)
        for task in tasks:
            task.result()
    there.wait("closed", number=CLIENTS * EACH)


def step(there, number):
    """Nothing but waiting for another client to be gone."""
    there.wait("closed", number=min(number, CLIENTS * EACH))


def of_backend(backend):
    return [version for version in ("tls1_2", "tls1_3")
        if in_full(backend, version)]


@pytest.mark.parametrize("mode", ["-www", "-WWW"])
def test_has_no_race(server, pki, backend, tmp_path, mode):
    """With tickets, and with sessions that the threads share."""
    (tmp_path / "file.txt").write_text("text\n")
    path = b"/" if mode == "-www" else b"/file.txt"
    there = server(mode, "-workers", "4",
        *(["-no_ticket"] if mode == "-WWW" else []), "-keylogfile",
        str(tmp_path / "keys"), cwd=str(tmp_path))
    serve(there, pki, of_backend(backend), path,
        lambda number: step(there, number))
    assert there.stop() == 0
    assert "ThreadSanitizer" not in there.err.text()


def test_files_are_read_again_meanwhile(server, pki, backend):
    there = server("-www", "-workers", "4")

    def reload(number):
        there.signal(signal.SIGHUP)
        assert there.wait("reloaded", number=number)["error"] is None

    serve(there, pki, of_backend(backend), b"/", reload)
    assert there.stop() == 0
    assert len(there.events("reloaded")) > 1
    assert "ThreadSanitizer" not in there.err.text()


def test_an_output_waits_meanwhile(server, pki, backend, tmp_path):
    """Nobody reads the key log until it is more than a pipe holds."""
    path = tmp_path / "keys"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, 4096)
    there = server("-www", "-workers", "4", "-keylogfile", path)
    serve(there, pki, of_backend(backend), b"/",
        lambda number: step(there, number))
    os.set_blocking(reader, True)
    with concurrent.futures.ThreadPoolExecutor(1) as pool, \
        open(reader, "rb") as file:
        lines = pool.submit(file.read)
        assert there.stop() == 0
        assert len(lines.result()) > 4096
    assert "ThreadSanitizer" not in there.err.text()


def test_a_shadow_follows_meanwhile(server, pki, backend):
    """Pages wait for its table, and files are read again."""
    there = server("-www", "-workers", "4", "-shadow", "all", "-view", "both")

    def reload(number):
        there.signal(signal.SIGHUP)
        assert there.wait("reloaded", number=number)["error"] is None

    serve(there, pki, of_backend(backend), b"/", reload)
    assert there.stop() == 0
    assert there.events("shadow")
    assert "ThreadSanitizer" not in there.err.text()
