/* mbedtls.h - the two structs of this backend
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
