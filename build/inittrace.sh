#!/usr/bin/env bash
# Prints the packages that take over 1 ms before main (least of five runs)
# and fails on one without a reason in docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/cache
go build -o build/cache/hubcap-init .
slow=$(for _ in 1 2 3 4 5; do
	GODEBUG=inittrace=1 build/cache/hubcap-init decode --format csv 1FTFW1EF0FF107919 2>&1 >/dev/null
done | awk '$1 == "init" { if (!($2 in t) || $5 < t[$2]) t[$2] = $5 } END { for (p in t) if (t[p] > 1) print p, t[p] }')
[ -n "$slow" ] || { echo "start: no package takes over 1 ms"; exit 0; }
echo "start: packages over 1 ms before main"
status=0
while read -r package ms; do
	if grep -q "\`$package\`" docs/benchmarks.md; then
		echo "  $ms ms  $package (reason in docs/benchmarks.md)"
	else
		echo "  $ms ms  $package: give its reason in docs/benchmarks.md, or do without it" >&2
		status=1
	fi
done <<<"$slow"
exit $status
