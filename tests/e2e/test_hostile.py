"""test_hostile.py - clients that are slow, broken, silent or mean

SPDX-License-Identifier: Apache-2.0
"""
import signal
import socket
import ssl
import struct

import pytest

from clients import connect, context, fetch, plain, read_all
from servers import is_instrumented
from test_interactive import hello_of

# On a terminal these would move the cursor, ring, or change its colours.
CONTROLS = b"\x1b[31mred\x1b]0;title\x07\x9b2J\x00\x7f"


@pytest.fixture
def page(server, backend):
    return server("-www")


def harmless(there):
    """Nothing that a terminal would obey was printed."""
    for stream in (there.out, there.err, there.lines):
        for byte in b"\x1b\x07\x00\x7f\x9b":
            assert bytes([byte]) not in stream.data


def outcome(there, number=1):
    return there.wait("closed", conn=number)["outcome"]


# ---- slow and silent ------------------------------------------------------


def test_a_silent_client_delays_nobody(page, pki):
    with plain(page) as silent:
        page.wait("accepted", conn=1)
        for number in (2, 3):
            assert fetch(page, pki).status == 200
        silent.sendall(b"\x16")


def test_many_silent_clients_delay_nobody(page, pki):
    silent = [plain(page) for _ in range(100)]
    page.wait("accepted", number=100)
    assert fetch(page, pki).status == 200
    for one in silent:
        one.close()
    page.wait("closed", number=101)


def test_a_client_that_stops_in_its_handshake_delays_nobody(page, pki):
    with plain(page) as half:
        half.sendall(hello_of(pki))
        assert half.recv(1) == b"\x16"
        assert fetch(page, pki).status == 200


def test_a_silent_client_delays_no_terminal(server, pki):
    """It has no hello yet, so it is nobody's turn that it would take."""
    there = server(backend="openssl")
    with plain(there):
        there.wait("accepted", conn=1)
        with connect(there, pki) as peer:
            peer.sendall(b"served\n")
            there.wait("data", conn=2, direction="received")


def test_drops_who_takes_too_long(server, pki, backend):
    there = server("-www", "-handshake_timeout", "1")
    with plain(there) as silent:
        assert silent.recv(1) == b""
    assert outcome(there) == "timeout"
    with plain(there) as half:
        half.sendall(hello_of(pki)[:50])
        assert half.recv(1) == b""
    assert outcome(there, 2) == "timeout"


def test_drops_who_is_idle(server, pki, backend):
    there = server("-www", "-idle_timeout", "1")
    with connect(there, pki) as peer:
        assert read_all(peer) == b""
    assert outcome(there) == "timeout"


def pump(session, incoming, outgoing, peer, step):
    """A handshake whose every message is sent in pieces of `step`."""
    while True:
        try:
            session.do_handshake()
            done = True
        except ssl.SSLWantReadError:
            done = False
        data = outgoing.read()
        for at in range(0, len(data), step):
            peer.sendall(data[at:at + step])
        if done:
            return
        piece = peer.recv(65536)
        assert piece, "the server closed"
        incoming.write(piece)


def test_shakes_hands_byte_by_byte(page, pki, backend, version):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context(pki, version=version).wrap_bio(incoming, outgoing,
        server_hostname="localhost")
    with plain(page) as peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pump(session, incoming, outgoing, peer, 1)
        session.write(b"GET / HTTP/1.0\r\n\r\n")
        peer.sendall(outgoing.read())
        assert len(read_all(peer)) > 1000
    page.wait("request", conn=1, status=200)


def fragments(hello, size):
    """The same hello in records of `size` bytes."""
    body = hello[5:]
    return b"".join(hello[:3] + struct.pack("!H", len(body[at:at + size])) +
        body[at:at + size] for at in range(0, len(body), size))


@pytest.mark.parametrize("size", [1, 3, 100])
def test_shakes_hands_in_small_records(page, pki, backend, version, size):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context(pki, version=version).wrap_bio(incoming, outgoing,
        server_hostname="localhost")
    with plain(page) as peer:
        with pytest.raises(ssl.SSLWantReadError):
            session.do_handshake()
        peer.sendall(fragments(outgoing.read(), size))
        incoming.write(peer.recv(65536))
        pump(session, incoming, outgoing, peer, 65536)
    event = page.wait("client_hello", conn=1)
    assert event["hello"]["records"] > 1


