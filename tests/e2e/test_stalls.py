"""test_stalls.py - readers that do not read, and disks that are full

SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import resource
import select
import subprocess
import threading

import pytest

from clients import fetch
from servers import DEADLINE, PROGRAM

# What waits for a reader, and what a pipe holds.
MOST = 1024 * 1024
PIPE = 64 * 1024


class Talker:
    """A server whose output is read when the test says so.  Standard error is
    read by nobody before its end, and is short."""

    def __init__(self, pki, *words, stdout=subprocess.DEVNULL, fds=()):
        self.process = subprocess.Popen([PROGRAM, "s_server", "-www",
            "-accept", "127.0.0.1:0", "-cert", pki.ecdsa.cert, "-key",
            pki.ecdsa.key, "-backend", "openssl",
            "-ready_file", "/dev/fd/%d" % self.begin(), *words],
            stdin=subprocess.DEVNULL, stdout=stdout,
            stderr=subprocess.PIPE, pass_fds=(self.told, *fds))
        os.close(self.told)
        with os.fdopen(self.ready) as ready:
            self.port = int(ready.readline().rsplit(":", 1)[1])

    def begin(self):
        self.ready, self.told = os.pipe()
        return self.told

    def end(self):
        """The exit status and standard error, without the URL."""
        self.process.terminate()
        try:
            _, errors = self.process.communicate(timeout=DEADLINE)
        finally:
            self.process.kill()
        return self.process.returncode, "".join(line for line in
            errors.decode().splitlines(True)
            if not line.startswith("https://"))


@pytest.fixture
def talker(pki):
    made = []

    def start(*words, **options):
        made.append(Talker(pki, *words, **options))
        return made[-1]

    yield start
    for one in made:
        one.process.kill()
        one.process.wait()


def talk(there, pki, length):
    """Makes it say so many bytes, and some more, with -debug."""
    while length > 0:
        length -= len(fetch(there, pki).body)


def drain(fd, until=None):
    """What comes from `fd`, up to its end or to what `until` looks for."""
    data = b""
    while until is None or not until(data):
        assert select.select([fd], [], [], DEADLINE)[0], "nothing comes"
        piece = os.read(fd, 65536)
        if not piece:
            break
        data += piece
    return data


def events(data):
    return [json.loads(line) for line in data.splitlines()]


def lost_in(data):
    return b'"event":"lost"' in data and data.endswith(b"\n")


# ---- readers ----------------------------------------------------------------


def test_an_unread_pipe_stops_nobody(talker, pki):
    """Clients are served, signals obeyed, and the gap is told."""
    here, there = os.pipe()
    one = talker("-debug", "-json", "fd:%d" % there, fds=(there,))
    os.close(there)
    talk(one, pki, MOST + 4 * PIPE)
    assert fetch(one, pki).status == 200
    status, errors = one.end()
    assert status == 5
    assert errors.count("nobody reads it") == 1
    assert "-json fd:" in errors
    # What was taken is whole, but for a last line.
    data = drain(here)
    os.close(here)
    found = events(data[:data.rfind(b"\n") + 1])
    assert [event["event"] for event in found[:2]] == ["start", "listening"]
    numbers = [event["conn"] for event in found if event["event"] == "accepted"]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_reader_that_comes_back_is_told_the_gap(talker, pki):
    here, there = os.pipe()
    one = talker("-debug", "-json", "fd:%d" % there, fds=(there,))
    os.close(there)
    talk(one, pki, MOST + 4 * PIPE)
    data = drain(here, lost_in)
    fetch(one, pki)
    data += drain(here, lambda got: b'"event":"closed"' in got)
    one.process.terminate()
    data += drain(here)
    os.close(here)
    assert one.end()[0] == 5
    found = events(data)
    kinds = [event["event"] for event in found]
    assert kinds.count("lost") == 1
    at = kinds.index("lost")
    assert found[at]["count"] > 0
    assert len(data) > MOST
    assert "closed" in kinds[at:] and kinds[-1] == "stop"
    assert found[-1]["status"] == 5


def test_a_slow_reader_loses_nothing(talker, pki):
    """It begins late, and takes a little at a time while more is said."""
    here, there = os.pipe()
    one = talker("-json", "fd:%d" % there, fds=(there,))
    os.close(there)
    talk(one, pki, 3 * PIPE)
    taken = []

    def read():
        while not taken or taken[-1]:
            taken.append(os.read(here, 512))

    reader = threading.Thread(target=read)
    reader.start()
    talk(one, pki, 6 * PIPE)
    one.process.terminate()
    reader.join(DEADLINE)
    os.close(here)
    data = b"".join(taken)
    assert len(data) > PIPE
    assert one.end()[0] == 0
    found = events(data)
    assert "lost" not in [event["event"] for event in found]
    closed = [event for event in found if event["event"] == "closed"]
    assert len(closed) == found[-2]["accepts"]


@pytest.mark.parametrize("words", [["-debug"], ["-msg", "-debug", "-json",
    "-"]], ids=["text", "json"])
def test_unread_standard_output_stops_nobody(talker, pki, words):
    here, there = os.pipe()
    one = talker(*words, stdout=there)
    os.close(there)
    talk(one, pki, MOST + 4 * PIPE)
    assert fetch(one, pki).status == 200
    assert one.end()[0] == 5
    os.close(here)


def test_text_tells_the_gap(talker, pki):
    here, there = os.pipe()
    one = talker("-debug", stdout=there)
    os.close(there)
    talk(one, pki, MOST + 4 * PIPE)
    data = drain(here, lambda got: b"messages were lost here)\n" in got)
    fetch(one, pki)
    one.process.terminate()
    data += drain(here)
    os.close(here)
    assert data.count(b"messages were lost here)\n") == 1
    assert data.rstrip().endswith(b"128 allowed)") or b"accepts" in data


def test_an_unread_socket_stops_nobody(talker, pki):
    import socket
    here, there = socket.socketpair()
    one = talker("-debug", "-json", "fd:%d" % there.fileno(),
        fds=(there.fileno(),))
    there.close()
    talk(one, pki, MOST + 8 * PIPE)
    assert fetch(one, pki).status == 200
    assert one.end()[0] == 5
    here.close()


def test_a_reader_that_leaves_is_no_failure(talker, pki):
    here, there = os.pipe()
    one = talker("-debug", "-json", "fd:%d" % there, fds=(there,))
    os.close(there)
    os.close(here)
    fetch(one, pki)
    assert one.end() == (0, "")


def test_the_flags_of_standard_output_are_the_shell_s(talker):
    import fcntl
    here, there = os.pipe()
    one = talker(stdout=there)
    flags = fcntl.fcntl(there, fcntl.F_GETFL)
    assert not flags & os.O_NONBLOCK
    os.close(there)
    os.close(here)
    one.end()


# ---- disks ------------------------------------------------------------------


@pytest.mark.parametrize("option", ["-json", "-keylogfile"])
def test_a_full_disk_is_told_once(talker, pki, option):
    one = talker(option, "/dev/full")
    for _ in range(3):
        assert fetch(one, pki).status == 200
    status, errors = one.end()
    assert status == 5
    assert errors.count("%s /dev/full: No space left on device" % option) == 1
    assert len(errors.splitlines()) == 1


def room(one, length):
    """Lets files of the program grow to so many bytes, or to any size."""
    most = resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE,
        (most if length is None else length, most))


def grown(path, look):
    """Reads the file until `look` likes it."""
    import time
    end = time.monotonic() + DEADLINE
    while not look(path.read_bytes()):
        assert time.monotonic() < end, "in vain"


def test_writing_goes_on_when_there_is_room(talker, pki, tmp_path):
    """And nothing is missing."""
    log, keys = tmp_path / "events", tmp_path / "keys"
    one = talker("-json", log, "-keylogfile", keys)
    fetch(one, pki)
    # In the middle of a line, and of a word.
    room(one, len(log.read_bytes()) + 100)
    fetch(one, pki)
    fetch(one, pki)
    room(one, 0)
    fetch(one, pki)
    room(one, None)
    # Without a client's help.
    grown(log, lambda data: data.count(b'"event":"closed"') == 4 and
        data.endswith(b"\n"))
    fetch(one, pki)
    status, errors = one.end()
    assert status == 0
    assert errors.count("-json %s: File too large" % log) == 1
    assert errors.count("-keylogfile %s: File too large" % keys) == 1
    found = events(log.read_bytes())
    closed = [event["conn"] for event in found if event["event"] == "closed"]
    assert sorted(closed) == [1, 2, 3, 4, 5]
    lines = keys.read_text().splitlines()
    assert len({line.split()[1] for line in lines[1:]}) == 5
    assert all(len(line.split()) == 3 for line in lines[1:])
