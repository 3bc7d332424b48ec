"""test_reload.py - SIGHUP: files are read again, for new connections

SPDX-License-Identifier: Apache-2.0
"""
import os
import pty
import shutil
import signal
import ssl
import subprocess
import threading
import time

import pytest

from clients import connect, context, read_response
from pki import Pair, openssl
from servers import DEADLINE, PROGRAM, is_instrumented


@pytest.fixture
def files(pki, tmp_path):
    """A certificate and its key where the test may change them."""
    class Files:
        cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"

        def put(self, identity):
            shutil.copy(identity.cert, self.cert)
            shutil.copy(identity.key, self.key)

    made = Files()
    made.put(pki.ecdsa)
    return made


def seen(there, pki, **options):
    """The certificate that a new client is given."""
    with connect(there, pki, **options) as peer:
        return peer.getpeercert(True)


def der(identity):
    with open(identity.cert) as file:
        text = file.read()
    end = "-----END CERTIFICATE-----"
    return ssl.PEM_cert_to_DER_cert(text[:text.index(end)] + end + "\n")


def again(there, number=1):
    """Asks it to read its files; what it says to that."""
    there.signal(signal.SIGHUP)
    return there.wait("reloaded", number=number)["error"]


# ---- what is read again -----------------------------------------------------


@pytest.mark.parametrize("workers", ["1", "3"])
def test_new_clients_get_the_new_certificate(server, pki, files, backend,
    workers):
    there = server("-www", "-keep_alive", "-workers", workers, certs=files)
    with connect(there, pki) as early:
        assert seen(there, pki) == der(pki.ecdsa)
        files.put(pki.rsa)
        assert again(there) is None
        # Every worker has it, and who was there stays.
        for _ in range(8):
            assert seen(there, pki) == der(pki.rsa)
        early.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_response(early).status == 200
        assert early.getpeercert(True) == der(pki.ecdsa)
    assert "SIGHUP: new connections" in there.err.text()


@pytest.mark.parametrize("broken", ["gone", "garbage", "mismatch"])
def test_a_bad_file_changes_nothing(server, pki, files, backend, broken):
    there = server("-www", "-workers", "2", certs=files)
    if broken == "gone":
        files.key.unlink()
    elif broken == "garbage":
        files.key.write_text("no key\n")
    else:
        shutil.copy(pki.rsa.cert, files.cert)
    error = again(there)
    assert error["blame"] == "config"
    # A pair is wrong together; otherwise the file is named.
    assert str(files.key) in error["text"]
    for _ in range(4):
        assert seen(there, pki) == der(pki.ecdsa)
    assert "SIGHUP: nothing was changed: " in there.err.text()
    files.put(pki.rsa)
    assert again(there, 2) is None
    assert seen(there, pki) == der(pki.rsa)


def test_the_certificates_of_names(server, pki, files, backend):
    there = server("-www", "-servername", "other.example", "-cert2",
        files.cert, "-key2", files.key)
    made = context(pki)
    made.check_hostname = False
    assert seen(there, pki, context=made, name="other.example") == \
        der(pki.ecdsa)
    files.put(pki.rsa)
    assert again(there) is None
    assert seen(there, pki, context=made, name="other.example") == \
        der(pki.rsa)
    assert seen(there, pki) == der(pki.ecdsa)


@pytest.mark.parametrize("words", [[], ["-no_ticket"]],
    ids=["ticket", "session"])
def test_a_client_that_is_not_trusted_any_more(server, pki, tmp_path, backend,
    words):
    """Not even with the ticket or the session that it got before."""
    roots = tmp_path / "roots.pem"
    shutil.copy(pki.ca.cert, roots)
    there = server("-www", "-Verify", "1", "-verify_return_error", "-CAfile",
        roots, *words)
    made = context(pki, "tls1_2", cert=pki.client)
    with connect(there, pki, context=made) as peer:
        session = peer.session
    with connect(there, pki, context=made, session=session) as peer:
        assert peer.session_reused
    shutil.copy(pki.stranger.cert, roots)
    assert again(there) is None
    with pytest.raises((ssl.SSLError, ConnectionError)):
        connect(there, pki, context=made, session=session).recv(1)
    there.wait("failed")


