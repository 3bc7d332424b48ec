"""explain_cases.py - failures made on purpose, and what is to be said of them

SPDX-License-Identifier: Apache-2.0
"""
import collections

# `needs`: features without which the server cannot be configured so;
# `lacking`: the sentence of a backend that lacks a feature.
Case = collections.namedtuple("Case",
    "name server client sentence needs lacking")


def s_client(*args):
    return ("openssl", "s_client", "-connect", "127.0.0.1:{port}") + args


def case(name, server, client, *sentence, needs=(), **lacking):
    return Case(name, server.split(), client, "".join(sentence), needs,
        lacking)


def no_version(client, server, remedy):
    return "no protocol version in common: the client offers %s, this " \
        "server %s%s" % (client, server, remedy)


CASES = [
    case("only_tls1_3", "-tls1_2", s_client("-tls1_3"),
        no_version("TLS 1.3", "TLS 1.2", ": -tls1_3 would agree"),
        tls1_3=no_version("TLS 1.3", "TLS 1.2",
            ", and the {backend} backend cannot do TLS 1.3")),
    case("only_tls1_2", "-tls1_3", s_client("-tls1_2"),
        no_version("TLS 1.2 at most", "TLS 1.3", ": -tls1_2 would agree"),
        needs=["tls1_3"]),
]
