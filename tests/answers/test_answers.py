"""test_answers.py - answers.t goes red when it should

SPDX-License-Identifier: Apache-2.0

The page of the null backend is the same everywhere, so it is the one that is
bent here.
"""
import os
import shutil
import subprocess

import pytest

PROGRAM = os.path.join(os.environ["top_builddir"], "tests/answers/answers.t")
PAGES = os.environ["POLYTLS_ANSWERS"]
PAGE = "null-1.txt"


@pytest.fixture
def pages(tmp_path):
    for name in os.listdir(PAGES):
        if name.endswith(".txt"):
            shutil.copy(os.path.join(PAGES, name), tmp_path)
    return tmp_path


def bend(pages, old, new):
    page = pages / PAGE
    text = page.read_text()
    assert text.count(old) == 1
    page.write_text(text.replace(old, new))


def compare(pages, *args):
    done = subprocess.run([PROGRAM, *args], capture_output=True, text=True,
        timeout=120, env=dict(os.environ, POLYTLS_ANSWERS=str(pages)))
    lines = [line for line in done.stdout.splitlines()
        if PAGE in line or line.startswith("# ")]
    return done.returncode, lines


def failures(lines):
    return [line.split(": ", 1)[1] for line in lines
        if line.startswith("not ok")]


def test_an_answer_that_falls_is_red(pages):
    bend(pages, "\nalpn none: ", "\nalpn full\nx_alpn none: ")
    status, lines = compare(pages)
    assert status == 1
    assert failures(lines) == ["alpn"]
    assert "# the answer fell: is its probe broken?" in lines


def test_an_answer_that_rises_is_red(pages):
    bend(pages, "\nhello_fragments full\n", "\nhello_fragments part: so so\n")
    status, lines = compare(pages)
    assert status == 1
    assert failures(lines) == ["hello_fragments"]
    assert "# the answer is another one: if it is right, make answers" \
        in lines


def test_another_note_is_red(pages):
    bend(pages, "\nalpn none: the", "\nalpn none: a")
    assert failures(compare(pages)[1]) == ["alpn"]


def test_a_feature_without_a_line_is_red(pages):
    bend(pages, "\nalpn none", "\nx_alpn none")
    assert failures(compare(pages)[1]) == ["alpn"]


def test_a_suite_that_is_lost_is_red(pages):
    bend(pages, "\nsuite 0000", "\nsuite 1301 TLS_AES_128_GCM_SHA256\n"
        "suite 0000")
    status, lines = compare(pages)
    assert failures(lines) == ["suite"]
    assert "# lost: suite 1301 TLS_AES_128_GCM_SHA256" in lines


def test_a_suite_that_is_new_is_red(pages):
    bend(pages, "\nsuite 0000", "\nsuit 0000")
    assert failures(compare(pages)[1]) == ["suite"]


def test_a_missing_page_is_a_skip_that_says_what_to_do(pages):
    (pages / PAGE).unlink()
    status, lines = compare(pages)
    said = [line for line in lines if PAGE in line]
    assert len(said) == 1
    assert "# SKIP no page of none 1: " in said[0]
    assert '"make answers" writes tests/answers/%s' % PAGE in said[0]
    assert not failures(lines)


def test_pages_are_written_as_they_are_read(pages):
    page = pages / PAGE
    before = page.read_text()
    page.unlink()
    status, _ = compare(pages, "-write")
    assert status == 0
    assert page.read_text() == before
