#!/usr/bin/env bash
# Browser tests on a network of their own: a namespace with one interface, the
# hub's listener for others on it, and browsers that trust the hub's authority
# or do not. Nothing outside of the namespace can be reached.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${HUBCAP_E2E_INNER:-}" ]; then
	for tool in unshare ip certutil node; do
		command -v "$tool" >/dev/null || { echo "lan: $tool is missing (packages util-linux iproute2 libnss3-tools nodejs)" >&2; exit 1; }
	done
	as=--net
	[ "$(id -u)" = 0 ] || as="--net --map-root-user"
	# shellcheck disable=SC2086 # two words
	unshare $as true 2>/dev/null || { echo "lan: skipped: this machine gives no network of its own (unshare $as)"; [ -z "${CI:-}" ]; exit; }
	# shellcheck disable=SC2086 # two words
	HUBCAP_E2E_INNER=1 exec unshare $as "$0" "$@"
fi
ip link set lo up
ip link add lan0 type veth peer name lan1
# An IPv6 address that comes a second later would cut what a browser is loading.
ip link set lan0 addrgenmode none
ip link set lan1 addrgenmode none
ip link set lan1 up
ip addr add 10.99.0.7/24 dev lan0
ip link set lan0 multicast on up
ip route add 224.0.0.0/4 dev lan0
[ $# -gt 0 ] || set -- e2e/lan/*.test.mjs
exec node --test --test-concurrency=1 --test-reporter=spec "$@"
