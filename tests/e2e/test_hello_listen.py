"""test_hello_listen.py - polytls hello -listen: records what clients send

SPDX-License-Identifier: Apache-2.0
"""
import os
import signal
import socket
import subprocess

import pytest

from servers import DEADLINE, PROGRAM
from test_hello_command import RECORD, decoded
from test_hostile import hello_with, records


@pytest.fixture
def recorder(tmp_path):
    """Starts it; gives the process and a way to connect."""
    started = []

    def start(*args):
        process = subprocess.Popen([PROGRAM, "hello", "-listen",
            "localhost:0", "-dir", str(tmp_path), *args],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        word, address = process.stdout.readline().split()
        assert word == "ACCEPT"
        host, port = address.rsplit(":", 1)
        return process, lambda: socket.create_connection(
            (host.strip("[]"), int(port)), timeout=DEADLINE)
    yield start
    for process in started:
        process.kill()
        process.communicate()


def end(process, status=0):
    out, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == status, err
    return out, err


def test_records_one_file_a_client(recorder, tmp_path):
    process, connect = recorder("-naccept", "2")
    large = records(hello_with([(21, bytes(60000))]))
    for data in (RECORD + b"more", large):
        with connect() as peer:
            peer.sendall(data)
            assert peer.recv(100) == b"\x15\x03\x01\0\x02\x02\x28"
            assert peer.recv(100) == b""
    out, err = end(process)
    assert err == ""
    assert (tmp_path / "hello-1.tls").read_bytes() == RECORD
    assert (tmp_path / "hello-2.tls").read_bytes() == large
    lines = out.splitlines()
    assert lines[0].startswith("hello-1.tls  from 127.0.0.1:")
    assert lines[0].endswith(', name "a.b"') and len(lines) == 2


def test_a_real_client(recorder, tmp_path):
    process, connect = recorder("-naccept", "1")
    import ssl
    with connect() as peer:
        context = ssl.create_default_context()
        with pytest.raises(ssl.SSLError):
            context.wrap_socket(peer, server_hostname="real.example")
    end(process)
    got = decoded((tmp_path / "hello-1.tls").read_bytes(), "-backend",
        "none")
    assert got["server_name"] == "real.example"


def test_overwrites_nothing(recorder, tmp_path):
    for name in ("hello-1.tls", "hello-3.tls"):
        (tmp_path / name).write_text("mine")
    process, connect = recorder("-naccept", "2")
    for _ in "ab":
        with connect() as peer:
            peer.sendall(RECORD)
            peer.recv(100)
    end(process)
    for name, content in (("1", b"mine"), ("2", RECORD), ("3", b"mine"),
            ("4", RECORD)):
        assert (tmp_path / ("hello-%s.tls" % name)).read_bytes() == content


CLIENTS = {
    "garbage": (b"GET / HTTP/1.0\r\n\r\n",
        " sent no ClientHello, but 18 bytes that begin with "
        "474554202f20485454502f312e300d0a"),
    "nothing": (b"", " sent nothing"),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_says_who_sends_no_hello(recorder, tmp_path, client):
    data, words = CLIENTS[client]
    process, connect = recorder("-naccept", "1")
    with connect() as peer:
        peer.sendall(data)
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(100):
            pass
    out, err = end(process)
    assert out == "" and err.rstrip().endswith(words)
    assert os.listdir(tmp_path) == []


def test_says_who_is_late(recorder, tmp_path):
    process, connect = recorder("-naccept", "1", "-wait", "1")
    with connect() as peer:
        assert peer.recv(100) == b""
    out, err = end(process)
    assert err.rstrip().endswith(" sent nothing in time")


def test_keeps_the_beginning_of_a_hello(recorder, tmp_path):
    process, connect = recorder("-naccept", "1")
    with connect() as peer:
        peer.sendall(RECORD[:60])
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(100):
            pass
    out, err = end(process)
    assert out.rstrip().endswith(", malformed")
    assert (tmp_path / "hello-1.tls").read_bytes() == RECORD[:60]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it(recorder, tmp_path, number):
    process, connect = recorder()
    with connect() as peer:
        process.send_signal(number)
        assert end(process) == ("", "")


def test_a_directory_that_is_none(recorder, tmp_path):
    done = subprocess.run([PROGRAM, "hello", "-listen", "localhost:0", "-dir",
        str(tmp_path / "none")], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("polytls hello: -dir ")
    assert "No such file or directory" in done.stderr
