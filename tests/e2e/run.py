"""run.py - runs one file of tests under pytest and says TAP

SPDX-License-Identifier: Apache-2.0

    python3 run.py test_http.py

One line a test: "ok 1 - answers_head", with "# SKIP reason" after it where
it was skipped; what a failing test saw stands below its line, after "#".
"""
import os
import signal
import sys


class Plain:
    """What colours a comparison, in the place of pytest's own."""

    def _highlight(self, source, lexer="diff"):
        return source


class Terminal:
    """Where pytest looks for it."""

    _tw = Plain()


class Tap:
    """A reporter in the place of pytest's own."""

    def __init__(self):
        self.number = 0
        self.reports = []

    def pytest_addoption(self, parser):
        # Said by the reporter that is left out, asked by assertions.
        parser.addoption("--verbose", dest="verbose", type=int, default=1)

    def pytest_configure(self, config):
        # Without it some releases explain no assertion.
        config.pluginmanager.register(Terminal(), "terminalreporter")

    def line(self, text):
        sys.__stdout__.write(text + "\n")
        sys.__stdout__.flush()

    def comment(self, text):
        for line in text.splitlines():
            self.line("# " + line)

    def pytest_collection_finish(self, session):
        self.line("1..%d" % len(session.items))

    def pytest_collectreport(self, report):
        if report.failed:
            self.comment(report.longreprtext)
            self.line("Bail out! %s cannot be read" % report.nodeid)

    def pytest_runtest_logreport(self, report):
        """A test has had its end when it is taken down."""
        self.reports.append(report)
        if report.when == "teardown":
            reports, self.reports = self.reports, []
            self.tell(reports)

    def tell(self, reports):
        name = reports[0].nodeid.split("::", 1)[-1].replace("test_", "", 1)
        name = name.replace("#", "\\#")
        self.number += 1
        failed = [report for report in reports if report.failed]
        skipped = [report for report in reports if report.skipped]
        if failed:
            self.line("not ok %d - %s" % (self.number, name))
            for report in failed:
                self.explain(report)
        elif skipped:
            self.line("ok %d - %s # SKIP %s" % (self.number, name,
                self.reason(skipped[0])))
        else:
            self.line("ok %d - %s" % (self.number, name))

    def reason(self, report):
        reason = report.longrepr
        if isinstance(reason, tuple):
            reason = reason[2]
        return str(reason).replace("Skipped: ", "").split("\n")[0]

    def explain(self, report):
        self.comment(report.longreprtext)
        for title, text in report.sections:
            self.comment("---- " + title)
            self.comment(text)


def main():
    try:
        import pytest
    except ImportError:
        print("1..0 # SKIP pytest is not installed")
        return 0
    here = os.path.dirname(os.path.abspath(__file__))
    # The program would inherit what nohup(1), or a shell for what it runs in
    # the background, has ignored.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.path.insert(0, here)
    sys.dont_write_bytecode = True
    status = pytest.main(["-p", "no:terminal", "-p", "no:cacheprovider",
        "--rootdir", here, "-c", os.devnull] + sys.argv[1:],
        plugins=[Tap()])
    # The lines have said which failed.
    return 0 if status in (0, 1) else int(status)


if __name__ == "__main__":
    sys.exit(main())
