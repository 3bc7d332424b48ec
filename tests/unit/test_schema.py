"""test_schema.py - the JSON Schema of the events

SPDX-License-Identifier: Apache-2.0

What the tests of tests/e2e see is held against it in servers.py; here, that
the file is the one that the program's tables make, and that it is strict.
"""
import copy
import json
import os
import subprocess

import pytest

jsonschema = pytest.importorskip("jsonschema",
    reason="python3-jsonschema is not installed")

PROGRAM = os.path.join(os.environ.get("top_builddir", "."), "tests", "unit",
    "print_schema")
PATH = os.path.join(os.environ.get("top_srcdir", "."), "doc",
    "events-1.schema.json")


def output(*words):
    return subprocess.run([PROGRAM, *words], check=True, text=True,
        stdout=subprocess.PIPE).stdout


@pytest.fixture(scope="module")
def schema():
    with open(PATH) as file:
        return json.load(file)


@pytest.fixture(scope="module")
def samples():
    """A line of each kind, with all its members."""
    return [json.loads(line) for line in output("samples").splitlines()]


@pytest.fixture(scope="module")
def validator(schema):
    return jsonschema.Draft202012Validator(schema)


def kinds(schema):
    return schema["properties"]["event"]["enum"]


def test_is_what_the_tables_make():
    with open(PATH) as file:
        assert file.read() == output(), "run make schema"


def test_is_a_schema(schema):
    jsonschema.Draft202012Validator.check_schema(schema)


def test_names_every_type_that_it_uses(schema):
    def references(value):
        if isinstance(value, dict):
            for name, one in value.items():
                if name == "$ref":
                    yield one
                else:
                    yield from references(one)
        elif isinstance(value, list):
            for one in value:
                yield from references(one)
    used = {one.replace("#/$defs/", "") for one in references(schema)}
    assert used == set(schema["$defs"]) - ({"number16", "string"} - used)


def test_has_its_number(schema, samples):
    number = int(PATH.rsplit("-", 1)[1].split(".")[0])
    assert schema["$id"] == "urn:polytls:events:%d" % number
    assert [one["schema"] for one in samples
        if one["event"] == "start"] == [number]


def test_every_event_is_as_it_says(schema, validator, samples):
    assert {one["event"] for one in samples} == set(kinds(schema))
    for one in samples:
        assert list(validator.iter_errors(one)) == [], one["event"]


def objects_in(value, path=()):
    """Where there are objects in an event."""
    if isinstance(value, dict):
        yield path
        for name, one in value.items():
            yield from objects_in(one, path + (name,))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from objects_in(one, path + (at,))


def changed(event, path, change):
    copied = copy.deepcopy(event)
    inner = copied
    for part in path:
        inner = inner[part]
    change(inner)
    return copied


def test_another_member_is_wrong(validator, samples):
    """In an event and in whatever object is in one."""
    seen = 0
    for one in samples:
        for path in objects_in(one):
            wrong = changed(one, path,
                lambda inner: inner.update(surprise=1))
            assert not validator.is_valid(wrong), (one["event"], path)
            seen += 1
    assert seen > 60


def test_a_member_that_is_missing_is_wrong(validator, samples):
    """But for those of a certificate that could not be read."""
    for one in samples:
        for path in objects_in(one):
            inner = one
            for part in path:
                inner = inner[part]
            for name in list(inner):
                wrong = changed(one, path, lambda inner: inner.pop(name))
                may = ("pem" in inner and name != "pem") or \
                    (not path and name == "backend")
                assert validator.is_valid(wrong) == may, \
                    (one["event"], path, name)


def test_another_type_is_wrong(validator, samples):
    for one in samples:
        for path in objects_in(one):
            inner = one
            for part in path:
                inner = inner[part]
            for name in inner:
                wrong = changed(one, path,
                    lambda inner: inner.update({name: 1.5}))
                assert not validator.is_valid(wrong), \
                    (one["event"], path, name)


@pytest.mark.parametrize("change", [
    {"event": "unheard_of"}, {"v": 2}, {"conn": -1}, {"time": "now"},
    {"conn": 0},
], ids=str)
def test_a_wrong_frame_is_wrong(validator, samples, change):
    closed = next(one for one in samples if one["event"] == "closed")
    assert closed["conn"] > 0
    assert not validator.is_valid(dict(closed, **change))


def test_since_us_belongs_to_connections(validator, samples):
    stop = next(one for one in samples if one["event"] == "stop")
    assert stop["conn"] == 0 and validator.is_valid(stop)
    assert not validator.is_valid(dict(stop, since_us=1))
