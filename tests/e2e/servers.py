"""servers.py - starting the program, and hearing what it does

SPDX-License-Identifier: Apache-2.0

    with Server(["-www", "-backend", "gnutls"]) as server:
        fetch(server.port)
        server.wait("closed", conn=1)

Nothing sleeps and nothing assumes a port: the program listens on port 0 and
tells by events, over a pipe of its own, what happens; a wait ends when the
event comes, when the program ends, or with the deadline.
"""
import json
import os
import select
import signal
import subprocess
import threading
import time

import schema

PROGRAM = os.environ.get("POLYTLS", "polytls")
# Seconds; instrumented builds on busy machines are slow.
DEADLINE = float(os.environ.get("POLYTLS_TEST_DEADLINE", "30"))


def is_instrumented():
    """Whether the program watches itself: then it needs more, and a sanitizer
    stands before the C library."""
    folder, name = os.path.split(PROGRAM)
    # libtool may have put a script in front of it.
    real = os.path.join(folder, ".libs", name)
    symbols = subprocess.run(["nm", real if os.path.exists(real) else
        PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True).stdout
    return any(mark in symbols
        for mark in ("__asan_", "__tsan_", "__ubsan_", "__gcov_"))


class Died(AssertionError):
    pass


class Pipe:
    """Reads a descriptor to its end, in a thread of its own."""

    def __init__(self, fd, changed):
        self.fd = fd
        self.data = b""
        self.ended = False
        self.changed = changed
        self.poll = select.poll()
        self.poll.register(fd, select.POLLIN)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        waiting = select.poll()
        waiting.register(self.fd, select.POLLIN)
        while not self.ended:
            waiting.poll()
            with self.changed:
                self.take()
                self.changed.notify_all()
        os.close(self.fd)

    def take(self):
        """What is there by now; for who has the lock."""
        while not self.ended and self.poll.poll(0):
            try:
                piece = os.read(self.fd, 65536)
            except OSError:		# a terminal whose end is gone
                piece = b""
            self.data += piece
            self.ended = not piece

    def text(self):
        return self.data.decode("utf-8", "backslashreplace")


class Server:
    """polytls s_server; `stdin` is a descriptor, or None: /dev/null, or
    "pipe": written to with `type`.  `accept` None: not said."""

    def __init__(self, args=(), stdin=None, ready=True, env=None,
        pass_fds=(), accept="127.0.0.1:0", cwd=None):
        self.changed = threading.Condition()
        self.args = [str(arg) for arg in args]
        there, here = os.pipe()
        self.command = [PROGRAM, "s_server"] + \
            (["-accept", accept] if accept else []) + \
            ["-json", "fd:%d" % here] + self.args
        self.process = subprocess.Popen(self.command,
            stdin=subprocess.PIPE if stdin == "pipe" else
            subprocess.DEVNULL if stdin is None else stdin,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            pass_fds=(here,) + tuple(pass_fds), cwd=cwd,
            env=dict(os.environ, **(env or {})))
        os.close(here)
        self.lines = Pipe(there, self.changed)
        self.out = Pipe(os.dup(self.process.stdout.fileno()),
            self.changed)
        self.err = Pipe(os.dup(self.process.stderr.fileno()),
            self.changed)
        self.process.stdout.close()
        self.process.stderr.close()
        self.host, self.port = None, None
        if ready:
            event = self.wait("listening")
            self.host, self.port = event["host"], event["port"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def events(self, kind=None, **fields):
        """All so far of this kind with these fields."""
        whole = self.lines.data[:self.lines.data.rfind(b"\n") + 1]
        events = [json.loads(line) for line in whole.splitlines()]
        return [event for event in events
            if (kind is None or event["event"] == kind) and
            all(event.get(name) == value
            for name, value in fields.items())]

    def until(self, look, what):
        """What `look` returns, once it is true."""
        end = time.monotonic() + DEADLINE
        with self.changed:
            while True:
                ended = self.lines.ended
                found = look()
                if found:
                    # It says in words first what it tells by events.
                    self.out.take()
                    self.err.take()
                    return found
                if ended:
                    raise Died("the program ended before "
                        + what)
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError("in vain: "
                        + what)
                self.changed.wait(left)

    def wait(self, kind, number=1, **fields):
        """The event number `number` of its kind with these fields."""
        def look():
            found = self.events(kind, **fields)
            return found[number - 1] if len(found) >= number \
                else None
        return self.until(look, "event %s %s" % (kind, fields))

    def type(self, data):
        """Writes to standard input; one read of the program's, since
        it is small and the last was taken."""
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def hang_up(self):
        self.process.stdin.close()

    def signal(self, number):
        self.process.send_signal(number)

    def finish(self):
        """The exit status, once the program has ended and all that it
        said is read."""
        status = self.process.wait(DEADLINE)
        for pipe in (self.lines, self.out, self.err):
            pipe.thread.join(DEADLINE)
        schema.check(self.lines.data)
        return status

    def stop(self):
        """Asks it to end, and waits."""
        self.process.terminate()
        return self.finish()

    def end(self):
        """Whatever a test did to it, it ends when asked, and well."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("it did not end when asked")
            self.finish()
            # As the reference it dies of the signal.
            expected = -signal.SIGTERM \
                if "-strict_s_server" in self.args else 0
            assert self.process.returncode == expected, \
                "it ended with %d" % self.process.returncode
        self.kill()
        for words in ("Sanitizer:", "runtime error:"):
            assert words not in self.err.text()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.finish()
        if self.process.stdin:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass

    def report(self):
        """For whoever wants to know why a test failed."""
        return [
            ("command", " ".join(self.command)),
            ("status", str(self.process.poll())),
            ("standard output", self.out.text()),
            ("standard error", self.err.text()),
            ("events", self.lines.text()),
        ]


def run(*args, stdin=subprocess.DEVNULL, env=None, cwd=None):
    """Runs the program to its end."""
    done = subprocess.run([PROGRAM] + [str(arg) for arg in args],
        stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        timeout=DEADLINE, cwd=cwd, text=True,
        env=dict(os.environ, **(env or {})))
    if "s_server" in args:
        schema.check(done.stdout.encode())
    return done
