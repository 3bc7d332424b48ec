# coverage.m4 - builds that count which lines run
# SPDX-License-Identifier: Apache-2.0
#
# POLYTLS_COVERAGE: --enable-coverage; read the result with gcovr.
AC_DEFUN([POLYTLS_COVERAGE],
[AC_ARG_ENABLE([coverage],
   [AS_HELP_STRING([--enable-coverage], [count lines run, for gcovr])])
 COVERAGE_CFLAGS=
 AS_IF([test "x$enable_coverage" = xyes],
   [COVERAGE_CFLAGS="--coverage -O0"])
 AC_SUBST([COVERAGE_CFLAGS])])
