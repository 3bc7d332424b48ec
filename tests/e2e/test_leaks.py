"""test_leaks.py - nothing is lost from memory, as valgrind sees it

SPDX-License-Identifier: Apache-2.0
"""
import os
import subprocess

import pytest

from clients import context, connect, need, read_all
from servers import DEADLINE, PROGRAM, is_instrumented
from test_pcapng import At

SUPPRESSIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "valgrind.supp")
LOST = 77


@pytest.mark.skipif(is_instrumented(), reason="valgrind cannot run it beside "
    "a sanitizer, which sees leaks itself")
@pytest.mark.needs("client_certificate")
def test_serves_without_a_leak(pki, backend, version, tmp_path):
    """A session, the same resumed, and one that is refused; and every output
    that there is."""
    told = tmp_path / "valgrind"
    with open(tmp_path / "said", "w") as said:
        there = subprocess.Popen([need("valgrind"), "--leak-check=full",
            "--errors-for-leak-kinds=definite,indirect", "--quiet",
            "--error-exitcode=%d" % LOST, "--suppressions=" + SUPPRESSIONS,
            "--log-file=%s" % told, PROGRAM, "s_server", "-backend", backend,
            "-accept", "127.0.0.1:0", "-www", "-cert", pki.ecdsa.cert,
            "-key", pki.ecdsa.key, "-Verify", "1", "-CAfile", pki.ca.cert,
            "-ready_file", str(tmp_path / "ready"), "-naccept", "3",
            "-json", str(tmp_path / "events"), "-msg", "-state", "-debug",
            "-keylogfile", str(tmp_path / "keys"), "-pcapng",
            str(tmp_path / "packets")], stdin=subprocess.DEVNULL,
            stdout=said, stderr=said)
        try:
            at = At(tmp_path / "ready")
            made, session = context(pki, version=version, cert=pki.client), \
                None
            for _ in range(2):
                with connect(at, pki, context=made, session=session) as peer:
                    peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
                    assert read_all(peer).startswith(b"HTTP/1.0 200")
                    session = peer.session
            with pytest.raises(OSError):
                with connect(at, pki, version=version) as peer:
                    peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
                    peer.recv(1)
            assert there.wait(4 * DEADLINE) != LOST, told.read_text()
            # One was refused.
            assert there.returncode == 1
        finally:
            there.kill()
            there.wait()
