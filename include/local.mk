# include/local.mk - the contract, installed for third-party backends
# SPDX-License-Identifier: Apache-2.0
contract_HEADERS += \
	%D%/tls_backend.h \
	%D%/tls_config.h \
	%D%/tls_facts.h \
	%D%/tls_feature.h \
	%D%/tls_hello.h \
	%D%/tls_host.h \
	%D%/tls_primitives.h \
	%D%/tls_types.h
pkgconfig_DATA = %D%/polytls-backend.pc