# ---- broken ---------------------------------------------------------------


@pytest.mark.parametrize("data, name", [
    (b"GET / HTTP/1.0\r\n\r\n", "http"),
    (b"SSH-2.0-OpenSSH_9.2\r\n", "garbage"),
    (bytes(range(256)), "garbage"),
    (b"\x16\x03\x01\x00\x00", None),
    (b"\x16\x03\x01\xff\xff" + bytes(100), None),
    (b"\x15\x03\x01\x00\x02\x02\x28", None),
    (b"\x17\x03\x03\x00\x10" + bytes(16), None),
    (b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10" + bytes(37), None),
], ids=["http", "ssh", "bytes", "empty", "long", "alert", "data", "sslv2"])
def test_survives_garbage(page, pki, backend, data, name):
    with plain(page) as peer:
        peer.sendall(data)
        peer.shutdown(socket.SHUT_WR)
        try:
            read_all(peer)
        except ConnectionResetError:
            pass
    assert outcome(page) in ("failed", "truncated", "reset")
    if name:
        assert page.wait("opening", conn=1)["opening"] == name
    assert fetch(page, pki).status == 200
    harmless(page)


@pytest.mark.parametrize("length", [0, 1, 4, 5, 6, 50])
def test_survives_a_hello_that_is_cut(page, pki, backend, length):
    with plain(page) as peer:
        peer.sendall(hello_of(pki)[:length])
        peer.shutdown(socket.SHUT_WR)
        read_all(peer)
    assert outcome(page) in ("failed", "truncated")
    assert fetch(page, pki).status == 200


def test_survives_every_wrong_byte_of_a_hello(server, pki, backend):
    """One byte at a time is turned; whatever comes of it, the next is
    served."""
    there = server("-www")
    hello = hello_of(pki)
    number = 0
    for at in range(0, len(hello), 5):
        number += 1
        with plain(there) as peer:
            peer.sendall(hello[:at] + bytes([hello[at] ^ 0xff]) +
                hello[at + 1:])
            peer.shutdown(socket.SHUT_WR)
            try:
                read_all(peer)
            except ConnectionResetError:
                pass
    there.wait("closed", number=number)
    assert fetch(there, pki).status == 200
    harmless(there)


def hello_with(extensions, suites=b"\x00\x2f\xc0\x2f\x13\x01"):
    """A ClientHello with these extensions, (type, body) each."""
    listed = b"".join(struct.pack("!HH", kind, len(body)) + body
        for kind, body in extensions)
    body = b"\x03\x03" + bytes(32) + b"\x00" + \
        struct.pack("!H", len(suites)) + suites + b"\x01\x00" + \
        struct.pack("!H", len(listed)) + listed
    return b"\x01" + struct.pack("!I", len(body))[1:] + body


def records(message):
    return b"".join(b"\x16\x03\x01" +
        struct.pack("!H", len(message[at:at + 16384])) +
        message[at:at + 16384] for at in range(0, len(message), 16384))


def test_refuses_an_oversized_hello(page, pki, backend):
    with plain(page) as peer:
        try:
            peer.sendall(records(b"\x01\x03\x00\x00" + bytes(196608)))
            peer.shutdown(socket.SHUT_WR)
            read_all(peer)
        except OSError:
            pass
    assert page.wait("opening", conn=1)["opening"] == "oversized"
    assert outcome(page) in ("failed", "truncated", "reset")
    assert fetch(page, pki).status == 200


def sni(name):
    return (0, struct.pack("!HBH", len(name) + 3, 0, len(name)) + name)


def alpn(name):
    listed = bytes([len(name)]) + name
    return (16, struct.pack("!H", len(listed)) + listed)


def test_prints_no_control_bytes_of_a_hello(server, pki, backend):
    there = server("-www", "-tlsextdebug", "-alpn", "h2")
    with plain(there) as peer:
        peer.sendall(records(hello_with([sni(CONTROLS), alpn(CONTROLS),
            (0xfe00, CONTROLS)])))
        peer.shutdown(socket.SHUT_WR)
        read_all(peer)
    there.wait("client_hello", conn=1)
    there.wait("closed", conn=1)
    there.stop()
    harmless(there)


def test_prints_no_control_bytes_of_a_request(server, pki, backend):
    there = server("-WWW")
    with connect(there, pki) as peer:
        peer.sendall(b"GET /%1b[31m%07%c2%9b HTTP/1.1\r\nHost: x\r\n\r\n")
        read_all(peer)
    with connect(there, pki) as peer:
        peer.sendall(b"GET /\x9b2J\xff HTTP/1.1\r\nHost: \x1b[0m\r\n\r\n")
        read_all(peer)
    there.wait("closed", conn=2)
    there.stop()
    harmless(there)


def test_prints_no_control_bytes_of_file_names(server, pki, tmp_path):
    (tmp_path / "\x1b[31mred").write_text("red\n")
    there = server("-WWW", "-root", tmp_path, backend="openssl")
    assert fetch(there, pki, "/%1b[31mred").body == b"red\n"
    there.stop()
    assert "FILE:" in there.err.text()
    harmless(there)


def test_survives_a_reset(page, pki, backend):
    with connect(page, pki) as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
            struct.pack("ii", 1, 0))
        page.wait("handshake", conn=1)
    assert outcome(page) in ("reset", "truncated")
    assert fetch(page, pki).status == 200


