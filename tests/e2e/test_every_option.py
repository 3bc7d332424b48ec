"""test_every_option.py - every option on every backend, as the table says

SPDX-License-Identifier: Apache-2.0

`polytls backends -options` says what each option comes to on each backend.
What it claims to do, fully or in part, is shown to work; what it claims not
to do is refused with that very reason; what has no effect says so.
"""
import json

import pytest

import every_more	# noqa: the second half registers itself
from conftest import BACKENDS
from every import PROOFS, WORDS, Case, hears
from servers import run

TABLE = {row["name"]: row for row in json.loads(
    run("backends", "-options", "-json").stdout)["options"]}


def test_every_option_has_a_proof():
    assert sorted(TABLE) == sorted(PROOFS)


def test_every_backend_is_in_the_table():
    for row in TABLE.values():
        assert sorted(row["backends"]) == sorted(BACKENDS)


def test_the_table_in_words_says_the_same():
    lines = run("backends", "-options").stdout.split("\n\n")[0]
    names, *rows = [line.split() for line in lines.splitlines()]
    assert names == sorted(BACKENDS)
    assert {row[0]: row[1:] for row in rows} == {
        "-" + name: [row["backends"][backend]["support"]
        for backend in names] for name, row in TABLE.items()}


@pytest.mark.parametrize("option", TABLE)
def test_is_as_the_table_says(option, server, pki, backend, tmp_path):
    answer = TABLE[option]["backends"][backend]
    case = Case(option, answer, server, pki, backend, tmp_path)
    if answer["support"] == "none":
        said = case.refused("-cert", pki.ecdsa.cert, "-key",
            pki.ecdsa.key, "-" + option,
            *(WORDS[option] if TABLE[option]["value"] else ()), status=3)
        assert said == "polytls s_server: the %s backend cannot do -%s: " \
            "%s\n" % (backend, option, answer["note"])
        return
    PROOFS[option](case)
    if answer["support"] == "noop":
        hears(case.last, "%s: -%s has no effect: %s\n" % (backend,
            option, answer["note"]))
