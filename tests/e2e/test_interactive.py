"""test_interactive.py - standard input to the peer, and the letters

SPDX-License-Identifier: Apache-2.0

Standard input is a terminal here, as for a person; or a pipe, as for a
script.
"""
import os
import pty
import socket
import ssl
import subprocess
import time

import pytest

from clients import connect, context, read_all, read_exactly
from conftest import reason_against
from servers import DEADLINE


class Terminal:
    """The end at which a person would sit."""

    def __init__(self):
        self.here, self.there = pty.openpty()

    def type(self, data):
        os.write(self.here, data)

    def close(self):
        for fd in (self.here, self.there):
            os.close(fd)


@pytest.fixture
def terminal():
    made = Terminal()
    yield made
    made.close()


@pytest.fixture
def typed(server, terminal):
    """A server with a terminal: typed(...), then terminal.type()."""
    def start(*args, **options):
        return server(*args, stdin=terminal.there, **options)
    return start


def opened(there, number=1):
    there.wait("handshake", conn=number, again=False)


def test_sends_what_is_typed_and_prints_what_comes(typed, terminal, pki,
    backend, version):
    there = typed()
    with connect(there, pki, version=version) as peer:
        opened(there)
        terminal.type(b"hello from here\n")
        assert read_exactly(peer, 16) == b"hello from here\n"
        peer.sendall(b"hello from there\n")
        there.wait("data", direction="received")
        terminal.type(b"q\n")
        assert read_all(peer) == b""
    there.stop()
    out = there.out.text()
    assert "hello from there\n" in out
    assert out.index("CIPHER is ") < out.index("hello from there\n") < \
        out.index("DONE\n") < out.index("CONNECTION CLOSED\n")
    # Followed, as a script would: one ACCEPT to begin with.
    assert out.startswith("Using default temp DH parameters\n"
        "ACCEPT 127.0.0.1:%d\n" % there.port)


def test_q_ends_the_connection_alone(typed, terminal, pki, backend,
    version):
    there = typed()
    for number in (1, 2):
        with connect(there, pki, version=version) as peer:
            opened(there, number)
            terminal.type(b"quite\n")
            assert read_all(peer) == b""
            peer.unwrap()
        there.wait("command", letter="q", conn=number)
        there.wait("closed", conn=number, outcome="clean")


def test_capital_q_ends_the_program(typed, terminal, pki, backend, version):
    there = typed()
    with connect(there, pki, version=version) as peer:
        opened(there)
        terminal.type(b"Q\n")
        assert read_all(peer) == b""
        peer.unwrap()
    assert there.finish() == 0
    kinds = [event["event"] for event in there.events()]
    assert kinds.index("closed") < kinds.index("stop")
    assert "server accepts that finished" in there.out.text()


def test_the_end_of_a_terminal_is_q(typed, terminal, pki):
    there = typed(backend="openssl")
    with connect(there, pki) as peer:
        opened(there)
        terminal.type(b"\x04")
        assert read_all(peer) == b""
    assert there.finish() == 0


@pytest.mark.needs("renegotiate")
def test_r_renegotiates(typed, terminal, pki, backend):
    there = typed()
    with connect(there, pki, version="tls1_2") as peer:
        opened(there)
        terminal.type(b"r\n")
        # Python's renegotiates by itself while it reads.
        peer.settimeout(DEADLINE)
        there.wait("command", letter="r")
        peer.sendall(b"x")
        assert drive(peer, there, "handshake", again=True)


def drive(peer, there, kind, number=1, **fields):
    """Lets the client read until the server has told this event: what the
    library does of itself happens within a read."""
    terminal_text = b""
    peer.settimeout(0.05)
    end = time.monotonic() + DEADLINE
    while len(there.events(kind, **fields)) < number:
        assert time.monotonic() < end, "in vain: event %s" % kind
        try:
            terminal_text += peer.recv(1)
        except (socket.timeout, TimeoutError):
            pass
    return there.wait(kind, number, **fields)


@pytest.mark.needs("renegotiate_certificate")
def test_capital_r_asks_for_a_certificate(typed, terminal, pki, backend):
    there = typed("-CAfile", pki.ca.cert)
    with connect(there, pki, version="tls1_2", cert=pki.client) as peer:
        opened(there)
        terminal.type(b"R\n")
        there.wait("command", letter="R")
        event = drive(peer, there, "handshake", again=True)
    assert "client" in str(event["facts"]["peer_chain"][0]["subject"])


