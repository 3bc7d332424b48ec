# warnings.m4 - the warnings this tree is clean of
# SPDX-License-Identifier: Apache-2.0
#
# POLYTLS_TRY_CFLAG(FLAG): adds FLAG to WARN_CFLAGS if the compiler has it.
AC_DEFUN([POLYTLS_TRY_CFLAG],
[AS_VAR_PUSHDEF([cache], [polytls_cv_cflag_$1])
 AC_CACHE_CHECK([whether $CC accepts $1], [cache],
   [polytls_saved_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $1"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
      [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
    CFLAGS=$polytls_saved_CFLAGS])
 AS_VAR_IF([cache], [yes], [WARN_CFLAGS="$WARN_CFLAGS $1"])
 AS_VAR_POPDEF([cache])])

# POLYTLS_WARNINGS: sets WARN_CFLAGS; --enable-werror makes them errors.
AC_DEFUN([POLYTLS_WARNINGS],
[WARN_CFLAGS=
 POLYTLS_TRY_CFLAG([-Wall])
 POLYTLS_TRY_CFLAG([-Wextra])
 POLYTLS_TRY_CFLAG([-Wshadow])
 POLYTLS_TRY_CFLAG([-Wstrict-prototypes])
 POLYTLS_TRY_CFLAG([-Wmissing-prototypes])
 POLYTLS_TRY_CFLAG([-Wvla])
 AC_ARG_ENABLE([werror],
   [AS_HELP_STRING([--enable-werror], [warnings are errors])])
 AS_IF([test "x$enable_werror" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
 AC_SUBST([WARN_CFLAGS])])
