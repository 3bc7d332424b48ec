"""polytls.py - a pytest fixture: a TLS server for a test, and its verdict

SPDX-License-Identifier: Apache-2.0

    def test_my_client(polytls):
        server = polytls("-expect", "version=1.3 close=clean")
        my_client.get(server.url, ca=server.ca)

The words are options of polytls run(1).  The server is there when the call
returns, and ends with the test, which fails if an expectation did; where the
library cannot do what an option asks for, the test is skipped with the reason.
"""
import json
import os
import subprocess

import pytest

PROGRAM = os.environ.get("POLYTLS", "polytls")
# Shows what it is given, and ends when its standard input does.
COMMAND = ["sh", "-c", 'for name in url host address port ca cert client_cert '
    'client_key backend dir; do shift; echo "$name=$1"; done; echo; exec cat',
    "sh", "polytls", "{url}", "{host}", "{address}", "{port}", "{ca}",
    "{cert}", "{client_cert}", "{client_key}", "{backend}", "{dir}"]


def backends():
    """The names of all libraries, for pytest.mark.parametrize."""
    names = subprocess.run([PROGRAM, "backends", "-names"], check=True,
        stdout=subprocess.PIPE, text=True).stdout.split()
    return [name for name in names if name != "null"]


class Server:
    """Has url, host, address, port, ca, cert, client_cert, client_key,
    backend and dir, as strings."""

    def __init__(self, words, events):
        self.file, self.ended = str(events), False
        self.process = subprocess.Popen([PROGRAM, "run", "-json", self.file]
            + [str(word) for word in words] + ["--"] + COMMAND, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        for line in iter(self.process.stdout.readline, "\n"):
            if not line:
                self.end()
            name, value = line.rstrip("\n").split("=", 1)
            setattr(self, name, value)

    @property
    def events(self):
        """What happened so far: the lines of -json."""
        with open(self.file) as lines:
            return [json.loads(line) for line in lines
                if line.endswith("\n")]

    def end(self):
        """Ends it; fails with its own words unless all was as expected."""
        if not self.ended:
            self.ended = True
            said = self.process.communicate()[1].strip()
            if self.process.returncode == 3:
                pytest.skip(said)
            if self.process.returncode:
                pytest.fail(said or "polytls run ended with status %d" %
                    self.process.returncode, pytrace=False)


@pytest.fixture
def polytls(tmp_path):
    """Starts servers: polytls(OPTION...)."""
    servers = []

    def start(*words):
        servers.append(Server(words, tmp_path / ("polytls-%d.json" %
            len(servers))))
        return servers[-1]

    yield start
    for server in servers:
        server.end()