@pytest.mark.needs("key_update")
@pytest.mark.parametrize("letter", ["k", "K"])
def test_k_updates_keys(typed, terminal, pki, backend, letter):
    there = typed()
    with connect(there, pki, version="tls1_3") as peer:
        opened(there)
        for number in (1, 2, 3):
            terminal.type(letter.encode() + b"\n")
            there.wait("command", number=number, letter=letter, status="ok")
            terminal.type(b"after\n")
            assert read_exactly(peer, 6) == b"after\n"
            peer.sendall(b"here too\n")
            there.wait("data", number=number, direction="received")


@pytest.mark.needs("post_handshake_auth")
def test_c_asks_for_a_certificate(typed, terminal, pki, backend):
    made = context(pki, version="tls1_3", cert=pki.client)
    made.post_handshake_auth = True
    there = typed("-CAfile", pki.ca.cert)
    with connect(there, pki, context=made) as peer:
        opened(there)
        terminal.type(b"c\n")
        there.wait("command", letter="c", status="ok")
        event = drive(peer, there, "handshake", again=True)
    assert "client" in str(event["facts"]["peer_chain"][0]["subject"])


@pytest.mark.needs("key_update", "post_handshake_auth")
def test_c_after_capital_k_gets_its_certificate(typed, terminal, pki,
    backend):
    """The client's KeyUpdate comes after our CertificateRequest."""
    made = context(pki, version="tls1_3", cert=pki.client)
    made.post_handshake_auth = True
    there = typed("-CAfile", pki.ca.cert, "-state")
    with connect(there, pki, context=made) as peer:
        opened(there)
        for number in (1, 2):
            terminal.type(b"K\n")
            there.wait("command", number=number, letter="K", status="ok")
            terminal.type(b"c\n")
            there.wait("command", number=number, letter="c", status="ok")
            event = drive(peer, there, "handshake", again=True)
            assert "client" in str(event["facts"]["peer_chain"][0]["subject"])
            peer.sendall(b"here\n")
            there.wait("data", number=number, direction="received")
    there.stop()
    states = there.err.text() + there.out.text()
    for state in ("TLSv1.3 write server key update",
        "TLSv1.3 read client key update",
        "SSLv3/TLS write certificate request",
        "SSLv3/TLS read client certificate"):
        assert "SSL_accept:%s\n" % state in states


@pytest.mark.needs("renegotiate_certificate")
def test_capital_r_shows_the_states_of_a_renegotiation(typed, terminal, pki,
    backend):
    there = typed("-CAfile", pki.ca.cert, "-state")
    with connect(there, pki, version="tls1_2", cert=pki.client) as peer:
        opened(there)
        terminal.type(b"R\n")
        there.wait("command", letter="R")
        drive(peer, there, "handshake", again=True)
    there.stop()
    states = there.err.text() + there.out.text()
    states = states[states.index("write hello request"):]
    for state in ("SSLv3/TLS read client hello", "SSLv3/TLS write finished"):
        assert "SSL_accept:%s\n" % state in states


@pytest.mark.needs("key_update")
def test_r_in_tls1_3_updates_the_keys_of_both(typed, terminal, pki, backend):
    there = typed()
    with connect(there, pki, version="tls1_3") as peer:
        opened(there)
        terminal.type(b"r\n")
        there.wait("command", letter="r", status="ok")
        terminal.type(b"after\n")
        assert read_exactly(peer, 6) == b"after\n"
        peer.sendall(b"here too\n")
        there.wait("data", direction="received")
        # Ours, and the answer of the client, which was asked for.
        assert [one["direction"] for one in there.events("message")
            if one["body"].startswith("18000001")] == ["sent", "received"]
    there.stop()
    assert "SSL_do_handshake -> 1\n" in there.out.text()


@pytest.mark.needs("post_handshake_auth")
def test_capital_r_in_tls1_3_asks_for_a_certificate(typed, terminal, pki,
    backend):
    made = context(pki, version="tls1_3", cert=pki.client)
    made.post_handshake_auth = True
    there = typed("-CAfile", pki.ca.cert)
    with connect(there, pki, context=made) as peer:
        opened(there)
        terminal.type(b"R\n")
        there.wait("command", letter="R", status="ok")
        drive(peer, there, "handshake", again=True)
    there.stop()
    prints_certificate(there)


@pytest.mark.needs("post_handshake_auth")
def test_capital_r_in_tls1_3_needs_a_client_that_can(typed, terminal, pki,
    backend):
    there = typed("-CAfile", pki.ca.cert)
    with connect(there, pki, version="tls1_3", cert=pki.client) as peer:
        opened(there)
        terminal.type(b"R\n")
        event = there.wait("command", letter="R", status="unsupported")
        assert event["error"]["text"]
        terminal.type(b"still here\n")
        assert read_exactly(peer, 11) == b"still here\n"


