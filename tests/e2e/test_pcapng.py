"""test_pcapng.py - -pcapng: packets that other programs read and decrypt

SPDX-License-Identifier: Apache-2.0

tshark reads each capture once, as it does a pipe: what it decrypts, it was
given the secret of before.
"""
import os
import re
import resource
import signal
import socket
import ssl
import stat
import struct
import subprocess
import time

import pytest

from clients import call, connect, context, fetch, need, plain, read_all
from clients import read_exactly
from servers import DEADLINE, PROGRAM
from test_h2 import ALPN, curl, spoken
from test_interactive import drive

pytestmark = pytest.mark.needs("secrets")


def tshark(capture, *words):
    """What tshark says of a capture; it sees wrong checksums."""
    done = subprocess.run([need("tshark"), "-r", str(capture), "-o",
        "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", *words],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, timeout=2 * DEADLINE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def fields(capture, match, *names):
    """Rows of fields of the packets that match."""
    said = tshark(capture, "-Y", match, "-T", "fields",
        *[word for name in names for word in ("-e", name)])
    return [line.split("\t") for line in said.splitlines()]


def paths(capture):
    return [row[0] for row in fields(capture, "http.request",
        "http.request.uri")]


def has(capture, wanted):
    """Soon, while the connection is open."""
    end = time.monotonic() + DEADLINE
    while paths(capture) != wanted:
        assert time.monotonic() < end, "in vain"


def is_sound(capture):
    """Nothing in it surprises its reader."""
    assert not fields(capture, "tcp.analysis.flags or "
        "tcp.checksum.status == 0 or ip.checksum.status == 0 or "
        "_ws.malformed or tls.alert_message.desc == 20", "frame.number")
    said = call(need("capinfos"), capture)
    assert "Strict time order:   True" in said
    assert "Application: " not in said or "polytls" in said


def blocks(capture):
    """Types and contents; the last may not be whole."""
    data = capture.read_bytes()
    found, at = [], 0
    while at < len(data):
        kind, length = struct.unpack_from("=II", data, at)
        assert length % 4 == 0 and at + length <= len(data), "half a block"
        assert data[at + length - 4:at + length] == struct.pack("=I", length)
        found.append((kind, data[at + 8:at + length - 4]))
        at += length
    return found


def ask(there, pki, path="/the-secret-path", **options):
    with connect(there, pki, **options) as peer:
        peer.sendall(b"GET %s HTTP/1.0\r\n\r\n" % path.encode())
        return read_all(peer)


@pytest.fixture
def capture(tmp_path):
    return tmp_path / "all.pcapng"


# ---- what is in it ------------------------------------------------------


def test_shows_a_request_to_tshark(server, pki, backend, version, capture):
    there = server("-www", "-pcapng", capture)
    ask(there, pki, version=version)
    there.wait("closed", conn=1)
    assert paths(capture) == ["/the-secret-path"]
    is_sound(capture)
    first = fields(capture, "frame.comment", "frame.comment")
    assert first == [["polytls connection 1"],
        ["connection 1: backend " + backend]]
    there.stop()
    assert stat.S_IMODE(os.stat(capture).st_mode) == 0o600
    said = call(need("capinfos"), capture)
    assert "Capture application: polytls " in said
    assert "Name = polytls" in said


@spoken
def test_shows_the_headers_of_http_2(server, pki, backend, version, capture):
    there = server("-www", "-pcapng", capture, *ALPN)
    curl(there, pki, "/json", version=version)
    there.wait("closed", conn=1)
    assert fields(capture, "http2.headers.path",
        "http2.headers.path") == [["/json"]]


def test_tells_connections_apart(server, pki, backend, version, capture):
    there = server("-www", "-pcapng", capture)
    with connect(there, pki, version=version) as one, \
         connect(there, pki, version=version) as other:
        other.sendall(b"GET /other HTTP/1.0\r\n\r\n")
        read_all(other)
        one.sendall(b"GET /one HTTP/1.0\r\n\r\n")
        read_all(one)
    there.wait("closed", conn=1)
    there.wait("closed", conn=2)
    assert fields(capture, "http.request", "http.request.uri",
        "tcp.stream") == [["/other", "1"], ["/one", "0"]]
    is_sound(capture)


@pytest.mark.needs("client_certificate")
def test_shows_a_clients_certificate(server, pki, backend, version, capture):
    there = server("-www", "-Verify", "1", "-CAfile", pki.ca.cert, "-pcapng",
        capture)
    ask(there, pki, version=version, cert=pki.client)
    there.wait("closed", conn=1)
    assert paths(capture) == ["/the-secret-path"]
    # CertificateVerify: in TLS 1.3 it is encrypted.
    assert len(fields(capture, "tls.handshake.type == 15 and "
        "frame.packet_flags_direction == 1", "frame.number")) == 1


def test_has_a_download_to_the_byte(server, pki, backend, version, capture,
    tmp_path):
    (tmp_path / "large.bin").write_bytes(os.urandom(10 << 20))
    there = server("-WWW", "-root", tmp_path, "-pcapng", capture)
    sent = ask(there, pki, "/large.bin", version=version)
    there.wait("closed", conn=1)
    tshark(capture, "-q", "--export-objects", "http,%s" % (tmp_path / "got"))
    got = (tmp_path / "got" / "large.bin").read_bytes()
    assert got == (tmp_path / "large.bin").read_bytes() == \
        sent[sent.index(b"\r\n\r\n") + 4:]
    is_sound(capture)


def test_has_an_upload_to_the_byte(server, pki, backend, version, capture):
    data = os.urandom(1 << 20)
    text = data.hex().encode()
    there = server("-quiet", "-pcapng", capture)
    with connect(there, pki, version=version) as peer:
        peer.sendall(text)
        there.until(lambda: len(there.out.data) >= len(text), "the upload")
    there.wait("closed", conn=1)
    said = tshark(capture, "-q", "-z", "follow,tls,raw,0")
    got = "".join(line.strip() for line in said.splitlines() if
        set(line.strip()) <= set("0123456789abcdef"))
    assert bytes.fromhex(got) == text


def test_follows_a_resumed_session(server, pki, backend, version, capture):
    there = server("-www", "-pcapng", capture)
    made = context(pki, version=version)
    with connect(there, pki, context=made) as peer:
        peer.sendall(b"GET /first HTTP/1.0\r\n\r\n")
        read_all(peer)
        session = peer.session
    with connect(there, pki, context=made, session=session) as peer:
        assert peer.session_reused
        peer.sendall(b"GET /again HTTP/1.0\r\n\r\n")
        read_all(peer)
    there.wait("closed", conn=2)
    assert paths(capture) == ["/first", "/again"]


@pytest.mark.needs("renegotiate")
def test_follows_a_renegotiation(server, pki, backend, capture):
    there = server("-pcapng", capture, stdin="pipe")
    with connect(there, pki, version="tls1_2") as peer:
        there.wait("handshake", conn=1)
        peer.sendall(b"before\n")
        there.type(b"r\n")
        there.wait("command", letter="r")
        peer.sendall(b"x")
        drive(peer, there, "handshake", again=True)
        peer.settimeout(DEADLINE)
        there.type(b"after\n")
        assert read_exactly(peer, 6) == b"after\n"
    there.wait("closed", conn=1)
    said = tshark(capture, "-q", "-z", "follow,tls,ascii,0")
    assert "before" in said and "after" in said


@pytest.mark.needs("key_update")
def test_follows_a_key_update(server, pki, backend, capture):
    there = server("-pcapng", capture, stdin="pipe")
    with connect(there, pki, version="tls1_3") as peer:
        there.wait("handshake", conn=1)
        there.type(b"K\n")
        there.wait("command", letter="K", status="ok")
        there.type(b"after\n")
        assert read_exactly(peer, 6) == b"after\n"
        peer.sendall(b"here too\n")
        there.until(lambda: "here too" in "".join(event["text"] for event in
            there.events("data", direction="received")), "the answer")
    there.wait("closed", conn=1)
    said = tshark(capture, "-q", "-z", "follow,tls,ascii,0")
    assert "after" in said and "here too" in said


# ---- ends ---------------------------------------------------------------


def ends(capture):
    """Who ended how: "server fin", "client rst"."""
    return ["%s %s" % ("client" if way == "0x00000001" else "server",
        "rst" if int(flags, 16) & 4 else "fin") for way, flags in
        fields(capture, "tcp.flags.reset == 1 or tcp.flags.fin == 1",
            "frame.packet_flags", "tcp.flags")]


def test_shows_that_the_client_reset(server, pki, backend, capture):
    there = server("-www", "-pcapng", capture)
    with connect(there, pki) as peer:
        there.wait("handshake", conn=1)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
            struct.pack("ii", 1, 0))
    there.wait("closed", conn=1)
    assert ends(capture) == ["client rst"]
    is_sound(capture)


