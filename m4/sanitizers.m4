# sanitizers.m4 - builds that watch themselves
# SPDX-License-Identifier: Apache-2.0
#
# POLYTLS_SANITIZERS: --enable-sanitizers[=LIST], address,undefined by itself.
# Sets SANITIZER_CFLAGS and NO_UNDEFINED: clang leaves the runtime's symbols
# in modules undefined, so -z defs is dropped there.
AC_DEFUN([POLYTLS_SANITIZERS],
[AC_ARG_ENABLE([sanitizers],
   [AS_HELP_STRING([--enable-sanitizers=LIST],
     [compile with these sanitizers @<:@address,undefined@:>@])],
   [], [enable_sanitizers=no])
 AS_IF([test "x$enable_sanitizers" = xyes],
   [enable_sanitizers=address,undefined])
 SANITIZER_CFLAGS=
 NO_UNDEFINED="-no-undefined -Wl,-z,defs"
 AS_IF([test "x$enable_sanitizers" != xno],
   [SANITIZER_CFLAGS="-fsanitize=$enable_sanitizers -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
    polytls_saved_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS $SANITIZER_CFLAGS"
    AC_LINK_IFELSE([AC_LANG_PROGRAM()], [],
      [AC_MSG_ERROR([--enable-sanitizers=$enable_sanitizers: $CC cannot link with it])])
    CFLAGS=$polytls_saved_CFLAGS
    NO_UNDEFINED=])
 AM_CONDITIONAL([SANITIZERS], [test "x$enable_sanitizers" != xno])
 AC_SUBST([SANITIZER_CFLAGS])
 AC_SUBST([NO_UNDEFINED])])

# POLYTLS_COVERAGE: --enable-coverage; read the result with gcovr.
AC_DEFUN([POLYTLS_COVERAGE],
[AC_ARG_ENABLE([coverage],
   [AS_HELP_STRING([--enable-coverage], [count lines run, for gcovr])])
 COVERAGE_CFLAGS=
 AS_IF([test "x$enable_coverage" = xyes],
   [COVERAGE_CFLAGS="--coverage -O0"])
 AC_SUBST([COVERAGE_CFLAGS])])

# POLYTLS_FUZZING: --enable-fuzzing builds tests/fuzz/ with libFuzzer (clang);
# without it the same harnesses replay their corpus in make check.
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
    CFLAGS=$polytls_saved_CFLAGS])
 AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
 AC_SUBST([FUZZING_CFLAGS])
 AC_SUBST([FUZZING_LDFLAGS])])
