"""test_injection.py - what becomes of the program when a call fails

SPDX-License-Identifier: Apache-2.0

tests/fault/inject.c stands before the C library: memory, reading, writing,
opening, threads and the loop fail when they are told to.  Whatever fails, the
program goes on, or ends with a status that the manual has and says why.

A TLS library that crashes by itself when it is out of memory is excused, and
named in the output: the calls that led to the crash tell whose fault it was.
Sampled where a library asks for memory often; POLYTLS_TEST_ALL=1 leaves nothing
out.
"""
import os
import signal
import socket
import ssl
import subprocess
import tempfile

import pytest

import servers
from clients import context, read_all
from servers import DEADLINE, PROGRAM, is_instrumented

pytestmark = pytest.mark.skipif(is_instrumented(),
    reason="the program is instrumented: a sanitizer stands before the calls "
    "that are to fail")

INJECT = os.path.join(os.environ["top_builddir"], "tests", "fault", ".libs",
    "inject.so")
KINDS = ["read", "write", "accept", "open", "epoll_ctl", "eventfd",
    "pthread_create"]
# Allocations that are made to fail, at most: of a start, of connections.
MOST_STARTS = 3000
MOST_TURNS = 60
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
SANITIZERS = ("Sanitizer", "runtime error:")


def surroundings(**fault):
    """Without leaks: a program that ends for lack of memory frees nothing."""
    asan = os.environ.get("ASAN_OPTIONS", "")
    return dict(os.environ, LD_PRELOAD=INJECT, ASAN_OPTIONS=asan +
        ":verify_asan_link_order=0:detect_leaks=0:handle_abort=1",
        **{name.upper(): str(value) for name, value in fault.items()})


def command(pki, backend):
    return [PROGRAM, "s_server", "-accept", "127.0.0.1:0", "-www",
        "-backend", backend, "-cert", pki.ecdsa.cert,
        "-key", pki.ecdsa.key]


def run(words, **fault):
    """One start, up to the first wait: status, and what it said."""
    done = subprocess.run(words, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env=surroundings(fault_stop=1, **fault), timeout=DEADLINE)
    return done.returncode, done.stderr.decode("utf-8", "backslashreplace")


@pytest.fixture
def counts(pki, backend):
    """How often a start makes each call."""
    with tempfile.TemporaryFile() as file:
        done = subprocess.run(command(pki, backend),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            pass_fds=(file.fileno(),), timeout=DEADLINE,
            env=surroundings(fault_stop=1, fault_count=file.fileno()))
        assert done.returncode == 0
        file.seek(0)
        lines = file.read().decode().split("\n")
    return {kind: int(number)
        for kind, number in (line.split() for line in lines if line)}


def crash_site(said):
    """The library that a crash began in; "polytls" for ours."""
    for line in said.partition("crash: ")[2].splitlines()[1:]:
        name = os.path.basename(line.partition("(")[0])
        if name.startswith(("inject.so", "libc.so", "linux-vdso",
            "libpthread")):
            continue
        return "polytls" if name.startswith(("polytls", "lt-polytls",
            "libasan", "libubsan")) else name
    return "polytls"


def judge(status, said, excused, wordless=False):
    """Why this is no good end, or None."""
    if any(mark in said for mark in SANITIZERS):
        return "a sanitizer's report"
    if status == 0:
        return None
    if status < 0:
        site = crash_site(said)
        if -status in (signal.SIGSEGV, signal.SIGABRT) and \
            site != "polytls":
            excused[site] = excused.get(site, 0) + 1
            return None
        return "died of signal %d" % -status
    if status == 127 and "ABORT" in said:
        # ld.so has no memory for a library's thread-local data.
        excused["ld.so"] = excused.get("ld.so", 0) + 1
        return None
    if status not in (1, 2, 3):
        return "status %d" % status
    # libevent has words of its own for what no kernel does.
    if not wordless and "polytls" not in said and "[err]" not in said:
        return "status %d without words" % status
    return None


def records(data):
    """What the interposer reports: number, status, words."""
    at = 0
    while at < len(data):
        end = data.index(b"\n", at)
        _, number, status, length = data[at:end].split()
        at = end + 1 + int(length)
        said = data[end + 1:at].decode("utf-8", "backslashreplace")
        if os.WIFSIGNALED(int(status)):
            yield int(number), -os.WTERMSIG(int(status)), said
        else:
            yield int(number), os.WEXITSTATUS(int(status)), said


def tell(excused):
    for library, number in sorted(excused.items()):
        print("%s crashed by itself %d times" % (library, number))


@pytest.mark.parametrize("kind", KINDS)
def test_starts_or_says_why_not(pki, backend, counts, kind):
    excused, wrong = {}, []
    for number in range(1, counts[kind] + 2):
        status, said = run(command(pki, backend), fault=kind,
            fault_at=number)
        # A word that cannot be written is not said.
        why = judge(status, said, excused, wordless=kind == "write")
        if why:
            wrong.append((number, why, said[-600:]))
    tell(excused)
    assert not excused
    assert not wrong


