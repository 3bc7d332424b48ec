"""uses.py - which file uses which, and that none uses one that uses it

SPDX-License-Identifier: Apache-2.0

    python3 uses.py            TAP: one line a room, one for each exception
    python3 uses.py -print     who uses whom, one arrow a line

Which file uses which is read from the symbols of the objects (nm): a file
that leaves a symbol undefined uses the file of the same program or module
that defines it.  A call through an interface (tls_host, app_ops) leaves no
symbol, and that is the way to call upwards.

ALLOWED is the list of exceptions, each with its reason.  One that is no
longer needed fails, so that the list stays true.
"""
import os
import shutil
import subprocess
import sys

BUILD = os.environ.get("top_builddir", ".")
SOURCE = os.environ.get("top_srcdir", ".")

# (files of the circle, without ".c"; why it may stay)
ALLOWED = [
]

# A symbol of its own in every instrumented object.
INSTRUMENTED = ("__asan", "__ubsan", "__tsan", "__gcov", "__odr_asan")


def objects():
    """{source without .c: object}, for objects whose source is there."""
    found = {}
    for top in ("src", "backends"):
        for folder, _, files in os.walk(os.path.join(BUILD, top)):
            for name in sorted(files):
                if not name.endswith(".o") or "-" not in name:
                    continue
                room = folder[:-6] if folder.endswith("/.libs") else folder
                room = os.path.relpath(room, BUILD)
                stem = name[:-2].split("-", 1)[1]
                unit = room + "/" + stem
                if os.path.exists(os.path.join(SOURCE, unit + ".c")):
                    found.setdefault(unit, os.path.join(folder, name))
    return found


def symbols(found):
    """{unit: (defined, used)}."""
    table = {unit: (set(), set()) for unit in found}
    unit_of = {path: unit for unit, path in found.items()}
    text = subprocess.run(["nm", "-A", "-g", "-P"] + sorted(unit_of),
        check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout
    for line in text.splitlines():
        path, rest = line.split(": ", 1)
        name, kind = rest.split()[:2]
        if not name.startswith(INSTRUMENTED):
            table[unit_of[path]][kind in "Uwv"].add(name)
    return table


def image(unit):
    """What is linked together: the program, or a module."""
    parts = unit.split("/")
    return "core" if parts[0] == "src" else parts[1]


def arrows(found):
    """{unit: {unit that it uses: a symbol}}."""
    table = symbols(found)
    owner, modules = {}, set()
    for unit, (defined, _) in table.items():
        if image(unit) not in ("core", "common"):
            modules.add(image(unit))
        for name in defined:
            owner[image(unit), name] = unit
    graph = {}
    for unit, (_, used) in table.items():
        graph[unit] = {}
        # What backends share is in every module.
        linked = [image(unit)] + {"core": [],
            "common": sorted(modules)}.get(image(unit), ["common"])
        for name in sorted(used):
            for module in linked:
                other = owner.get((module, name))
                if other and other != unit:
                    graph[unit].setdefault(other, name)
    return graph


def reach(graph, start):
    seen, left = set(), [start]
    while left:
        for other in graph[left.pop()]:
            if other not in seen:
                seen.add(other)
                left.append(other)
    return seen


def circles(graph):
    """The sets of nodes that all reach one another, largest first."""
    reached = {node: reach(graph, node) for node in graph}
    found = {frozenset(other for other in reached[node]
        if node in reached[other]) for node in graph if node in reached[node]}
    return sorted(found, key=lambda circle: (-len(circle), sorted(circle)))


def room_of(unit):
    """A folder; a backend's sub-folders are part of it."""
    parts = unit.split("/")
    return "/".join(parts[:-1] if parts[0] == "src" else parts[:2])


def rooms(graph):
    """The same graph between folders.  The files of src/ itself are no room:
    each has its own place."""
    def place(unit):
        return unit if room_of(unit) == "src" else room_of(unit)

    between = {}
    for unit, others in graph.items():
        mine = between.setdefault(place(unit), {})
        for other, name in others.items():
            if place(other) != place(unit):
                mine.setdefault(place(other), "%s uses %s of %s" %
                    (unit, name, other))
    return between


class Tap:
    def __init__(self):
        self.number = 0

    def says(self, name, wrong):
        self.number += 1
        print("%s %d - %s" % ("not ok" if wrong else "ok", self.number, name))
        for line in wrong:
            print("# " + line)


def explain(graph, circle):
    """A circle, then the arrows within."""
    yield "circle: " + " ".join(sorted(circle))
    for unit in sorted(circle):
        for other in sorted(set(graph[unit]) & circle):
            yield "  %s uses %s of %s" % (unit, graph[unit][other], other)


def excused(circle):
    """The rows that name this circle."""
    return [row for row in ALLOWED if circle == set(row[0].split())]


def main():
    if not shutil.which("nm"):
        print("1..0 # SKIP nm is not installed")
        return
    found = objects()
    if not found:
        print("1..0 # SKIP there are no objects")
        return
    graph = arrows(found)
    if "-print" in sys.argv:
        for unit in sorted(graph):
            for other in sorted(graph[unit]):
                print(unit, other, graph[unit][other])
        return

    tap = Tap()
    all_circles = circles(graph)
    wrong = {}
    used = []
    for circle in all_circles:
        rows = excused(circle)
        used += rows
        if not rows:
            wrong.setdefault(room_of(sorted(circle)[0]), []).extend(
                explain(graph, circle))
    folders = sorted({room_of(unit) for unit in graph})
    for folder in folders:
        tap.says("no circle between files of " + folder,
            wrong.get(folder, []))

    between = rooms(graph)
    tap.says("no circle between rooms", [line
        for circle in circles(between)
        for line in ["circle: " + " ".join(sorted(circle))] +
        ["  " + between[room][other] for room in sorted(circle)
            for other in sorted(set(between[room]) & circle)]])

    for row in ALLOWED:
        files, reason = row
        built = any(unit in graph for unit in files.split())
        name = "the exception is needed: %s" % reason
        tap.says(name, [] if row in used or not built else
            ["there is no such circle any more: " + files])
    print("1..%d" % tap.number)


main()
