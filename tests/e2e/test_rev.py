"""test_rev.py - -rev: each line back, reversed

SPDX-License-Identifier: Apache-2.0
"""
import os
import shutil
import subprocess

import pytest

from clients import connect, plain, read_all, read_exactly
from servers import DEADLINE


def test_sends_each_line_back_reversed(server, pki, backend, version):
    there = server("-rev")
    with connect(there, pki, version=version) as peer:
        peer.sendall(b"hello\nworld there\r\n\n")
        assert read_exactly(peer, 19) == b"olleh\nereht dlrow\n\n"
        peer.sendall(b"in two")
        peer.sendall(b" halves\nCLOSED\n")
        assert read_all_lines(peer, 2) == [b"sevlah owt ni", b"DESOLC"]
        peer.sendall(b"CLOSE\r\nmore\n")
        assert read_all(peer) == b""
        peer.unwrap()
    there.wait("closed", conn=1, outcome="clean")


def read_all_lines(peer, number):
    """So many more ends of lines, and what stands before each."""
    data = b""
    while data.count(b"\n") < number:
        piece = peer.recv(65536)
        assert piece
        data += piece
    return data.split(b"\n")[:-1]


def test_a_last_line_without_an_end(server, pki, backend):
    """Half closed: s_client says its end and goes on reading."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    there = server("-rev", backend=backend)
    done = subprocess.run(["openssl", "s_client", "-quiet", "-connect",
        "127.0.0.1:%d" % there.port], input=b"abc\nCLOSE\n",
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=DEADLINE)
    assert done.stdout == b"cba\n"
    with connect(there, pki) as peer:
        peer.sendall(b"no end")
        peer.setblocking(False)
        try:
            peer.unwrap()
        except OSError:
            pass
        there.wait("data", conn=2, direction="sent", text="dne on\\x0a")


def test_a_long_line_counts_as_several(server, pki):
    there = server("-rev", backend="openssl")
    line = b"a" * 16383 + b"b" * 5
    with connect(there, pki) as peer:
        peer.sendall(line + b"\n")
        assert read_exactly(peer, 16390) == b"a" * 16383 + b"\nbbbbb\n"


def test_serves_many_at_once(server, pki, backend, version):
    there = server("-rev", "-workers", "2")
    peers = [connect(there, pki, version=version) for _ in range(20)]
    for number, peer in enumerate(peers):
        peer.sendall(b"x%d\n" % number)
    for number, peer in reversed(list(enumerate(peers))):
        answer = (b"x%d" % number)[::-1] + b"\n"
        assert read_exactly(peer, len(answer)) == answer
        peer.close()


def test_a_client_that_does_not_read_waits(server, pki):
    there = server("-rev", backend="openssl")
    line = os.urandom(512).hex().encode() + b"\n"
    with connect(there, pki) as peer:
        peer.settimeout(2)
        sent = 0
        with pytest.raises(OSError):
            while sent < 64 << 20:
                peer.sendall(line * 64)
                sent += 64 * len(line)
        assert sent < 64 << 20


def test_prints_as_the_reference_does(server, pki, backend, version):
    there = server("-rev")
    with connect(there, pki, version=version) as peer:
        peer.sendall(b"CLOSE\n")
        assert read_all(peer) == b""
    with plain(there) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        peer.recv(100)
    there.wait("closed", conn=2)
    there.stop()
    out, err = there.out.text(), there.err.text().splitlines()
    assert err[0] == "CONNECTION ESTABLISHED"
    assert err[1].startswith("Protocol version: TLSv1.")
    assert any(line.startswith("Ciphersuite: ") for line in err)
    assert err.count("CONNECTION CLOSED") == 1
    assert err.count("CONNECTION FAILURE") == 1
    assert out.splitlines()[1].startswith("ACCEPT ") and "CIPHER is" not in out


def test_prints_nothing_when_quiet(server, pki):
    there = server("-rev", "-quiet", backend="openssl")
    with connect(there, pki) as peer:
        peer.sendall(b"abc\n")
        assert read_exactly(peer, 4) == b"cba\n"
        peer.sendall(b"CLOSE\n")
        assert read_all(peer) == b""
    there.stop()
    assert there.out.text() + there.err.text() == ""


def test_leaves_standard_input_alone(server, pki):
    there = server("-rev", stdin="pipe", backend="openssl")
    there.type(b"Q\n")
    with connect(there, pki) as peer:
        peer.sendall(b"abc\n")
        assert read_exactly(peer, 4) == b"cba\n"


def test_reverses_characters(server, pki):
    word = "grün €🙂x".encode()
    there = server("-rev", backend="openssl")
    with connect(there, pki) as peer:
        peer.sendall(word + b"\n\xff\xc3\n")
        turned = word.decode()[::-1].encode()
        assert read_exactly(peer, len(word) + 4) == \
            turned + b"\n\xc3\xff\n"
    there = server("-rev", "-strict_s_server", backend="openssl")
    with connect(there, pki) as peer:
        peer.sendall(word + b"\n")
        assert read_exactly(peer, len(word) + 1) == word[::-1] + b"\n"
