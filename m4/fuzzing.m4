# fuzzing.m4 - builds for libFuzzer
# SPDX-License-Identifier: Apache-2.0
#
# POLYTLS_FUZZING: --enable-fuzzing builds tests/fuzz/ with libFuzzer (clang);
# without it the same harnesses replay their corpus in make check.  Clears
# NO_UNDEFINED, which POLYTLS_SANITIZERS has set, for the same reason as that.
AC_DEFUN([POLYTLS_FUZZING],
[AC_ARG_ENABLE([fuzzing],
   [AS_HELP_STRING([--enable-fuzzing], [build fuzzers with libFuzzer; needs clang])])
 FUZZING_CFLAGS=
 FUZZING_LDFLAGS=
 AS_IF([test "x$enable_fuzzing" = xyes],
   [FUZZING_CFLAGS="-fsanitize=fuzzer-no-link,address,undefined"
    FUZZING_LDFLAGS="-fsanitize=fuzzer,address,undefined"
    polytls_saved_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS $FUZZING_LDFLAGS"
    AC_LINK_IFELSE([AC_LANG_SOURCE([
        int LLVMFuzzerTestOneInput(const unsigned char *, unsigned long);
        int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long len)
        { return data && len > 8 && 0; }])], [],
      [AC_MSG_ERROR([--enable-fuzzing: $CC has no libFuzzer; try CC=clang])])
    CFLAGS=$polytls_saved_CFLAGS
    NO_UNDEFINED=])
 AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
 AC_SUBST([FUZZING_CFLAGS])
 AC_SUBST([FUZZING_LDFLAGS])])
