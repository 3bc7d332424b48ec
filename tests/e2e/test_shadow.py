"""test_shadow.py - -shadow: what the other backends would have answered

SPDX-License-Identifier: Apache-2.0

The proof: what a column says is what the same client gets when it connects
to a server of that backend, with the same options.
"""
import json
import os
import re
import ssl
import subprocess

import pytest

from clients import call, connect, fetch, need, plain, read_all
from conftest import BACKENDS
from flights import Flight
from servers import DEADLINE, run

NAMES = sorted(BACKENDS)
OLD = "ALL:@SECLEVEL=0"


def columns(there, number=1):
    """The columns of a connection's table, by backend and view."""
    event = there.wait("shadow", conn=number)
    assert event["dropped"] == 0
    return {(one["backend"], one["native"]): one
        for one in event["columns"]}


def number(value):
    return value and value["number"]


def numbers(values):
    return values if values is None else [one["number"] for one in values]


# ---- columns beside connections -------------------------------------------

# Options of the server, and those of openssl s_client.
CASES = {
    "plain": ([], []),
    "tls1_2": ([], ["-tls1_2"]),
    "rsa": ([], ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"]),
    "rsa_key_exchange": ([], ["-tls1_2", "-cipher", "AES128-SHA"]),
    "dhe": ([], ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"]),
    "order": (["-serverpref", "-cipher",
        "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256"],
        ["-tls1_2"]),
    "ciphersuites": (["-ciphersuites",
        "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"], []),
    "alpn": (["-alpn", "http/1.1,foo"], ["-alpn", "foo,http/1.1"]),
    "alpn_tls1_2": (["-alpn", "foo"], ["-alpn", "foo", "-tls1_2"]),
    "alpn_refused": (["-alpn", "foo"], ["-alpn", "bar"]),
    "retry": (["-groups", "P-384"], ["-groups", "X25519:P-384"]),
    "groups_tls1_2": (["-groups", "P-384:P-256"],
        ["-groups", "P-256:P-384", "-tls1_2"]),
    "no_group": (["-groups", "P-384"], ["-groups", "P-256"]),
    "sigalgs": ([], ["-sigalgs", "RSA-PSS+SHA384:RSA-PSS+SHA256"]),
    "sigalgs_tls1_2": (["-sigalgs", "RSA+SHA512:ECDSA+SHA512"],
        ["-tls1_2"]),
    "no_ticket": (["-no_ticket"], ["-tls1_2"]),
    "no_ticket_wanted": ([], ["-no_ticket", "-tls1_2"]),
    "psk": (["-psk", "aabbccdd", "-cipher", "PSK-AES128-GCM-SHA256"],
        ["-tls1_2", "-psk", "aabbccdd", "-cipher", "PSK"]),
    "no_common_suite": (["-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"]),
    "no_common_version": (["-tls1_2"], ["-tls1_3"]),
    "tls1": (["-tls1"], ["-tls1", "-cipher", OLD]),
    "verify": (["-verify", "1", "-CAfile", "{ca}"], []),
    "verify_tls1_2": (["-verify", "1", "-CAfile", "{ca}"], ["-tls1_2"]),
    "client_sigalgs": (["-verify", "1", "-CAfile", "{ca}",
        "-client_sigalgs", "ECDSA+SHA256:RSA-PSS+SHA256"], []),
}


def words_of(pki, case):
    """The options with which all servers of a case run."""
    return [word.format(ca=pki.ca.cert) for word in CASES[case][0]] + [
        "-www", "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key,
        "-dcert", pki.rsa.cert, "-dkey", pki.rsa.key]


def s_client(there, pki, case):
    return Flight(call(need("openssl"), "s_client", "-msg", "-connect",
        "127.0.0.1:%d" % there.port, "-servername", "localhost",
        "-CAfile", pki.ca.cert, *CASES[case][1], text="", status=None))


def starts(server, words, backend):
    """A server, or what it says instead."""
    try:
        return server(*words, certs=False, backend=backend), None
    except AssertionError:
        done = run("s_server", "-backend", backend, "-accept",
            "127.0.0.1:0", *words)
        assert done.returncode in (2, 3), done.stderr
        return None, done.stderr


def subject(der):
    """As openssl prints it on one line, in RFC 2253's order reversed."""
    said = call(need("openssl"), "x509", "-noout", "-subject",
        "-nameopt", "oneline,-space_eq,-esc_msb",
        text=ssl.DER_cert_to_PEM_cert(der).encode())
    return said.strip().split("=", 1)[1].strip()


def assert_same(column, flight):
    """What the client got, as the column has it."""
    assert number(column["version"]) == flight.version
    assert number(column["suite"]) == flight.suite
    assert number(column["retry"]) == flight.retry
    assert number(column["group"]) == flight.group
    assert column["dh_bits"] == flight.dh_bits
    assert numbers(column["extensions"]) == flight.extensions
    if column["result"] == "asks again":
        return
    assert number(column["alert"]) == flight.alert
    assert (column["result"] == "refuses") == (not flight.ended)
    assert number(column["signature"]) == flight.signature
    assert column["alpn"] == flight.alpn
    assert numbers(column["encrypted_extensions"]) == flight.encrypted
    assert (column["request"] == "yes") == flight.request
    assert numbers(column["request_signatures"]) == \
        flight.request_signatures
    assert column["chain"] == (flight.chain or None)
    if flight.certificate:
        assert column["certificate"] == subject(flight.certificate)
    else:
        assert column["certificate"] is None


@pytest.mark.parametrize("case", CASES)
def test_says_what_a_client_gets(server, pki, case):
    words = words_of(pki, case)
    for live in NAMES:
        there, _ = starts(server, words + ["-shadow", "all", "-view",
            "both"], live)
        if there:
            break
    s_client(there, pki, case)
    found = columns(there)
    assert sorted(found) == [(name, native) for name in NAMES
        for native in (False, True)]
    for (name, native), column in found.items():
        other, said = starts(server, words + ["-native"] * native, name)
        if said:
            assert column["result"] == "cannot"
            assert column["words"] in said
            continue
        print(name, native, json.dumps(column))
        assert_same(column, s_client(other, pki, case))
        other.stop()
