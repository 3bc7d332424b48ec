"""snippets.py - compiles the example at the top of every header

SPDX-License-Identifier: Apache-2.0

    python3 snippets.py [HEADER...]     TAP; of these headers only

An example is what a header's first comment indents by a tab.  It is compiled
after the header itself, stdio.h and what examples.txt declares for it.  Pieces
between empty lines that define a function, a type or something static stand
at file scope; the others, in their order, are the body of one function.  A
line "..." stands for whatever the reader has there.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile

SOURCE = os.environ.get("top_srcdir", ".")
BUILD = os.environ.get("top_builddir", ".")
TABLE = os.path.join(SOURCE, "tests", "lint", "examples.txt")
# What every file of tests/ includes first.
FRAMEWORK = ["#include <%s.h>" % name
    for name in ("stdarg", "stddef", "setjmp", "stdint", "cmocka")]
WARNINGS = ["-Wall", "-Wextra", "-Werror", "-Wno-unused", "-std=gnu11"]


def headers():
    """Those with an example; style.sh says that all have one."""
    for top in ("include", "src", "backends", "tests", "bench"):
        for folder, _, files in os.walk(os.path.join(SOURCE, top)):
            for name in files:
                path = os.path.relpath(os.path.join(folder, name), SOURCE)
                if name.endswith(".h") and example(path):
                    yield path


def example(path):
    """The lines of the example."""
    lines = []
    with open(os.path.join(SOURCE, path)) as header:
        for line in header:
            line = line.rstrip("\n")
            if line.startswith(" *\t"):
                lines.append(line[3:])
            elif line == " *" and lines:
                lines.append("")
            if line.endswith("*/"):
                break
    return lines


def sections():
    """{header: its lines of examples.txt}; a header that is none fails."""
    found, lines = {}, []
    with open(TABLE) as table:
        for line in table:
            name = re.match(r"\[(.*)\]$", line)
            if name:
                lines = found.setdefault(name.group(1), [])
            elif not line.startswith("// "):
                lines.append(line.rstrip("\n"))
    return found


def is_file_scope(piece):
    return (piece[0].startswith("static ") or "{" in piece or
        re.match(r"(struct|union|enum) \w+ \{$", piece[0]))


def program(path, lines, given):
    """C text."""
    pieces, piece, inside = [], [], False
    for line in lines + [""]:
        inside = line == "{" or inside and not line.startswith("}")
        if line or inside:
            piece.append(re.sub(r"^(\s*)\.\.\.(\s*//.*)?$", r"\1(void)0;",
                line))
        elif piece:
            pieces.append(piece)
            piece = []
    outside = [piece for piece in pieces if is_file_scope(piece)]
    inside = [piece for piece in pieces if not is_file_scope(piece)]
    returns = "void"
    if re.search(r"\breturn [^;]", "\n".join(sum(inside, []))):
        returns = "int"
    text = FRAMEWORK if path.startswith("tests/") else []
    name = re.sub(r"^(src|include|bench|tests/[^/]*|backends/[^/]*)/", "",
        path)
    text = text + ["#include \"%s\"" % name, "#include <stdio.h>"]
    for line in given:
        if line.startswith("returns "):
            returns = line[8:]
        else:
            text.append(line)
    for piece in outside:
        text += piece
    if inside:
        text += [returns + " the_example(void);", returns,
            "the_example(void)", "{"]
        text += sum(inside, []) + ["}"]
    return "\n".join(text + [""])


def flags(path):
    """How the files of its folder are compiled."""
    include = [BUILD, SOURCE + "/include"]
    parts = path.split("/")
    known = dict(row.split(":", 1)
        for row in os.environ.get("POLYTLS_BACKEND_CFLAGS", "").split())
    own = ""
    if parts[0] == "backends":
        if parts[1] in known:
            own = known[parts[1]].replace(",", " ")
        elif parts[1] not in ("common", "null"):
            return None
        include.append(os.path.join(SOURCE, "backends", parts[1]))
        own += " -iquote " + SOURCE + "/backends"
    elif parts[0] != "include":
        include += [SOURCE + "/src", SOURCE + "/" + os.path.dirname(path)]
        own = os.environ.get("POLYTLS_CORE_CFLAGS", "")
        if parts[0] != "src":
            include.append(SOURCE + "/tests/lib")
            own += " " + os.environ.get("POLYTLS_TEST_CFLAGS", "")
    return (["-D_GNU_SOURCE", "-DHAVE_CONFIG_H", "-DBACKENDDIR=\"\""] +
        ["-I" + folder for folder in include] + shlex.split(own))


def compile_one(path, text):
    """What the compiler says, or None where it cannot be asked."""
    options = flags(path)
    if options is None:
        return None
    compiler = shlex.split(os.environ.get("CC", "cc"))
    with tempfile.NamedTemporaryFile("w", suffix=".c") as source:
        source.write(text)
        source.flush()
        said = subprocess.run(compiler + WARNINGS + options +
            ["-fsyntax-only", source.name], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, universal_newlines=True)
        if said.returncode:
            return said.stdout.replace(source.name, "example")
    return ""


def main():
    chosen = sys.argv[1:] or sorted(headers())
    table = sections()
    print("1..%d" % (len(chosen) + 1))
    for number, path in enumerate(chosen, 1):
        name = "the example of %s compiles" % path
        lines = example(path)
        text = program(path, lines, table.get(path, []))
        said = compile_one(path, text)
        if said is None:
            print("ok %d - %s # SKIP the backend is not built" %
                (number, name))
        elif not said:
            print("ok %d - %s" % (number, name))
        else:
            print("not ok %d - %s" % (number, name))
            for line in (text + said).splitlines():
                print("# " + line)
    stray = [path for path in sorted(table)
        if not os.path.exists(os.path.join(SOURCE, path))]
    print("%s %d - examples.txt names headers that exist" %
        ("not ok" if stray else "ok", len(chosen) + 1))
    for path in stray:
        print("# there is no " + path)


main()