def test_what_is_new_is_remarked_on(server, pki, files, backend, tmp_path):
    """Once, and not what was said at the start."""
    weak = Pair(str(tmp_path / "weak.pem"), str(tmp_path / "weak.key"))
    openssl("req", "-x509", "-newkey", "rsa:1024", "-nodes", "-subj",
        "/CN=localhost", "-keyout", weak.key, "-out", weak.cert)
    there = server("-www", "-cert", files.cert, "-key", files.key,
        certs=False)

    def remarks():
        return [event["text"] for event in there.events("note")
            if "1024 bits: weak" in event["text"]]

    files.put(weak)
    assert again(there) is None
    assert len(remarks()) == 1
    assert again(there, 2) is None
    assert len(remarks()) == 1
    files.put(pki.ecdsa)
    assert again(there, 3) is None
    files.put(weak)
    assert again(there, 4) is None
    assert len(remarks()) == 2


def test_a_made_certificate_is_kept(server, pki, tmp_path, backend):
    there = server("-www", certs=False, cwd=tmp_path)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    first = seen(there, pki, context=made)
    assert again(there) is None
    assert seen(there, pki, context=made) == first


@pytest.mark.needs("key_encrypted")
def test_a_pass_phrase_is_not_asked_for_twice(server, pki, tmp_path,
    backend):
    """It came by a descriptor, which has been read."""
    here, there_end = os.pipe()
    os.write(there_end, b"secret\n")
    os.close(there_end)
    key = tmp_path / "key.pem"
    openssl("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", pki.ecdsa.key,
        "-passout", "pass:secret", "-out", str(key))
    there = server("-www", "-pass", "fd:%d" % here,
        certs=Pair(pki.ecdsa.cert, key), pass_fds=(here,))
    os.close(here)
    before = seen(there, pki)
    assert again(there) is None
    assert seen(there, pki) == before


# ---- again and again --------------------------------------------------------


def memory(process):
    """KiB in use."""
    with open("/proc/%d/status" % process.pid) as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])


class Quiet:
    """A server without events: those of so many clients nobody can read."""

    def __init__(self, words, directory):
        self.said = directory / "said"
        with open(self.said, "w") as said:
            self.process = subprocess.Popen([PROGRAM, "s_server", "-accept",
                "127.0.0.1:0", *words], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=said, text=True)
        for line in self.process.stdout:
            if line.startswith("ACCEPT"):
                break
        self.port = int(line.rsplit(":", 1)[1])

    def reload(self, number):
        """For the time of that number."""
        self.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + DEADLINE
        while self.said.read_text().count("SIGHUP: new") < number:
            assert time.monotonic() < end, self.said.read_text()

    def end(self):
        self.process.terminate()
        self.process.communicate(timeout=DEADLINE)
        return self.process.returncode


def test_a_hundred_times_under_load(pki, files, backend, tmp_path):
    there = Quiet(["-www", "-workers", "2", "-backend", backend, "-cert",
        files.cert, "-key", files.key], tmp_path)
    made = context(pki)
    stop, failures, done = threading.Event(), [], []

    def visit():
        while not stop.is_set():
            try:
                seen(there, pki, context=made)
                done.append(1)
            except Exception as error:
                failures.append(error)
                return

    visitors = [threading.Thread(target=visit) for _ in range(2)]
    for one in visitors:
        one.start()
    try:
        for number in range(1, 101):
            files.put(pki.rsa if number % 2 else pki.ecdsa)
            there.reload(number)
            if number == 20:
                early = memory(there.process)
        late = memory(there.process)
        descriptors = len(os.listdir("/proc/%d/fd" % there.process.pid))
    finally:
        stop.set()
        for one in visitors:
            one.join()
        status = there.end()
    assert not failures and status == 0
    assert len(done) > 2
    assert descriptors < 60
    # A sanitizer holds back 256 MiB of what was freed.
    assert late - early < 4096 + (256 << 10) * is_instrumented()


# ---- what SIGHUP meant ------------------------------------------------------


def test_strict_dies_of_it(server, pki):
    there = server("-www", "-strict_s_server", backend="openssl")
    there.signal(signal.SIGHUP)
    assert there.finish() == -signal.SIGHUP


def test_ends_with_its_terminal(server, pki):
    ours, theirs = pty.openpty()
    there = server("-www", stdin=theirs, backend="openssl")
    os.close(theirs)
    assert again(there) is None
    os.close(ours)
    there.signal(signal.SIGHUP)
    assert there.finish() == 0
    assert there.events("stop")
