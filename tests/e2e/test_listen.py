"""test_listen.py - where clients come in

SPDX-License-Identifier: Apache-2.0
"""
import os
import shutil
import socket
import stat
import subprocess

import pytest

from clients import Response, connect, context, read_all
from servers import DEADLINE, PROGRAM, run


def get(sock, pki, path="/"):
    with context(pki).wrap_socket(sock, server_hostname="localhost") as peer:
        peer.sendall(b"GET %s HTTP/1.0\r\n\r\n" % path.encode())
        return Response(read_all(peer)).status


def dial(path):
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(DEADLINE)
    sock.connect(str(path))
    return sock


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(("::1", 0))
        return True
    except OSError:
        return False


needs_ipv6 = pytest.mark.skipif(not has_ipv6(),
    reason="this machine has no IPv6")


# ---- families ---------------------------------------------------------------


def test_4_listens_on_ipv4_alone(server, pki):
    there = server("-www", "-4", accept="0", backend="openssl")
    assert there.host == "0.0.0.0"
    near = socket.create_connection(("127.0.0.1", there.port))
    assert get(near, pki) == 200
    with pytest.raises(OSError):
        socket.create_connection(("::1", there.port))


@needs_ipv6
@pytest.mark.parametrize("workers", ["1", "2"])
def test_6_listens_on_ipv6_alone(server, pki, workers):
    there = server("-www", "-6", "-workers", workers, accept="0",
        backend="openssl")
    assert there.host == "::"
    assert get(socket.create_connection(("::1", there.port)), pki) == 200
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", there.port))


@needs_ipv6
def test_without_a_family_both_are_served(server, pki):
    there = server("-www", accept="0", backend="openssl")
    for host in ("::1", "127.0.0.1"):
        assert get(socket.create_connection((host, there.port)), pki) == 200


@pytest.mark.parametrize("words, said", [
    (["-4", "-6"], "-4 and -6"),
    (["-4", "-accept", "[::1]:0"], "with -4"),
    (["-6", "-accept", "127.0.0.1:0"], "with -6"),
    (["-unix", "x", "-accept", "0"], "-unix and -accept"),
    (["-port", "0", "-unix", "x"], "-unix and -port"),
    (["-unix", "x", "-6"], "-unix and -6"),
    (["-unlink"], "-unlink needs -unix"),
    (["-unix", ""], "must not be empty"),
    (["-unix", "x" * 108], "at most 107 bytes"),
    (["-unix", "/nowhere/at/all"], "/nowhere/at/all"),
    (["-accept", "fd:"], "fd:3"),
    (["-accept", "fd:x"], "fd:3"),
    (["-accept", "fd:-1"], "fd:3"),
    (["-accept", "fd:987654"], "no such descriptor"),
    (["-accept", "fd:0"], "no socket"),
])
def test_contradictions(words, said, tmp_path, pki):
    done = run("s_server", "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key,
        *words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr and done.stderr.count("\n") == 1
    assert done.stdout == ""


# ---- socket files --------------------------------------------------------


@pytest.mark.parametrize("workers", ["1", "3"])
def test_unix(server, pki, tmp_path, workers):
    path, ready = tmp_path / "socket", tmp_path / "ready"
    there = server("-www", "-unix", path, "-ready_file", ready, "-workers",
        workers, accept=None, backend="openssl")
    assert (there.host, there.port) == (str(path), 0)
    assert ready.read_text() == "%s\n" % path
    for number in range(1, 5):
        assert get(dial(path), pki) == 200
        event = there.wait("accepted", conn=number)
        assert event["host"] == "unix:pid %d" % os.getpid()
        assert event["port"] == 0
    assert there.stop() == 0
    assert "\nACCEPT localhost:%s\n" % path in there.out.text()
    assert not path.exists()


def test_unix_with_the_terminal(server, pki, tmp_path, backend):
    path = tmp_path / "socket"
    there = server("-unix", path, accept=None, stdin="pipe")
    with context(pki).wrap_socket(dial(path),
        server_hostname="localhost") as peer:
        there.wait("handshake", conn=1)
        there.type(b"Quit\n")
        assert read_all(peer) == b""
        peer.unwrap()
    assert there.finish() == 0
    assert not path.exists()


@pytest.mark.parametrize("kind", ["socket", "file", "directory"])
def test_unix_does_not_take_a_name(tmp_path, kind):
    path = tmp_path / "taken"
    holder = socket.socket(socket.AF_UNIX)
    if kind == "socket":
        holder.bind(str(path))
    elif kind == "file":
        path.write_text("dear")
    else:
        path.mkdir()
    done = run("s_server", "-unix", path)
    assert done.returncode == 2 and "-unlink" in done.stderr
    if kind != "socket":
        done = run("s_server", "-unix", path, "-unlink")
        assert done.returncode == 2 and "something else" in done.stderr
    assert path.exists()
    holder.close()


def test_unlink_removes_a_socket(server, pki, tmp_path):
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    there = server("-www", "-unix", path, "-unlink", accept=None,
        backend="openssl")
    assert stat.S_ISSOCK(path.lstat().st_mode)
    assert get(dial(path), pki) == 200


def test_leaves_the_file_of_another(server, pki, tmp_path):
    path = tmp_path / "socket"
    first = server("-www", "-unix", path, accept=None, backend="openssl")
    path.unlink()
    second = server("-www", "-unix", path, accept=None, backend="openssl")
    assert first.stop() == 0
    assert get(dial(path), pki) == 200
    assert second.stop() == 0
    assert not path.exists()


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM],
    ids=["stream", "datagram"])
