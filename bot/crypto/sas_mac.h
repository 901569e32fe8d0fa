/* sas_mac.h - the last step of a verification by short strings: each side authenticates its keys with what only the two of them
 * share. */
#ifndef CRYPTO_SAS_MAC_H
#define CRYPTO_SAS_MAC_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

struct e2e_sas;
struct sas_their_keys;

enum { SAS_MAC_KEYS = 16 }; /* of one side; more are refused */

/* Who authenticates keys for whom. Their key must be set in `exchange`. */
struct sas_mac {
	struct e2e_sas *exchange;
	const char *from_user, *from_device, *to_user, *to_device, *txn;
};

struct sas_mac_key {
	const char *id, *key; /* "ed25519:..." */
};

/* Adds the members of m.key.verification.mac to its content. At most SAS_MAC_KEYS. */
void sas_mac_write(const struct sas_mac *m, const struct sas_mac_key *keys, size_t n, cJSON *content);
/* Are the codes in that content right? Keys that are not known are passed by, but the one of `from_device` must be among
 * those that are. */
bool sas_mac_check(const struct sas_mac *m, const cJSON *content, const struct sas_their_keys *keys);

#endif