def prints_certificate(there):
    """The certificate is printed when it comes, behind what was asked."""
    out = there.out.text()
    asked = out.index("SSL_do_handshake -> 1\n")
    block = out[asked:]
    assert "Client certificate\n-----BEGIN CERTIFICATE-----\n" in block
    assert "\nsubject=" in block and "\nissuer=" in block
    assert "Client certificate\n" not in out[:asked]
    err = there.err.text()
    assert "depth=0 " in err and "verify return:1\n" in err


@pytest.mark.needs("renegotiate_certificate")
@pytest.mark.parametrize("resumed", ["fresh", "resumed"])
def test_capital_r_gets_the_certificate_of_who_could_resume(typed, terminal,
    pki, backend, resumed):
    """The reference's own R is lost where the client has a ticket."""
    there = typed("-CAfile", pki.ca.cert)
    made = context(pki, version="tls1_2", cert=pki.client)
    session, number = None, 1
    if resumed == "resumed":
        with connect(there, pki, context=made) as peer:
            opened(there)
            session = peer.session
            terminal.type(b"q\n")
            read_all(peer)
        there.wait("closed", conn=1)
        number = 2
    with connect(there, pki, context=made, session=session) as peer:
        opened(there, number)
        assert peer.session_reused == (resumed == "resumed")
        terminal.type(b"R\n")
        event = drive(peer, there, "handshake", again=True)
    assert "client" in str(event["facts"]["peer_chain"][0]["subject"])
    there.stop()
    prints_certificate(there)


def cannot(backend, letter, version):
    """Whether there is nothing that this letter could do."""
    wanted = {("r", "tls1_3"): "key_update", ("R", "tls1_3"):
        "post_handshake_auth", ("r", "tls1_2"): "renegotiate",
        ("R", "tls1_2"): "renegotiate_certificate", ("c", "tls1_3"):
        "post_handshake_auth", ("k", "tls1_3"): "key_update",
        ("K", "tls1_3"): "key_update"}.get((letter, version))
    return wanted is None or reason_against(backend, wanted)


@pytest.mark.parametrize("letter", list("rRkKcB"))
def test_says_why_a_letter_cannot_be_obeyed(typed, terminal, pki, backend,
    letter, version):
    if not cannot(backend, letter, version):
        pytest.skip("%s can do what %s asks for" % (backend, letter))
    there = typed()
    with connect(there, pki, version=version) as peer:
        opened(there)
        terminal.type(letter.encode() + b"\n")
        event = there.wait("command", letter=letter)
        assert event["status"] == "unsupported"
        assert event["error"]["text"]
        terminal.type(b"still here\n")
        assert read_exactly(peer, 11) == b"still here\n"


def test_capital_s_shows_statistics(typed, terminal, pki, backend):
    there = typed()
    with connect(there, pki) as peer:
        opened(there)
        terminal.type(b"S\n")
        event = there.wait("statistics")
        assert (event["accepts"], event["accepts_good"]) == (1, 1)
        terminal.type(b"behind\n")
        # The letter itself is not sent.
        assert read_exactly(peer, 7) == b"behind\n"


def test_capital_p_breaks_the_stream(typed, terminal, pki, backend):
    there = typed()
    raw = socket.create_connection(("127.0.0.1", there.port), DEADLINE)
    with context(pki).wrap_socket(raw, server_hostname="localhost") as peer:
        opened(there)
        terminal.type(b"P\n")
        there.wait("command", letter="P")
        with pytest.raises(OSError):
            read_all(peer)


@pytest.mark.parametrize("line", [b"roger\n", b"Ready\n", b"kilo\n",
    b"Kelvin\n", b"cat\n", b"Bis\n", b" q\n", b"x\n", b"\n"])
def test_other_lines_are_sent(typed, terminal, pki, line):
    there = typed(backend="openssl")
    with connect(there, pki) as peer:
        opened(there)
        terminal.type(line)
        assert read_exactly(peer, len(line)) == line


def test_quiet_obeys_no_letter(typed, terminal, pki):
    there = typed("-quiet", backend="openssl")
    with connect(there, pki) as peer:
        opened(there)
        terminal.type(b"Quiet\n")
        assert read_exactly(peer, 6) == b"Quiet\n"
        peer.sendall(b"data\n")
        there.wait("data", direction="received")
    there.stop()
    assert there.out.text() == "data\n"


def test_brief_obeys_no_letter(typed, terminal, pki):
    there = typed("-brief", backend="openssl")
    with connect(there, pki) as peer:
        opened(there)
        for line in (b"Quiet\n", b"S\n", b"r\n"):
            terminal.type(line)
            assert read_exactly(peer, len(line)) == line