def test_unlink_leaves_what_is_in_use(tmp_path, kind):
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX, kind) as holder:
        holder.bind(str(path))
        done = run("s_server", "-unix", path, "-unlink")
        assert done.returncode == 2
        assert "a program listens there" in done.stderr
        assert stat.S_ISSOCK(path.lstat().st_mode)


def test_unlink_leaves_a_live_server(server, pki, tmp_path):
    """Which notices nothing: a probe would be its only client."""
    path = tmp_path / "socket"
    first = server("-www", "-naccept", "1", "-unix", path, accept=None,
        backend="openssl")
    done = run("s_server", "-unix", path, "-unlink")
    assert done.returncode == 2 and "a program listens there" in done.stderr
    assert get(dial(path), pki) == 200
    assert first.finish() == 0
    assert len(first.events("accepted")) == 1


def test_unix_with_the_reference_s_client(server, pki, tmp_path, backend):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    path = tmp_path / "socket"
    there = server("-www", "-unix", path, accept=None)
    done = subprocess.run(["openssl", "s_client", "-unix", str(path),
        "-CAfile", pki.ca.cert, "-verify_return_error", "-quiet"],
        input=b"GET / HTTP/1.0\r\n\r\n", stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, timeout=DEADLINE)
    assert b" 200 " in done.stdout


# ---- a socket that came with the program --------------------------------


def listening(family=socket.AF_INET, where=("127.0.0.1", 0)):
    sock = socket.socket(family)
    sock.bind(where)
    sock.listen()
    return sock


@pytest.mark.parametrize("workers", ["1", "2"])
def test_takes_a_socket_over(server, pki, workers):
    with listening() as sock:
        fd, port = sock.fileno(), sock.getsockname()[1]
        there = server("-www", "-workers", workers, accept="fd:%d" % fd,
            pass_fds=(fd,), backend="openssl")
    # Only ACCEPT tells the port.
    assert (there.host, there.port) == ("127.0.0.1", port)
    for _ in range(4):
        assert get(socket.create_connection(("127.0.0.1", port)), pki) == 200
    assert there.stop() == 0
    assert "\nACCEPT 127.0.0.1:%d\n" % port in there.out.text()


def test_takes_clients_that_came_before(server, pki):
    with listening() as sock:
        early = socket.create_connection(sock.getsockname())
        server("-www", accept="fd:%d" % sock.fileno(),
            pass_fds=(sock.fileno(),), backend="openssl")
    assert get(early, pki) == 200


def test_takes_a_socket_file_over(server, pki, tmp_path):
    path = tmp_path / "socket"
    with listening(socket.AF_UNIX, str(path)) as sock:
        there = server("-www", accept="fd:%d" % sock.fileno(),
            pass_fds=(sock.fileno(),), backend="openssl")
    assert get(dial(path), pki) == 200
    assert there.stop() == 0
    assert path.exists()	# not ours


def start_with(sock, pki, *words):
    return subprocess.run([PROGRAM, "s_server", "-accept",
        "fd:%d" % sock.fileno(), "-cert", pki.ecdsa.cert, "-key",
        pki.ecdsa.key, *words], pass_fds=(sock.fileno(),),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, timeout=DEADLINE)


@pytest.mark.parametrize("kind, words, said", [
    ("not listening", [], "does not listen"),
    ("datagrams", [], "no stream socket"),
    ("listening", ["-6"], "another family"),
    ("a pair", [], "does not listen"),
])
def test_refuses_another_socket(kind, words, said, pki):
    if kind == "datagrams":
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    elif kind == "a pair":
        sock = socket.socketpair()[0]
    elif kind == "listening":
        sock = listening()
    else:
        sock = socket.socket()
    done = start_with(sock, pki, *words)
    sock.close()
    assert done.returncode == 2
    assert said in done.stderr and done.stderr.count("\n") == 1


def test_systemd(pki):
    """As systemd starts it: its first socket is descriptor 3."""
    if not shutil.which("systemd-socket-activate"):
        pytest.skip("systemd-socket-activate is not installed")
    with listening() as sock:
        port = sock.getsockname()[1]
    ours = [word for name in os.environ if name.startswith("POLYTLS")
        for word in ("-E", name)]
    process = subprocess.Popen(["systemd-socket-activate", *ours, "-l",
        "127.0.0.1:%d" % port, PROGRAM, "s_server", "-accept", "fd:3",
        "-naccept", "1", "-www", "-cert", pki.ecdsa.cert, "-key",
        pki.ecdsa.key], stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    for line in process.stderr:
        if b"Listening" in line:
            break
    assert get(socket.create_connection(("127.0.0.1", port)), pki) == 200
    process.communicate(timeout=DEADLINE)
    assert process.returncode == 0


# ---- -naccept ---------------------------------------------------------------


def test_takes_no_more_clients_than_it_shall(server, pki):
    """One that comes while the last of them is there is sent away."""
    there = server("-www", "-naccept", "1", backend="openssl")
    with connect(there, pki) as peer:
        late = socket.create_connection(("127.0.0.1", there.port), DEADLINE)
        assert late.recv(1) == b""
        late.close()
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert read_all(peer)
    assert there.finish() == 0
