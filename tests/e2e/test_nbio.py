"""test_nbio.py - where it would have to wait, and reads and writes that stutter

SPDX-License-Identifier: Apache-2.0
"""
import os
import ssl

import pytest

from clients import connect, context, fetch, plain, read_all, read_exactly
from test_interactive import drive, opened


def test_nbio_tells_where_it_would_block(server, pki, backend, version):
    there = server("-nbio", stdin="pipe")
    raw = plain(there)
    there.wait("accepted", conn=1)
    with context(pki, version=version).wrap_socket(raw,
        server_hostname="localhost") as peer:
        opened(there)
        peer.sendall(b"hello\n")
        there.wait("data", direction="received")
        there.type(b"Q\n")
        assert read_all(peer) == b""
        peer.unwrap()
    assert there.finish() == 0
    assert there.err.text().count("Turned on non blocking io\n") == 1
    out = there.out.text()
    # The hello is whole and answered; then there is a wait.
    assert out.count("DELAY\n") == len(there.events("blocked",
        step="handshake")) >= 1
    assert out.index("DELAY\n") < out.index("CIPHER is ")


def test_nbio_tells_of_a_read_that_gives_nothing(server, pki, backend,
    version):
    """Half a record."""
    there = server("-nbio")
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    peer = context(pki, version=version).wrap_bio(incoming, outgoing,
        server_hostname="localhost")
    with plain(there) as raw:
        while True:
            try:
                peer.do_handshake()
                break
            except ssl.SSLWantReadError:
                raw.sendall(outgoing.read())
                incoming.write(raw.recv(65536))
        raw.sendall(outgoing.read())
        opened(there)
        peer.write(b"in two halves\n")
        record = outgoing.read()
        raw.sendall(record[:9])
        there.wait("blocked", step="read")
        assert not there.events("data")
        raw.sendall(record[9:])
        assert there.wait("data")["text"] == "in two halves\\x0a"
    there.stop()
    assert there.out.text().count("Read BLOCK\n") >= 1


def test_without_nbio_nothing_is_told(server, pki):
    there = server(backend="openssl")
    with connect(there, pki) as peer:
        peer.sendall(b"hello\n")
        there.wait("data", direction="received")
    there.stop()
    assert not there.events("blocked")
    assert "non blocking" not in there.err.text()


def test_quiet_tells_nothing_of_nbio(server, pki):
    there = server("-nbio_test", "-quiet", backend="openssl")
    with connect(there, pki) as peer:
        peer.sendall(b"hello\n")
        there.wait("data", direction="received")
    there.stop()
    assert there.out.text() == "hello\n"
    assert "non blocking" not in there.err.text()


# ---- -nbio_test: nothing stalls ------------------------------------------


@pytest.mark.parametrize("round", range(5))
def test_stutters_through_a_session(server, pki, backend, version, round):
    there = server("-nbio_test", "-Verify", "3", "-CAfile", pki.ca.cert,
        stdin="pipe")
    with connect(there, pki, version=version, cert=pki.client) as peer:
        opened(there)
        there.type(b"from here\n")
        assert read_exactly(peer, 10) == b"from here\n"
        there.wait("blocked")
        peer.sendall(b"x" * 5000)
        def whole():
            return sum(len(event["text"]) for event in
                there.events("data", direction="received")) == 5000
        there.until(whole, "all of the data")
        there.type(b"q\n")
        assert read_all(peer) == b""
        peer.unwrap()
    there.wait("closed", conn=1, outcome="clean")
    assert not there.events("failed")
    assert "DELAY\n" in there.out.text()


def test_stutters_through_a_big_file(server, pki, backend, version,
    tmp_path):
    data = os.urandom(1 << 20)
    (tmp_path / "big").write_bytes(data)
    there = server("-nbio_test", "-WWW", "-root", tmp_path)
    assert fetch(there, pki, "/big", version=version).body == data


def test_stutters_through_many_pages_at_once(server, pki, backend, version):
    from concurrent.futures import ThreadPoolExecutor
    there = server("-nbio_test", "-www", "-workers", "2")
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda _: fetch(there, pki, version=version),
            range(48)))
    assert [one.status for one in got] == [200] * 48
    assert not there.events("failed")


@pytest.mark.needs("renegotiate")
def test_stutters_through_a_renegotiation(server, pki, backend):
    there = server("-nbio_test", stdin="pipe")
    with connect(there, pki, version="tls1_2") as peer:
        opened(there)
        for number in (1, 2):
            there.type(b"r\n")
            there.wait("command", number, letter="r")
            peer.sendall(b"x")
            drive(peer, there, "handshake", again=True, number=number)
        there.type(b"after\n")
        peer.settimeout(30)
        assert read_exactly(peer, 6) == b"after\n"


@pytest.mark.needs("key_update")
def test_stutters_through_a_key_update(server, pki, backend):
    there = server("-nbio_test", stdin="pipe")
    with connect(there, pki, version="tls1_3") as peer:
        opened(there)
        there.type(b"K\n")
        there.wait("command", letter="K", status="ok")
        there.type(b"after\n")
        assert read_exactly(peer, 6) == b"after\n"
        peer.sendall(b"here too\n")
        there.until(lambda: "here too" in "".join(event["text"] for event in
            there.events("data", direction="received")), "the answer")


@pytest.mark.parametrize("round", range(5))
def test_the_alert_of_a_refusal_arrives_whole(server, pki, backend, version,
    round):
    there = server("-nbio_test", "-Verify", "1")
    with pytest.raises(ssl.SSLError) as refused:
        with connect(there, pki, version=version) as peer:
            peer.recv(1)
    assert "ALERT" in str(refused.value).upper()
    there.wait("closed", conn=1)


def test_plain_text_passes_whole(server, pki):
    there = server("-nbio_test", stdin="pipe", backend="openssl")
    raw = plain(there)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    peer = context(pki, version="tls1_2").wrap_bio(incoming, outgoing,
        server_hostname="localhost")
    while True:
        try:
            peer.do_handshake()
            break
        except ssl.SSLWantReadError:
            raw.sendall(outgoing.read())
            incoming.write(raw.recv(65536))
    raw.sendall(outgoing.read())
    opened(there)
    there.type(b"P\n")
    assert read_exactly(raw, 27) == b"Lets print some clear text\n"