def test_crlf_translates(typed, terminal, pki, backend):
    there = typed("-crlf")
    with connect(there, pki) as peer:
        opened(there)
        terminal.type(b"line1\n")
        assert read_exactly(peer, 7) == b"line1\r\n"
        peer.sendall(b"a\nb\n")
        there.wait("data", direction="received")
    there.stop()
    assert "a\nb\n" in there.out.text()


# ---- standard input that is no terminal -----------------------------------


def test_serves_on_without_standard_input(server, pki, backend, version):
    there = server()
    for number in (1, 2):
        with connect(there, pki, version=version) as peer:
            peer.sendall(b"hello\n")
            there.wait("data", conn=number, direction="received")
            peer.unwrap()
        there.wait("closed", conn=number, outcome="clean")
    assert there.stop() == 0


def test_the_end_of_a_pipe_ends_who_was_sent_it(server, pki, backend,
    version):
    """close_notify follows the last byte; the next client stays."""
    there = server(stdin="pipe")
    with connect(there, pki, version=version) as peer:
        opened(there)
        there.type(b"last words\n")
        there.hang_up()
        assert read_all(peer) == b"last words\n"
    there.wait("closed", conn=1)
    with connect(there, pki) as peer:
        peer.sendall(b"again\n")
        there.wait("data", conn=2, direction="received")


@pytest.mark.parametrize("words", [[], ["-quiet"]])
def test_a_reply_from_a_pipe_is_all_there_is(server, pki, words):
    """As in: printf reply | polytls s_server -quiet -naccept 1."""
    there = server("-naccept", "1", *words, stdin="pipe", backend="openssl")
    there.type(b"reply" * 10000)
    there.hang_up()
    with connect(there, pki) as peer:
        assert read_all(peer) == b"reply" * 10000
    assert there.finish() == 0


def test_a_letter_is_nothing_sent(server, pki):
    there = server(stdin="pipe", backend="openssl")
    with connect(there, pki) as peer:
        opened(there)
        there.type(b"S\n")
        there.hang_up()
        there.wait("command", letter="S")
        peer.sendall(b"still here\n")
        there.wait("data", conn=1, direction="received")


