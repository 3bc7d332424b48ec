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