def test_starts_or_says_that_memory_is_short(pki, backend, counts):
    if not counts["malloc"]:
        pytest.skip("the program has an allocator of its own linked in")
    step = 1 if os.environ.get("POLYTLS_TEST_ALL") else \
        1 + counts["malloc"] // MOST_STARTS
    excused, wrong, numbers = {}, [], []
    with tempfile.TemporaryFile() as file:
        done = subprocess.run(command(pki, backend),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, pass_fds=(file.fileno(),),
            # Events whose state the kernel keeps would be shared.
            env=surroundings(fault="malloc", fault_at="all",
                fault_stop=1, fault_step=step, event_noepoll=1,
                fault_report=file.fileno()))
        assert done.returncode == 0
        file.seek(0)
        data = file.read()
    for number, status, said in records(data):
        numbers.append(number)
        why = judge(status, said, excused)
        if why:
            wrong.append((number, why, said[-600:]))
    tell(excused)
    assert len(numbers) * step >= counts["malloc"] * 9 // 10
    assert not wrong, "%d of %d" % (len(wrong), len(numbers))


# ---- connections ----------------------------------------------------------


class Turns:
    """Servers, one after another, of whose connections every second one
    meets a failure."""

    def __init__(self, pki, backend, kind, step):
        self.pki, self.backend = pki, backend
        self.kind, self.step = kind, step
        self.first = 1
        self.report = tempfile.TemporaryFile()
        self.server = None
        self.excused, self.wrong = {}, []
        self.trust = context(pki)

    def start(self):
        self.report.seek(0)
        self.report.truncate()
        self.turns = 0
        self.server = servers.Server(command(self.pki,
            self.backend)[4:], pass_fds=(self.report.fileno(),),
            env=surroundings(fault=self.kind, fault_first=self.first,
                fault_step=self.step,
                fault_report=self.report.fileno()))

    def ask(self):
        """The page, or what came in its place."""
        try:
            with socket.create_connection(("127.0.0.1",
                self.server.port), 10) as sock, \
                self.trust.wrap_socket(sock,
                    server_hostname="localhost") as peer:
                peer.sendall(REQUEST)
                return read_all(peer)
        except (socket.timeout, TimeoutError):
            return "in vain"
        except (ssl.SSLError, OSError) as error:
            return str(error)

    def fired(self):
        self.report.seek(0)
        return len(self.report.read().splitlines())

    def ended(self):
        """Whether the program is no more; then it has ended well."""
        try:
            status = self.server.process.wait(
                0.2 if self.server.out.ended else 0)
        except subprocess.TimeoutExpired:
            return False
        self.server.finish()
        why = judge(status, self.server.err.text(), self.excused)
        if status == 0:
            why = "ended by itself"
        if why:
            self.wrong.append((self.at(), why,
                self.server.err.text()[-600:]))
        return True

    def at(self):
        return self.first + self.turns * self.step

    def one(self):
        """One connection that meets a failure and one that does not;
        false once there was no such call any more."""
        before = self.fired()
        answer = self.ask()
        fired = self.fired() > before
        if not self.ended_soon(answer):
            if answer == "in vain":
                self.wrong.append((self.at(), "hangs", ""))
            again = self.ask()
            if not (isinstance(again, bytes) and
                b"</html>" in again) and not self.ended_soon(again):
                self.wrong.append((self.at(), "not served: %s" %
                    (again,), self.server.err.text()[-600:]))
        self.turns += 1
        return fired

    def ended_soon(self, answer):
        """A client that was not served may be the first to know."""
        if isinstance(answer, bytes) and b"</html>" in answer.lower():
            return False
        try:
            self.server.process.wait(0.3)
        except subprocess.TimeoutExpired:
            pass
        return self.ended()

    def run(self, most):
        """At most so many turns."""
        tries = 0
        while tries < most:
            self.start()
            with self.server:
                more = True
                while more and tries < most and \
                    self.server.process.poll() is None:
                    more = self.one()
                    tries += 1
                self.first = self.at()
                if self.server.process.poll() is None:
                    if self.server.stop() != 0:
                        self.wrong.append((self.at(),
                            "does not end well", ""))
                    if not more:
                        return tries
        return tries


def count_of_a_connection(pki, backend, kind):
    """How often the call is made for a connection that is not the first,
    and to end the program: more than a connection meets."""
    with tempfile.TemporaryFile() as file:
        with servers.Server(command(pki, backend)[4:],
            pass_fds=(file.fileno(),), env=surroundings(fault=kind,
                fault_first=1 << 30, fault_count=file.fileno())) as server:
            trust = context(pki)
            for number in (1, 2):
                with socket.create_connection(("127.0.0.1", server.port),
                    DEADLINE) as sock, trust.wrap_socket(sock,
                        server_hostname="localhost") as peer:
                    peer.sendall(REQUEST)
                    assert b"</html>" in read_all(peer)
                server.wait("closed", number=number)
            assert server.stop() == 0
        file.seek(0)
        lines = dict(line.split() for line in
            file.read().decode().splitlines())
    return int(lines[kind])


@pytest.mark.parametrize("kind", ["malloc", "read", "write", "open",
    "epoll_ctl", "pthread_create"])
def test_serves_on_after_a_failure(pki, backend, kind):
    number = count_of_a_connection(pki, backend, kind)
    if kind == "malloc" and not number:
        pytest.skip("the program has an allocator of its own linked in")
    step = 1 if kind != "malloc" or os.environ.get("POLYTLS_TEST_ALL") else \
        1 + number // MOST_TURNS
    turns = Turns(pki, backend, kind, step)
    tried = turns.run(2 + number // step)
    tell(turns.excused)
    print("%d calls, %d turns" % (number, tried))
    assert tried > (number // step // 3 if kind == "malloc" else 0)
    assert not turns.wrong