def test_tells_an_end_without_close_notify(page, pki, backend):
    with connect(page, pki) as peer:
        page.wait("handshake", conn=1)
        peer.shutdown(socket.SHUT_WR)
        assert outcome(page) == "truncated"


def test_tells_the_clients_alert(page, pki, backend, version):
    made = context(pki, version=version)
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(page, pki, name="elsewhere.example", context=made)
    failed = page.wait("failed", conn=1)
    assert failed["error"]["blame"] == "peer"
    assert failed["error"]["alert_received"]["name"] == "bad_certificate"




# ---- many at once -----------------------------------------------------------


# KiB that a client may hold by stopping in its handshake; bench/README says
# what the library needs of it.
HALF = {"openssl": 72, "gnutls": 28, "mbedtls": 24}


def private_kib(pid):
    with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as file:
        return sum(int(line.split()[1]) for line in file
            if line.startswith("Private_Dirty:"))


@pytest.mark.skipif(is_instrumented(), reason="the program is instrumented, "
    "which takes memory of its own")
def test_a_client_that_stops_in_its_handshake_holds_little(server, pki,
        backend):
    there = server("-WWW", backend=backend)
    hello = hello_of(pki)
    held, before = [], 0
    for number in (50, 300):
        before = private_kib(there.process.pid)
        peers = [plain(there) for _ in range(number)]
        for one in peers:
            one.sendall(hello)
        for one in peers:
            assert one.recv(1) == b"\x16"
        held += peers
    each = (private_kib(there.process.pid) - before) / number
    for one in held:
        one.close()
    assert 0 < each <= HALF[backend]


def test_a_new_client_does_not_wait_for_a_crowd(page, pki):
    """It comes after many others have sent their hellos, and is served before
    most of them are; and the first of them is not forgotten."""
    number = 200
    page.signal(signal.SIGSTOP)
    crowd = [plain(page) for _ in range(number)]
    for one in crowd:
        one.sendall(hello_of(pki))
    late = plain(page)
    page.signal(signal.SIGCONT)
    context(pki).wrap_socket(late, server_hostname="localhost").close()
    page.wait("handshake", conn=number + 1)
    answered = []
    for event in page.events():
        if event["event"] == "handshake":
            break
        if event["event"] == "record" and event["direction"] == "sent" and \
            event["conn"] not in answered:
            answered.append(event["conn"])
    assert event["conn"] == number + 1
    assert len(answered) < number / 2
    # All have their turn.
    for one in crowd:
        assert one.recv(1) == b"\x16"
        one.close()
    page.wait("closed", number=number + 1)