def test_shows_who_ended_first(server, pki, backend, capture):
    there = server("-www", "-pcapng", capture)
    with plain(there) as peer:
        peer.shutdown(socket.SHUT_WR)
        assert peer.recv(1) == b""
    there.wait("closed", conn=1)
    assert ends(capture) == ["client fin", "server fin"]
    with plain(there) as peer:
        peer.sendall(b"no ClientHello\r\n")
        read_all(peer)
    there.wait("closed", conn=2)
    assert ends(capture)[2:] == ["server fin", "client fin"]
    is_sound(capture)


# ---- addresses ----------------------------------------------------------


def test_has_the_addresses(server, pki, backend, capture):
    there = server("-www", "-pcapng", capture)
    ask(there, pki)
    one = there.wait("accepted")
    there.wait("closed", conn=1)
    assert fields(capture, "tcp.flags.syn == 1 and tcp.flags.ack == 0",
        "ip.src", "tcp.srcport", "ip.dst", "tcp.dstport") == [
        [one["host"], str(one["port"]), "127.0.0.1", str(there.port)]]


@pytest.mark.parametrize("family", [socket.AF_INET6, socket.AF_INET])
def test_has_addresses_of_version_6(server, pki, backend, capture, family):
    """Those that stand for one of version 4 are shown as that."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        pytest.skip("no IPv6 here: %s" % error)
    there = server("-www", "-pcapng", capture, accept="*:0")
    with socket.socket(family) as below:
        below.connect(("::1" if family == socket.AF_INET6 else "127.0.0.1",
            there.port))
        with context(pki).wrap_socket(below, server_hostname="localhost"
            ) as peer:
            peer.sendall(b"GET /six HTTP/1.0\r\n\r\n")
            read_all(peer)
    there.wait("closed", conn=1)
    assert paths(capture) == ["/six"]
    row = fields(capture, "http.request", "ip.dst", "ipv6.dst")
    assert row == [["", "::1"] if family == socket.AF_INET6 else
        ["127.0.0.1", ""]]
    is_sound(capture)


def test_makes_addresses_up_for_a_socket_file(server, pki, backend, capture,
    tmp_path):
    there = server("-www", "-pcapng", capture, "-unix", tmp_path / "socket",
        accept=None)
    with socket.socket(socket.AF_UNIX) as below:
        below.connect(str(tmp_path / "socket"))
        with context(pki).wrap_socket(below, server_hostname="localhost"
            ) as peer:
            peer.sendall(b"GET /unix HTTP/1.0\r\n\r\n")
            read_all(peer)
    there.wait("closed", conn=1)
    assert paths(capture) == ["/unix"]
    (comment,), _ = fields(capture, "frame.comment", "frame.comment")
    assert "made up" in comment and "unix:pid %d" % os.getpid() in comment


# ---- while it is written --------------------------------------------------


def test_can_be_read_while_it_grows(server, pki, backend, version, capture):
    there = server("-www", "-pcapng", capture, "-keep_alive")
    with connect(there, pki, version=version) as peer:
        for number in range(3):
            peer.sendall(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % number)
            has(capture, ["/%d" % one for one in range(number + 1)])
            blocks(capture)


def test_is_whole_after_a_kill(server, pki, backend, capture):
    there = server("-www", "-pcapng", capture, "-keep_alive")
    with connect(there, pki) as peer:
        peer.sendall(b"GET /last HTTP/1.1\r\nHost: x\r\n\r\n")
        has(capture, ["/last"])
        there.kill()
    assert paths(capture) == ["/last"]
    blocks(capture)


def test_goes_on_after_files_are_read_again(server, pki, backend, capture):
    there = server("-www", "-pcapng", capture)
    ask(there, pki, "/before")
    there.signal(signal.SIGHUP)
    there.wait("reloaded")
    ask(there, pki, "/after")
    there.wait("closed", conn=2)
    assert paths(capture) == ["/before", "/after"]


def test_workers_share_a_file(server, pki, backend, capture):
    there = server("-www", "-pcapng", capture, "-workers", "4")
    for number in range(8):
        ask(there, pki, "/%d" % number)
    for number in range(8):
        there.wait("closed", conn=number + 1)
    assert paths(capture) == ["/%d" % number for number in range(8)]
    is_sound(capture)


def test_changes_no_other_output(server, pki, backend, capture):
    """What other outputs say is the same with it."""
    said = []
    for words in ((), ("-pcapng", capture)):
        there = server("-www", *words)
        ask(there, pki)
        there.wait("closed", conn=1)
        there.stop()
        # When it has to wait is chance.
        said.append(({event["event"] for event in there.events()} -
            {"blocked"}, *[re.sub(r":\d+", "", pipe.text())
            for pipe in (there.out, there.err)]))
    assert said[0] == said[1]
    assert "shut" not in said[0][0]


# ---- where it is written --------------------------------------------------


@pytest.fixture
def alone(pki):
    """A server without the pipe for its events, as a shell starts it."""
    started = []

    def start(*words, **options):
        made = subprocess.Popen([PROGRAM, "s_server", "-accept",
            "127.0.0.1:0", "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key,
            *[str(word) for word in words]], stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE, **options)
        started.append(made)
        return made

    yield start
    for one in started:
        one.kill()
        one.wait()
        one.stderr.close()


class At:
    """Where a server says that it listens."""

    def __init__(self, path):
        end = time.monotonic() + DEADLINE
        while not (os.path.exists(path) and open(path).read()):
            assert time.monotonic() < end, "it does not begin"
        self.port = int(open(path).read().strip().rsplit(":", 1)[1])


def test_a_pipe_takes_packets(alone, pki, backend, version, tmp_path):
    there = alone("-www", "-backend", backend, "-pcapng", "-", "-naccept",
        "1", "-ready_file", tmp_path / "ready", stdout=subprocess.PIPE)
    reader = subprocess.Popen([need("tshark"), "-r", "-", "-Y",
        "http.request", "-T", "fields", "-e", "http.request.uri"],
        stdin=there.stdout, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL)
    there.stdout.close()
    ask(At(tmp_path / "ready"), pki, version=version)
    assert there.wait(DEADLINE) == 0
    assert reader.communicate(timeout=2 * DEADLINE)[0] == \
        b"/the-secret-path\n"


def test_a_fifo_takes_packets(server, pki, backend, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    reader = subprocess.Popen([need("tshark"), "-r", str(tmp_path / "fifo"),
        "-Y", "http.request", "-T", "fields", "-e", "http.request.uri"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    there = server("-www", "-pcapng", tmp_path / "fifo")
    ask(there, pki)
    there.wait("closed", conn=1)
    assert there.stop() == 0
    assert reader.communicate(timeout=2 * DEADLINE)[0] == \
        b"/the-secret-path\n"


def test_a_reader_may_leave(alone, pki, tmp_path):
    there = alone("-www", "-pcapng", "-", "-naccept", "2", "-ready_file",
        tmp_path / "ready", stdout=subprocess.PIPE)
    at = At(tmp_path / "ready")
    there.stdout.close()
    for _ in range(2):
        assert fetch(at, pki).status == 200
    assert there.wait(DEADLINE) == 0


def test_a_descriptor_takes_packets(server, pki, backend, tmp_path):
    with open(tmp_path / "packets", "wb") as file:
        there = server("-www", "-pcapng", "fd:%d" % file.fileno(),
            pass_fds=[file.fileno()])
    ask(there, pki)
    there.wait("closed", conn=1)
    assert paths(tmp_path / "packets") == ["/the-secret-path"]


def test_a_folder_gets_a_file_a_connection(server, pki, backend, tmp_path):
    folder = tmp_path / "captures"
    there = server("-www", "-pcapng", "%s/" % folder)
    ports = []
    for number in (1, 2):
        ask(there, pki, "/%d" % number)
        there.wait("closed", conn=number)
        ports.append(there.wait("accepted", conn=number)["port"])
    with plain(there):
        pass
    there.wait("closed", conn=3)
    ports.append(there.wait("accepted", conn=3)["port"])
    assert there.stop() == 0
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    assert sorted(os.listdir(folder)) == [
        "00000%d-%s-127.0.0.1_%d.pcapng" % (number,
            backend if number < 3 else "none", ports[number - 1])
        for number in (1, 2, 3)]
    for number, name in enumerate(sorted(os.listdir(folder)), 1):
        assert paths(folder / name) == (["/%d" % number] if number < 3 else
            [])
        is_sound(folder / name)
        assert stat.S_IMODE(os.stat(folder / name).st_mode) == 0o600


def test_a_folder_keeps_what_is_there(server, pki, backend, tmp_path):
    """A file of that name, and a link that somebody laid there."""
    there = server("-www", "-pcapng", tmp_path)
    with socket.socket() as below:
        below.bind(("127.0.0.1", 0))
        name = "000001-%s-127.0.0.1_%d" % (backend, below.getsockname()[1])
        (tmp_path / (name + ".pcapng")).symlink_to(tmp_path / "elsewhere")
        (tmp_path / (name + "-2.pcapng")).write_text("mine")
        below.connect(("127.0.0.1", there.port))
        with context(pki).wrap_socket(below, server_hostname="localhost"
            ) as peer:
            peer.sendall(b"GET /x HTTP/1.0\r\n\r\n")
            read_all(peer)
    there.wait("closed", conn=1)
    assert not (tmp_path / "elsewhere").exists()
    assert (tmp_path / (name + "-2.pcapng")).read_text() == "mine"
    assert paths(tmp_path / (name + "-3.pcapng")) == ["/x"]


def test_a_folder_that_is_gone_is_told_once(server, pki, backend, tmp_path):
    (tmp_path / "gone").mkdir()
    there = server("-www", "-pcapng", tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    for number in (1, 2):
        ask(there, pki)
        there.wait("closed", conn=number)
    assert there.stop() == 5
    assert there.err.text().count("no file can be made: No such file") == 1


def test_an_older_file_is_emptied_and_made_private(server, pki, backend,
    capture):
    capture.write_bytes(b"x" * 100000)
    os.chmod(capture, 0o644)
    there = server("-www", "-pcapng", capture)
    ask(there, pki)
    there.wait("closed", conn=1)
    assert stat.S_IMODE(os.stat(capture).st_mode) == 0o600
    assert "other users could read this file of secrets" in there.err.text()
    assert paths(capture) == ["/the-secret-path"]


def test_has_the_secrets_and_nothing_else_has(server, pki, backend, version,
    capture):
    there = server("-www", "-pcapng", capture)
    made = context(pki, version=version)
    made.keylog_filename = str(capture) + ".keys"
    ask(there, pki, context=made)
    there.wait("closed", conn=1)
    there.stop()
    secrets = [line.split()[2] for line in open(made.keylog_filename)
        if not line.startswith("#") and "EXPORTER" not in line]
    inside = b"".join(content for kind, content in blocks(capture)
        if kind == 10).decode("latin-1").lower()
    assert secrets
    for secret in secrets:
        assert secret.lower() in inside
        for pipe in (there.out, there.err, there.lines):
            assert secret.lower() not in pipe.text().lower()


@pytest.mark.parametrize("words, said", [
    (["-pcapng", "/nonexistent/x"], "/nonexistent/x: cannot be opened"),
    (["-pcapng", "/nonexistent/x/"], "/nonexistent/x/: the directory cannot"),
    (["-pcapng", "fd:77"], "descriptor 77 is not open"),
    (["-pcapng", "fd:x"], "number of a descriptor"),
    (["-pcapng", "-", "-json", "-"], "standard output can take one of them"),
])
def test_says_why_it_cannot(alone, words, said):
    there = alone("-www", *words, stdout=subprocess.PIPE)
    out, err = there.communicate(timeout=DEADLINE)
    assert there.returncode == 2
    assert said in err.decode() and out == b""


def test_shows_no_packets_to_a_terminal(alone):
    here, there = os.openpty()
    one = alone("-www", "-pcapng", "-", stdout=there)
    _, err = one.communicate(timeout=DEADLINE)
    os.close(here)
    os.close(there)
    assert one.returncode == 2 and b"is a terminal" in err


# ---- a full disk ----------------------------------------------------------


def room(there, length):
    """Lets files of the program grow to so many bytes, or to any size."""
    most = resource.prlimit(there.process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(there.process.pid, resource.RLIMIT_FSIZE,
        (most if length is None else length, most))


def test_a_full_disk_ends_the_capture_and_nothing_else(server, pki, backend,
    capture):
    there = server("-www", "-pcapng", capture)
    ask(there, pki, "/first")
    there.wait("closed", conn=1)
    # In the middle of a block.
    room(there, capture.stat().st_size + 1001)
    for number in (2, 3):
        ask(there, pki, "/later")
        there.wait("closed", conn=number)
    room(there, None)
    ask(there, pki, "/last")
    there.wait("closed", conn=4)
    assert there.stop() == 5
    assert there.err.text().count("-pcapng %s: File too large: the capture "
        "ends here" % capture) == 1
    assert paths(capture)[0] == "/first" and "/last" not in paths(capture)
    blocks(capture)
    call(need("capinfos"), capture)


@pytest.mark.parametrize("folder", [False, True])
def test_a_full_disk_does_so_in_a_download(server, pki, backend, capture,
    tmp_path, folder):
    (tmp_path / "large.bin").write_bytes(bytes(4 << 20))
    if folder:
        capture.mkdir()
    there = server("-WWW", "-root", tmp_path, "-pcapng", capture)
    room(there, 1 << 20)
    sent = ask(there, pki, "/large.bin")
    assert len(sent) > 4 << 20
    there.wait("closed", conn=1)
    assert there.stop() == 5
    assert there.err.text().count("the capture ends here") == 1
    file = next(capture.iterdir()) if folder else capture
    assert file.stat().st_size > 512 << 10
    blocks(file)


def test_a_device_without_room_is_told_once(server, pki, backend):
    there = server("-www", "-pcapng", "/dev/full")
    for number in (1, 2):
        ask(there, pki)
        there.wait("closed", conn=number)
    assert there.stop() == 5
    assert there.err.text().count("-pcapng /dev/full: No space left on "
        "device: the capture ends here") == 1
