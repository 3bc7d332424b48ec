"""conftest.py - what every test is given: a server, certificates, backends

SPDX-License-Identifier: Apache-2.0

A test that names `backend` runs once for each backend that loads; one that
names `version` too, once for each version of TLS 1.2 and 1.3.  What a
backend cannot is asked of the program: `needs(feature)` skips with the
program's own reason.
"""
import json
import os
import shutil

import pytest

pytest.register_assert_rewrite("every", "every_more")

import servers
from pki import Pki, openssl

SERVERS = pytest.StashKey()


def ask():
    """What `polytls backends -json` says; the null backend is no TLS.  One
    that does not load is none to leave out."""
    done = servers.run("backends", "-json")
    found = json.loads(done.stdout)["backends"]
    broken = [one["error"] for one in found if not one["loads"]]
    names = {one["name"] for one in found} - {"null"}
    if broken or not names:
        raise RuntimeError("no backend to test: %s" % broken)
    return {one["name"]: one for one in found if one["name"] in names}


BACKENDS = ask()


def pytest_configure(config):
    config.addinivalue_line("markers",
        "needs(feature...): skip backends that cannot")


def pytest_generate_tests(metafunc):
    if "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", sorted(BACKENDS))
    if "version" in metafunc.fixturenames and not any(
        "version" in mark.args[0]
        for mark in metafunc.definition.iter_markers("parametrize")):
        metafunc.parametrize("version", ["tls1_2", "tls1_3"])


def reason_against(backend, feature):
    """Why `backend` cannot; None if it can."""
    answer = BACKENDS[backend]["features"][feature]
    return "%s: %s" % (backend, answer["note"]) \
        if answer["support"] == "none" else None


def in_full(backend, feature):
    """Whether `backend` can do all of it, as its page of answers has it."""
    return BACKENDS[backend]["features"][feature]["support"] == "full"


@pytest.fixture(autouse=True)
def earned_skips(request):
    if "backend" not in request.fixturenames:
        return
    backend = request.getfixturevalue("backend")
    features = [feature
        for mark in request.node.iter_markers("needs")
        for feature in mark.args]
    if "version" in request.fixturenames:
        features.append(request.getfixturevalue("version"))
    for feature in features:
        reason = reason_against(backend, feature)
        if reason:
            pytest.skip(reason)


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def locked(pki):
    """The ECDSA key under the pass phrase "hush-hush"."""
    path = pki.path("locked.key")
    if not os.path.exists(path):
        openssl("pkcs8", "-topk8", "-v2", "des3", "-passout",
            "pass:hush-hush", "-in", pki.ecdsa.key, "-out", path)
    return path


@pytest.fixture
def server(request, pki):
    """Starts servers: server("-www"); with the RSA and the ECDSA
    certificate, and the backend of the test, unless told otherwise."""
    started = request.node.stash.setdefault(SERVERS, [])

    def start(*args, certs=True, backend=None, **options):
        words = list(args)
        if backend is None and "backend" in request.fixturenames:
            backend = request.getfixturevalue("backend")
        if backend:
            words += ["-backend", backend]
        if certs is True:
            words += ["-cert", pki.ecdsa.cert,
                "-key", pki.ecdsa.key]
        elif certs:
            words += ["-cert", certs.cert, "-key", certs.key]
        ready = options.pop("ready", True)
        made = servers.Server(words, ready=False, **options)
        started.append(made)
        if ready:
            event = made.wait("listening")
            made.host, made.port = event["host"], event["port"]
        return made

    yield start
    try:
        for one in started:
            one.end()
    finally:
        for one in started:
            one.kill()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.failed:
        for one in item.stash.get(SERVERS, []):
            report.sections += one.report()


def forget_surroundings():
    """Nothing of the user's own configuration counts."""
    for name in ("SSLKEYLOGFILE", "SSL_CERT_FILE", "OPENSSL_CONF",
        "GNUTLS_SYSTEM_PRIORITY_FILE", "http_proxy", "https_proxy",
        "HTTPS_PROXY", "HTTP_PROXY"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session", autouse=True)
def quiet_surroundings():
    forget_surroundings()
