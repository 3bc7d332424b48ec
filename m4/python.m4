# python.m4 - the Python that has the distribution's pytest
# SPDX-License-Identifier: Apache-2.0
#
# POLYTLS_PYTHON: sets PYTHON3; /usr/bin/python3 before any other, because a
# version manager's python3 earlier in PATH has none of the system's packages.
AC_DEFUN([POLYTLS_PYTHON],
[AC_ARG_VAR([PYTHON3], [Python 3 with pytest, for the tests])
 AC_PATH_PROG([PYTHON3], [python3], [], [/usr/bin$PATH_SEPARATOR$PATH])
 AC_CACHE_CHECK([for pytest of $PYTHON3], [polytls_cv_pytest],
   [AS_IF([test -n "$PYTHON3" && "$PYTHON3" -c 'import pytest' 2>/dev/null],
      [polytls_cv_pytest=yes], [polytls_cv_pytest=no])])
 AM_CONDITIONAL([HAVE_PYTEST], [test "x$polytls_cv_pytest" = xyes])])
