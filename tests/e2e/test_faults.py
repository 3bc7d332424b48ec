"""test_faults.py - what happens when something has run out

SPDX-License-Identifier: Apache-2.0
"""
import os
import resource
import signal
import subprocess
import time

import pytest

from clients import connect, fetch, plain
from servers import DEADLINE, PROGRAM
from test_interactive import hello_of


def limited(number):
    """A program that is started with this has so many descriptors."""
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
        (number, number))


def open_files(process):
    return len(os.listdir("/proc/%d/fd" % process.pid))


def leave(process, number):
    """Leaves it so many free descriptors."""
    used = {int(name) for name in
        os.listdir("/proc/%d/fd" % process.pid)}
    limit = 0
    while number or limit in used:
        number -= limit not in used
        limit += 1
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE,
        (limit,
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE)[1]))


def until(look):
    """What the kernel knows and no event tells."""
    end = time.monotonic() + DEADLINE
    while not look():
        assert time.monotonic() < end, "in vain"


# ---- descriptors ------------------------------------------------------------


@pytest.mark.parametrize("words", [[], ["-www", "-workers", "3"]],
    ids=["terminal", "workers"])
def test_starts_or_says_why_not(words, pki):
    """With any number of descriptors."""
    served = 0
    for number in range(3, 40):
        process = subprocess.Popen([PROGRAM, "s_server", "-accept",
            "127.0.0.1:0", "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key,
            *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, preexec_fn=limited(number))
        ready = any(line.startswith("ACCEPT") for line in process.stdout)
        if ready:
            served += 1
            process.terminate()
        _, errors = process.communicate(timeout=DEADLINE)
        if ready:
            assert process.returncode == 0
        else:
            assert process.returncode in (1, 2, 3, 127), (number, errors)
            # The loader's words, or ours; not those of a library.
            assert number == 3 or errors.startswith("polytls "), errors
    assert served


def test_waits_for_descriptors(server, pki):
    """One note when they run out, one with the number when they are back."""
    there = server("-www", "-keep_alive", backend="openssl")
    leave(there.process, 10)
    crowd = [plain(there) for _ in range(40)]
    note = there.wait("note")
    assert "ulimit -n" in note["text"]
    there.wait("accepted", number=10)
    for one in crowd:
        one.close()
    for _ in range(40):
        assert fetch(there, pki).status == 200
    notes = [one["text"] for one in there.events("note")]
    assert len(notes) == 2
    assert "there are descriptors again" in notes[1]


def test_does_not_spin_without_descriptors(server, pki):
    there = server("-www", backend="openssl")
    leave(there.process, 0)
    with plain(there):
        there.wait("note")
        before, begin = cpu(there.process), time.monotonic()
        until(lambda: time.monotonic() > begin + 1)
        assert cpu(there.process) - before < 0.1
        leave(there.process, 20)
        there.wait("accepted")
    assert fetch(there, pki).status == 200
    there.signal(signal.SIGTERM)
    assert there.finish() == 0
    last = there.events("note")[-1]["text"]
    assert "there was no descriptor" in last


def cpu(process):
    """Seconds of processor time that it has used."""
    with open("/proc/%d/schedstat" % process.pid) as file:
        return int(file.read().split()[0]) / 1e9


def test_waiting_clients_that_leave_keep_nothing(server, pki, backend):
    """The terminal is another's."""
    there = server(stdin="pipe")
    with connect(there, pki) as first:
        there.wait("handshake", conn=1)
        before = open_files(there.process)
        crowd = [plain(there) for _ in range(20)]
        for one in crowd:
            one.sendall(hello_of(pki))
        there.wait("client_hello", number=21)
        for one in crowd:
            one.close()
        there.wait("closed", number=20)
        # Another library may still have been loading at the first count.
        until(lambda: open_files(there.process) <= before)
        there.type(b"hello\n")
        assert first.recv(100) == b"hello\n"
    with connect(there, pki):
        there.wait("handshake", conn=22)
