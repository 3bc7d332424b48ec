"""test_clients.py - programs that people connect with, on every backend

SPDX-License-Identifier: Apache-2.0
"""
import re
import shutil
import subprocess

import pytest

from clients import DEADLINE, call, need, plain
from servers import PROGRAM

# How each is told which version to speak.
CURL = {"tls1_2": ["--tlsv1.2", "--tls-max", "1.2"],
    "tls1_3": ["--tlsv1.3"]}
WGET = {"tls1_2": "TLSv1_2", "tls1_3": "TLSv1_3"}
GNUTLS = {"tls1_2": "NORMAL:-VERS-ALL:+VERS-TLS1.2",
    "tls1_3": "NORMAL:-VERS-ALL:+VERS-TLS1.3"}
NAMES = {"tls1_2": "TLSv1.2", "tls1_3": "TLSv1.3"}


@pytest.fixture
def page(server, backend, version):
    return server("-www")


def served(there, version):
    """The server saw this version and a whole request."""
    event = there.wait("handshake", conn=1)
    assert event["facts"]["version"]["name"] == NAMES[version]
    there.wait("request", conn=1, status=200)


def test_serves_curl(page, pki, version):
    said = call(need("curl"), "-sS", "--cacert", pki.ca.cert,
        *CURL[version], "https://localhost:%d/" % page.port)
    assert said.lstrip().lower().startswith("<!doctype html")
    served(page, version)


def test_serves_curl_with_http_1_0(page, pki, version):
    said = call(need("curl"), "-sS", "-0", "-i", "--cacert", pki.ca.cert,
        *CURL[version], "https://localhost:%d/" % page.port)
    assert said.splitlines()[0] == "HTTP/1.0 200 ok"


def test_answers_curls_upload(page, pki, version, tmp_path):
    """curl waits for "100 Continue" first; a final answer is as good."""
    (tmp_path / "body").write_bytes(bytes(2 << 20))
    said = call(need("curl"), "-sS", "-o", "/dev/null", "-w",
        "%{http_code}", "--http1.1", "--cacert", pki.ca.cert,
        "-T", tmp_path / "body", *CURL[version],
        "https://localhost:%d/" % page.port)
    assert said in ("405", "413")


def test_serves_curl_several_times_in_a_connection(server, pki, backend,
    version):
    there = server("-www", "-keep_alive")
    call(need("curl"), "-sS", "--cacert", pki.ca.cert, *CURL[version],
        *["https://localhost:%d/%d" % (there.port, n) for n in range(5)])
    there.wait("request", number=5, conn=1)
    assert len(there.events("accepted")) == 1


def test_serves_openssl_s_client(page, pki, version):
    said = call(need("openssl"), "s_client", "-CAfile", pki.ca.cert,
        "-verify_return_error", "-ign_eof", "-connect",
        "localhost:%d" % page.port, "-" + version,
        text=b"GET / HTTP/1.0\r\n\r\n")
    assert "Verify return code: 0 (ok)" in said
    assert "HTTP/1.0 200 ok" in said
    served(page, version)


def test_serves_gnutls_cli(page, pki, version):
    said = call(need("gnutls-cli"), "--x509cafile", pki.ca.cert,
        "--priority", GNUTLS[version], "-p", page.port, "localhost",
        text=b"GET / HTTP/1.0\r\n\r\n")
    assert "The certificate is trusted" in said
    assert "HTTP/1.0 200 ok" in said
    served(page, version)


def test_serves_wget(page, pki, version):
    said = call(need("wget"), "-nv", "-O", "-", "--no-hsts", "--no-proxy",
        "--ca-certificate", pki.ca.cert,
        "--secure-protocol", WGET[version],
        "https://localhost:%d/" % page.port)
    assert "<html" in said
    there = page.wait("request", conn=1, status=200)
    assert there["method"] == "GET"


def browser():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return shutil.which(name)
    return need("chromium")


def test_shows_itself_in_a_browser(page, pki, version, tmp_path):
    done = subprocess.run([browser(), "--headless=new", "--no-sandbox",
        "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions",
        "--disable-background-networking", "--no-first-run",
        "--disable-quic", "--ignore-certificate-errors",
        "--ssl-version-max=" + version.replace("_", "."),
        "--user-data-dir=%s" % (tmp_path / "profile"), "--dump-dom",
        "https://localhost:%d/" % page.port],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=4 * DEADLINE)
    dom = done.stdout.decode("utf-8", "replace")
    assert NAMES[version] in dom, done.stderr.decode("utf-8", "replace")
    page.wait("request", status=200, target="/")


def test_serves_a_renegotiating_client(server, pki, backend):
    """openssl's R: told no, and served all the same or refused cleanly."""
    there = server("-www")
    said = call(need("openssl"), "s_client", "-CAfile", pki.ca.cert,
        "-connect", "localhost:%d" % there.port, "-tls1_2",
        text=b"R\n", status=None)
    assert "CONNECTED" in said
    there.wait("closed", conn=1)
    assert not [one for one in there.events("handshake") if one["again"]]


def test_outlives_a_scan(server, pki, backend):
    """nmap's ciphers script tries all there is."""
    there = server("-www")
    call(need("nmap"), "-Pn", "-n", "--script", "ssl-enum-ciphers",
        "-p", there.port, "127.0.0.1")
    with plain(there):
        there.wait("accepted", number=2)


def test_says_its_name():
    said = call(PROGRAM, "version")
    assert re.match(r"polytls \d+\.\d+", said)
