# start.py - what it costs to start: instructions, and CPU time
# SPDX-License-Identifier: Apache-2.0
"""Starts servers and bare programs (start.c) and says what it took, from exec
to the line that says ACCEPT."""

import os
import re
import shutil
import subprocess

# The options of each mode.
MODES = {"terminal": [], "-www": ["-www"], "-WWW": ["-WWW"]}

# What a start may cost over the bare one.
MOST_INSTRUCTIONS = 20_000_000
MOST_RATIO, MOST_MS = 1.25, 8


def program(path):
    """The program itself, where libtool has put a script in front of it."""
    folder, name = os.path.split(path)
    real = os.path.join(folder, ".libs", name)
    return real if os.path.exists(real) else path


def polytls(path, backend, mode, cert, key):
    return [program(path), "s_server", "-backend", backend, "-accept",
            "127.0.0.1:0", "-cert", cert, "-key", key, *MODES[mode]]


def bare(build, backend, cert, key):
    """The bare program of a library; None where there is none."""
    path = program(os.path.join(build, "bench", f"start-{backend}"))
    return [path, cert, key] if os.path.exists(path) else None


class Started:
    """A process that has said ACCEPT."""

    def __init__(self, command, env=None):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=env)
        for line in self.process.stdout:
            if line.startswith(b"ACCEPT"):
                return
        said = self.process.communicate()[1].decode("latin-1")
        raise RuntimeError(f"{command} did not start: {said}")

    def cpu_ms(self):
        total = 0
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{task}/schedstat",
                      encoding="ascii") as file:
                total += int(file.read().split()[0])
        return total / 1e6

    def end(self):
        """What it said to stderr until its end."""
        self.process.terminate()
        return self.process.communicate()[1].decode("latin-1")


def has_valgrind():
    return shutil.which("valgrind") is not None


def instructions(command, env=None):
    """Instructions in user mode until a process that has said ACCEPT and was
    asked to end has ended."""
    said = Started(["valgrind", "--tool=callgrind",
                    "--callgrind-out-file=/dev/null", *command], env).end()
    found = re.search(r"Collected\s*:\s*(\d+)", said)
    if not found:
        raise RuntimeError(f"valgrind says: {said}")
    return int(found.group(1))


def cpu_ms(command, env=None):
    """CPU time from exec to ACCEPT."""
    there = Started(command, env)
    used = there.cpu_ms()
    there.end()
    return used
