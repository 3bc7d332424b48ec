"""schema.py - holds JSON lines against the schema of the events

SPDX-License-Identifier: Apache-2.0

    schema.check(server.lines.data)

servers.py does that with all that a server writes, so that every event of
every test is checked.  One that looks like one that was right is not checked
again: the members are the same, and their values are the same words of a
fixed set, match the same patterns, and are numbers of the same size.
"""
import glob
import json
import os
import re

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = os.environ.get("top_srcdir",
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


class Schema:
    def __init__(self, path):
        with open(path) as file:
            self.schema = json.load(file)
        self.validator = jsonschema.Draft202012Validator(self.schema)
        self.words, self.patterns = set(), set()
        self.collect(self.schema)
        self.patterns = [re.compile(one) for one in sorted(self.patterns)]
        self.strings = {}
        self.right = set()

    def collect(self, value):
        """The words and patterns by which strings are told apart."""
        if isinstance(value, list):
            for one in value:
                self.collect(one)
        elif isinstance(value, dict):
            for name, one in value.items():
                if name == "pattern":
                    self.patterns.add(one)
                elif name == "enum":
                    self.words.update(one)
                elif name == "const" and isinstance(one, str):
                    self.words.add(one)
                self.collect(one)

    def string(self, value):
        if value in self.words:
            return value
        return tuple(bool(one.search(value)) for one in self.patterns)

    def shape(self, value):
        """The same for values that are right or wrong together."""
        if isinstance(value, str):
            if len(value) > 40:
                return self.string(value)
            if value not in self.strings:
                self.strings[value] = self.string(value)
            return self.strings[value]
        if isinstance(value, bool) or value is None:
            return value is None
        if isinstance(value, dict):
            return tuple((name, self.shape(one))
                for name, one in value.items())
        if isinstance(value, list):
            return frozenset(self.shape(one) for one in value)
        return ("number", type(value).__name__, value if value in (0, 1) else
            value < 0, value < 256, value < 65536)

    def errors(self, event):
        return ["%s: %s" % ("/".join(str(part) for part in error.path),
            error.message[:300])
            for error in self.validator.iter_errors(event)]

    def check(self, event):
        shape = self.shape(event)
        if shape in self.right:
            return
        assert self.errors(event) == [], \
            "not as the schema of the events has it, in doc/ (make schema)"
        self.right.add(shape)


def newest():
    """That of doc/: there is one for each number."""
    found = glob.glob(os.path.join(ROOT, "doc", "events-*.schema.json"))
    return max(found, key=lambda path: int(re.search(r"-(\d+)\.",
        path).group(1)))


KNOWN = Schema(newest()) if jsonschema else None


def check(data):
    """Whole lines of -json, as bytes."""
    whole = data[:data.rfind(b"\n") + 1]
    for line in whole.splitlines():
        if KNOWN and line.startswith(b'{"v":'):
            KNOWN.check(json.loads(line))
