# backend.m4 - one line of configure.ac per TLS library
# SPDX-License-Identifier: Apache-2.0
#
# BACKEND(NAME, VAR, PKG-CONFIG MODULES, [HEADER, FUNCTION, LIBS])
# ----------------------------------------------------------------
# NAME and VAR stand on the line of BACKEND itself: backends/modules.sh reads
# them there and writes backends/local.mk.
#
# --enable-backend-NAME=module|builtin|no; without it, module if the library
# is there.  Sets VAR_CFLAGS and VAR_LIBS for backends/NAME/ alone, never
# CFLAGS or LIBS: no other part of the tree can see the library.  The last
# three arguments find a library that ships no .pc file.

AC_DEFUN([BACKEND_INIT],
[BACKENDS=
BACKEND_LIBS=
BACKEND_CFLAGS=
backends_module=
backends_builtin=
builtin_table=])

AC_DEFUN([BACKEND],
[BACKENDS="$BACKENDS $1"
 AC_ARG_ENABLE([backend-$1],
   [AS_HELP_STRING([--enable-backend-$1=HOW],
     [build the $1 backend as module, builtin or no
      @<:@module if the library is found@:>@])],
   [], [enable_backend_$1=auto])
 AS_CASE([$enable_backend_$1],
   [yes], [enable_backend_$1=module],
   [auto|module|builtin|no], [],
   [AC_MSG_ERROR([--enable-backend-$1: module, builtin or no, not $enable_backend_$1])])
 backend_found=no
 AS_IF([test "x$enable_backend_$1" != xno],
   [PKG_CHECK_MODULES([$2], [$3], [backend_found=yes],
      [m4_ifval([$5],
        [backend_saved_LIBS=$LIBS
         LIBS="$6 $LIBS"
         AC_CHECK_HEADER([$4],
           [AC_CACHE_CHECK([for $5 in $6], [ac_cv_backend_$1],
              [AC_LINK_IFELSE([AC_LANG_CALL([], [$5])],
                 [ac_cv_backend_$1=yes], [ac_cv_backend_$1=no])])
            AS_IF([test "x$ac_cv_backend_$1" = xyes],
              [backend_found=yes
               $2_CFLAGS=
               $2_LIBS="$6"])])
         LIBS=$backend_saved_LIBS],
        [:])])
    AS_IF([test "x$backend_found" = xno],
      [AS_IF([test "x$enable_backend_$1" != xauto],
         [AC_MSG_ERROR([--enable-backend-$1=$enable_backend_$1: $3 not found; install its development package])])
       enable_backend_$1=no])])
 AS_IF([test "x$enable_backend_$1" = xauto],
   [AS_IF([test "x$enable_shared" = xno],
      [enable_backend_$1=builtin], [enable_backend_$1=module])])
 AS_IF([test "x$enable_backend_$1$enable_shared" = xmoduleno],
   [AC_MSG_ERROR([--enable-backend-$1=module needs --enable-shared])])
 AS_CASE([$enable_backend_$1],
   [module], [backends_module="$backends_module $1"],
   [builtin], [backends_builtin="$backends_builtin $1"
               builtin_table="$builtin_table B($1)"])
 AS_IF([test "x$enable_backend_$1" != xno],
   [BACKEND_LIBS="$BACKEND_LIBS $1:`echo $$2_LIBS | tr ' ' ,`"
    BACKEND_CFLAGS="$BACKEND_CFLAGS $1:`echo $$2_CFLAGS | tr ' ' ,`"])
 AC_SUBST([$2_CFLAGS])
 AC_SUBST([$2_LIBS])
 AM_CONDITIONAL([MODULE_$2], [test "x$enable_backend_$1" = xmodule])
 AM_CONDITIONAL([BUILTIN_$2], [test "x$enable_backend_$1" = xbuiltin])
 AM_CONDITIONAL([BACKEND_$2], [test "x$enable_backend_$1" != xno])])

# BACKEND_DEFAULT
# ---------------
# Sets BACKENDS, all names, and BACKEND_LIBS and BACKEND_CFLAGS, which tests
# read: "NAME:-lONE,-lTWO" for each that is built.
#
# --with-default-backend=NAME: what `-backend` is when it is not given; the
# first one that is built unless said otherwise.
AC_DEFUN([BACKEND_DEFAULT],
[AC_ARG_WITH([default-backend],
   [AS_HELP_STRING([--with-default-backend=NAME],
     [the backend used without -backend @<:@the first one built, in the order of configure.ac@:>@])],
   [], [with_default_backend=])
 backends_all="$backends_builtin $backends_module"
 AS_IF([test -z "`echo $backends_all`"],
   [AC_MSG_ERROR([no backend at all: install the development package of one of:$BACKENDS])])
 AS_IF([test -z "$with_default_backend"],
   [for backend in $BACKENDS; do
      AS_CASE([" $backends_all "],
        [*" $backend "*], [with_default_backend=$backend; break])
    done])
 AS_CASE([$with_default_backend],
   [*@<:@!a-z0-9_@:>@*], [AC_MSG_ERROR([--with-default-backend: $with_default_backend is no backend name])])
 AC_SUBST([BACKENDS])
 AC_SUBST([BACKEND_LIBS])
 AC_SUBST([BACKEND_CFLAGS])
 AC_DEFINE_UNQUOTED([DEFAULT_BACKEND], ["$with_default_backend"],
   [The backend used without -backend.])
 AC_DEFINE_UNQUOTED([BUILTIN_BACKENDS(B)], [$builtin_table],
   [The backends linked into the program.])])

AC_DEFUN([BACKEND_SUMMARY],
[AC_MSG_NOTICE([backends as modules:$backends_module])
 AC_MSG_NOTICE([backends built in:$backends_builtin])
 AC_MSG_NOTICE([default backend: $with_default_backend])])
