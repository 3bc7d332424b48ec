"""test_pytest.py - contrib/pytest: the fixture in a suite of somebody else's

SPDX-License-Identifier: Apache-2.0
"""
import os
import re
import subprocess
import sys

import pytest

from clients import need
from conftest import BACKENDS
from servers import DEADLINE, PROGRAM

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
    "contrib", "pytest")
PRELUDE = """
import ssl, urllib.request, pytest
import polytls as tls

def get(server, **options):
    made = ssl.create_default_context(cafile=server.ca)
    for name, value in options.items():
        setattr(made, name, value)
    return urllib.request.urlopen(server.url, context=made).status

TLS1_2 = ssl.TLSVersion.TLSv1_2
"""


@pytest.fixture
def suite(tmp_path):
    """Runs the tests in a text; what pytest said."""
    def play(text, status=0):
        (tmp_path / "conftest.py").write_text('pytest_plugins = ["polytls"]\n')
        (tmp_path / "test_it.py").write_text(PRELUDE + text)
        done = subprocess.run([sys.executable, "-m", "pytest", "-rs", "-p",
            "no:cacheprovider", "-q", "test_it.py"], cwd=tmp_path, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=4 * DEADLINE,
            env=dict(os.environ, PYTHONPATH=os.path.abspath(HERE),
            POLYTLS=os.path.abspath(PROGRAM), TMPDIR=str(tmp_path),
            PYTHONDONTWRITEBYTECODE="1"))
        assert done.returncode == status, done.stdout
        # Nothing of a server is left.
        assert not [name for name in os.listdir(tmp_path)
            if name.startswith("polytls-run-")]
        return done.stdout
    return play


def test_passes(suite):
    said = suite("""
def test_it(polytls):
    server = polytls("-expect", "sni=localhost connections=1")
    assert get(server) == 200
    assert server.url == "https://%s:%s/" % (server.host, server.port)
    assert open(server.ca).read().startswith("-----BEGIN CERTIFICATE")

def test_another(polytls):
    first, second = polytls(), polytls("-tls1_2", "-expect", "version=1.2")
    assert get(first) == get(second) == 200
    second.end()
    assert "handshake" in [event["event"] for event in second.events]
""")
    assert "2 passed" in said


def test_fails_when_an_expectation_does(suite):
    said = suite("""
def test_it(polytls):
    get(polytls("-expect", "version=1.3 sni=a"), maximum_version=TLS1_2)

def test_late(polytls):
    polytls("-expect", "sni=localhost")
""", status=1)
    assert "conn 1: version: expected 1.3, seen TLSv1.2" in said
    assert "conn 1: sni: expected a, seen localhost" in said
    assert "connections: expected 1-, seen 0" in said
    assert "2 errors" in said


def test_fails_when_it_does_not_start(suite):
    said = suite("""
def test_it(polytls):
    polytls("-exepct", "version=1.3")
""", status=1)
    assert "unknown option -exepct: did you mean -expect?" in said


def test_skips_what_a_library_cannot(suite):
    said = suite("""
def test_it(polytls):
    polytls("-ssl3")
""")
    assert "1 skipped" in said and re.search("SKIPPED.*-ssl3", said)


def test_each_backend(suite):
    said = suite("""
@pytest.mark.parametrize("backend", tls.backends())
def test_it(polytls, backend):
    server = polytls("-backend", backend, "-expect", "backend=" + backend)
    assert get(server) == 200
""")
    assert "%d passed" % len(BACKENDS) in said


def test_what_the_page_says(suite):
    """The example of the module's own first lines, with curl."""
    need("curl")
    suite("""
import subprocess

def test_it(polytls):
    server = polytls("-expect", "client_cert=valid", "-Verify", "1")
    subprocess.run(["curl", "-sS", "-o", "/dev/null", "--cacert", server.ca,
        "--cert", server.client_cert, "--key", server.client_key, server.url],
        check=True)
""")