def test_serves_on_with_a_closed_standard_input(server, pki, tmp_path):
    script = tmp_path / "closed.sh"
    script.write_text('#!/bin/sh\nexec "$@" <&-\n')
    import servers
    there = server(ready=False, backend="openssl")
    there.kill()
    read, write = os.pipe()
    process = subprocess.Popen(["/bin/sh", str(script)] +
        [word if not word.startswith("fd:") else "fd:%d" % write
            for word in there.command], pass_fds=(write,),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    import json
    import threading
    changed = threading.Condition()
    there.lines = servers.Pipe(read, changed)
    there.changed = changed
    there.process = process
    there.port = there.wait("listening")["port"]
    for number in (1, 2):
        with connect(there, pki) as peer:
            peer.sendall(b"hello\n")
            there.wait("data", conn=number, direction="received")
    process.terminate()
    assert process.wait(DEADLINE) == 0


def test_takes_letters_from_a_pipe(server, pki):
    there = server(stdin="pipe", backend="openssl")
    with connect(there, pki) as peer:
        opened(there)
        there.type(b"q\n")
        assert read_all(peer) == b""
    there.wait("closed", conn=1)
    with connect(there, pki) as peer:
        opened(there, 2)
        there.type(b"Q\n")
        assert read_all(peer) == b""
    assert there.finish() == 0


# ---- -strict_s_server: what the reference makes of standard input ----------


def test_strict_the_end_of_input_is_the_end(server, pki, backend):
    """/dev/null: the first client is sent away before its handshake."""
    there = server("-strict_s_server")
    with pytest.raises((ssl.SSLError, OSError)):
        connect(there, pki)
    assert there.finish() == 0
    assert not there.events("handshake")
    assert not there.events("choice")
    out = there.out.text()
    assert out.startswith("Using default temp DH parameters\n"
        "ACCEPT 127.0.0.1:%d\nDONE\nshutting down SSL\n"
        "CONNECTION CLOSED\n" % there.port)
    assert "   0 server accepts that finished\n" in out
    assert "shutdown accept socket\n" in there.err.text()


def test_strict_the_end_of_input_later(server, pki, backend):
    there = server("-strict_s_server", stdin="pipe")
    with connect(there, pki) as peer:
        opened(there)
        there.type(b"last words\n")
        assert read_exactly(peer, 11) == b"last words\n"
        there.hang_up()
        assert read_all(peer) == b""
    assert there.finish() == 0
    assert "shutdown accept socket\n" in there.err.text()


def test_strict_and_quiet_each_client_is_dropped(server, pki, backend):
    there = server("-strict_s_server", "-quiet")
    for number in (1, 2):
        with connect(there, pki) as peer:
            assert read_all(peer) == b""
        there.wait("closed", conn=number)
    assert len(there.events("handshake")) == 2


def test_strict_sends_the_line_of_s_as_well(server, pki, backend):
    there = server("-strict_s_server", stdin="pipe")
    with connect(there, pki) as peer:
        opened(there)
        there.type(b"Stats\n")
        assert read_exactly(peer, 6) == b"Stats\n"
        there.wait("statistics")
        there.type(b"B\n")
        assert read_exactly(peer, 2) == b"B\n"


def test_strict_takes_what_was_typed_before(server, pki, backend):
    there = server("-strict_s_server", stdin="pipe")
    there.type(b"early\n")
    with connect(there, pki) as peer:
        assert read_exactly(peer, 6) == b"early\n"


def test_strict_sends_the_line_of_p_as_well(server, pki):
    there = server("-strict_s_server", stdin="pipe", backend="openssl")
    with connect(there, pki) as peer:
        opened(there)
        there.type(b"P\n")
        there.wait("command", letter="P")
        there.wait("data", direction="sent", text="P\\x0a")


def test_sends_a_file_from_standard_input(server, pki, tmp_path):
    data = bytes(i % 251 for i in range(1 << 20))
    (tmp_path / "input").write_bytes(b"x" + data)
    with open(tmp_path / "input", "rb") as file:
        there = server("-quiet", stdin=file.fileno(), backend="openssl")
        with connect(there, pki) as peer:
            assert read_exactly(peer, len(data) + 1) == b"x" + data


def test_does_not_read_ahead_of_a_slow_peer(server, pki):
    """Much more than fits anywhere is written into the pipe; the program
    takes only so much of it while the client does not read."""
    there = server("-quiet", stdin="pipe", backend="openssl")
    stdin = there.process.stdin.fileno()
    os.set_blocking(stdin, False)
    block, taken, limit = bytes(65536), 0, 64 << 20
    with connect(there, pki) as peer:
        opened(there)
        import select
        # No room for two seconds: nothing moves any more.
        while taken < limit and select.select([], [stdin], [], 2)[1]:
            try:
                taken += os.write(stdin, block)
            except BlockingIOError:
                pass
        assert taken < limit
        assert peer.recv(1) == b"\0"


def test_others_wait_for_their_turn(server, pki, backend):
    there = server(stdin="pipe")
    import threading
    first = connect(there, pki)
    opened(there)
    got = []
    def second():
        with connect(there, pki) as peer:
            got.append(read_exactly(peer, 5))
    waiting = threading.Thread(target=second)
    waiting.start()
    there.wait("client_hello", conn=2)
    assert not there.events("handshake", conn=2)
    there.type(b"one\n")
    assert read_exactly(first, 4) == b"one\n"
    first.close()
    opened(there, 2)
    there.type(b"two!\n")
    waiting.join(DEADLINE)
    assert got == [b"two!\n"]


def test_one_that_waits_may_leave(server, pki):
    there = server(stdin="pipe", backend="openssl")
    first = connect(there, pki)
    opened(there)
    hello = hello_of(pki)
    leaver = socket.create_connection(("127.0.0.1", there.port), DEADLINE)
    leaver.sendall(hello)
    there.wait("client_hello", conn=2)
    leaver.close()
    first.close()
    there.wait("closed", conn=2)
    with connect(there, pki) as peer:
        opened(there, 3)
        there.type(b"third\n")
        assert read_exactly(peer, 6) == b"third\n"


def hello_of(pki):
    """The bytes of a whole ClientHello."""
    outgoing = ssl.MemoryBIO()
    session = context(pki).wrap_bio(ssl.MemoryBIO(), outgoing,
        server_hostname="localhost")
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def test_leaves_when_told_while_nobody_is_there(typed, terminal):
    there = typed(backend="openssl")
    terminal.type(b"Q\n")
    assert there.process.wait(timeout=DEADLINE) == 0


def test_keeps_what_was_typed_for_the_next_client(typed, terminal, pki):
    there = typed(backend="openssl")
    terminal.type(b"early\n")
    with connect(there, pki) as peer:
        assert read_exactly(peer, 6) == b"early\n"
    there.wait("closed", conn=1)
    terminal.type(b"Q\n")
    assert there.process.wait(timeout=DEADLINE) == 0
