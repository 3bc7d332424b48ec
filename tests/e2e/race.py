"""race.py - connections on four threads, for tests/race

SPDX-License-Identifier: Apache-2.0

Run by tests/race under ThreadSanitizer, which ends a program with races with
status 66; no part of make check, where a race is seen too seldom.
"""
import concurrent.futures

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


@pytest.mark.parametrize("mode", ["-www", "-WWW"])
def test_has_no_race(server, pki, backend, tmp_path, mode):
    """With tickets, and with sessions that the threads share."""
    (tmp_path / "file.txt").write_text("text\n")
    versions = [version for version in ("tls1_2", "tls1_3")
        if in_full(backend, version)]
    path = b"/" if mode == "-www" else b"/file.txt"
    there = server(mode, "-workers", "4",
        *(["-no_ticket"] if mode == "-WWW" else []), "-keylogfile",
        str(tmp_path / "keys"), cwd=str(tmp_path))
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(client, there, pki, path, versions)
            for _ in range(CLIENTS)]:
            done.result()
    there.wait("closed", number=CLIENTS * EACH)
    assert there.stop() == 0
    assert "ThreadSanitizer" not in there.err.text()
