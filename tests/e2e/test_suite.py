"""test_suite.py - a suite made for openssl s_server, with polytls in its place

SPDX-License-Identifier: Apache-2.0

suite.sh is played as it is with the real program, and with contrib/openssl on
each backend: the verdicts are equal, but for what the backend says it lacks.
"""
import functools
import os
import subprocess

import pytest

from clients import call, need
from conftest import reason_against
from servers import DEADLINE, PROGRAM

HERE = os.path.dirname(os.path.abspath(__file__))
SUITE = os.path.join(HERE, "suite.sh")
SCRIPT = os.path.join(os.environ["top_srcdir"], "contrib", "openssl")

# Name -> what the case needs: features, or options that are features too.
CASES = {name: needs.split() for name, needs, _ in
    (line.split("|") for line in subprocess.run([SUITE, "-list"],
        stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines())}


def write(path, *sources):
    path.write_text("".join(open(source).read() for source in sources))


@pytest.fixture(scope="module")
def place(pki, tmp_path_factory):
    """Where the suite is played: its certificates and files."""
    path = tmp_path_factory.mktemp("suite")
    for name in ("rsa", "ecdsa", "client", "stranger"):
        pair = getattr(pki, name)
        write(path / (name + ".pem"), pair.cert, pair.key)
    write(path / "ca.pem", pki.ca.cert)
    (path / "page.html").write_text("HTTP/1.0 299 mine\r\n\r\nbody\n")
    # RFC 7919, A.1, by its name: nothing to compute
    call(need("openssl"), "genpkey", "-genparam", "-algorithm", "DH",
        "-pkeyopt", "group:ffdhe2048", "-out", str(path / "dh.pem"))
    return path


def play(place, name, **env):
    done = subprocess.run(["sh", SUITE, name], cwd=place,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, timeout=2 * DEADLINE,
        env=dict(os.environ, REAL=need("openssl"), **env))
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


@pytest.fixture(scope="module")
def reference(place):
    """The verdict of the real program, found once for all backends."""
    return functools.lru_cache(None)(
        lambda name: play(place, name, OPENSSL=need("openssl"))[0])


def lacks(backend, needs):
    """The reason of the backend for not doing what a case needs."""
    for name in needs:
        reason = reason_against(backend, FEATURES.get(name, name))
        if reason:
            return reason
    return None


# The features behind the options that a case needs.
FEATURES = {"dhparam": "dh_parameters", "serverpref": "server_preference",
    "sigalgs": "signatures", "dcert": "identities",
    "verify": "client_certificate", "state": "states", "msg": "messages"}


def test_has_many_cases():
    assert len(CASES) >= 50


@pytest.mark.parametrize("name", sorted(CASES))
def test_gives_the_same_verdict(place, reference, backend, name):
    verdict, said = play(place, name, OPENSSL=SCRIPT, POLYTLS=PROGRAM,
        POLYTLS_OPTIONS="-strict_s_server -backend " + backend)
    if verdict == reference(name):
        return
    reason = lacks(backend, CASES[name])
    assert reason, "%s: %r, and with openssl %r\n%s" % (name, verdict,
        reference(name), said)
    assert verdict == "refused\n" or name == "npn", said
    pytest.skip(reason)
