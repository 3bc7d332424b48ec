"""test_pcapng.py - -pcapng: packets that other programs read and decrypt

SPDX-License-Identifier: Apache-2.0
"""
import os
import stat
import subprocess

import pytest

from clients import call, connect, need, read_all
from servers import DEADLINE

pytestmark = pytest.mark.needs("secrets")


def read(capture, *words):
    """What tshark says of a capture that it reads once."""
    done = subprocess.run([need("tshark"), "-r", str(capture), *words],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, timeout=2 * DEADLINE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def fields(capture, filter, *names):
    """Rows of fields of the packets that match."""
    said = read(capture, "-Y", filter, "-T", "fields",
        *[word for name in names for word in ("-e", name)])
    return [line.split("\t") for line in said.splitlines()]


def ask(there, pki, path="/the-secret-path", **options):
    with connect(there, pki, **options) as peer:
        peer.sendall(b"GET %s HTTP/1.0\r\n\r\n" % path.encode())
        return read_all(peer)


def test_tshark_reads_the_request(server, pki, backend, version, tmp_path):
    there = server("-www", "-pcapng", tmp_path / "all")
    ask(there, pki, version=version)
    there.wait("closed", conn=1)
    assert stat.S_IMODE(os.stat(tmp_path / "all").st_mode) == 0o600
    assert fields(tmp_path / "all", "http.request", "http.request.uri") == [
        ["/the-secret-path"]]
    there.stop()
    call(need("capinfos"), tmp_path / "all")
