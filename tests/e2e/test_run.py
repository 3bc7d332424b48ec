"""test_run.py - polytls run: a command beside a server for it

SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

import pytest

from clients import need
from servers import DEADLINE, PROGRAM


def run(*words, status=0, **options):
    """What the command's standard output was; its status is checked."""
    done = subprocess.run([PROGRAM, "run"] + [str(word) for word in words],
        stdin=options.pop("stdin", subprocess.DEVNULL),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=2 * DEADLINE, **options)
    assert done.returncode == status, (done.stdout, done.stderr)
    return done


@pytest.fixture
def tmp(tmp_path, monkeypatch):
    """Where the private directory is made: nothing is left in it."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    yield place
    assert list(place.iterdir()) == []


def test_one_line_for_curl(tmp, backend):
    done = run("-backend", backend, "--", need("curl"), "-sS", "-o",
        "{dir}/page", "-w", "%{http_code} %{url}", "--cacert", "{ca}", "{url}")
    assert re.fullmatch(r"200 https://localhost:\d+/", done.stdout)
    assert done.stderr == ""


def test_one_line_for_s_client(tmp, backend):
    done = run("-backend", backend, "-expect", "version=1.2", "--",
        need("openssl"), "s_client", "-tls1_2", "-verify_return_error",
        "-CAfile", "{ca}", "-connect", "{address}:{port}",
        "-verify_hostname", "{host}")
    assert "Verify return code: 0 (ok)" in done.stdout


def test_one_line_for_gnutls_cli(tmp, backend):
    done = run("-backend", backend, "-expect", "sni=localhost", "--",
        need("gnutls-cli"), "--x509cafile", "{ca}", "-p", "{port}", "{host}")
    assert "The certificate is trusted." in done.stdout


def test_one_line_for_python(tmp, backend):
    done = run("-backend", backend, "-expect", "sni=localhost connections=1",
        "-trust", "--", sys.executable, "-c", "import urllib.request, os\n"
        "print(urllib.request.urlopen(os.environ['POLYTLS_URL']).status)")
    assert done.stdout == "200\n"


def test_an_expectation_that_fails_is_the_verdict(tmp, backend):
    done = run("-backend", backend, "-expect", "sni=a", "-trust",
        "--", need("curl"), "-sS", "-o", "{dir}/page", "{url}", status=1)
    assert done.stderr == "conn 1: sni: expected a, seen localhost\n"
