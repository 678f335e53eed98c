#!/usr/bin/env bash
# Hours of the tests that find rare faults: every seed again and again until
# the time is up. Figures go to docs/benchmarks with date and commit.
#
#	build/soak.sh [HOURS]
set -euo pipefail
cd "$(dirname "$0")/.."

# Every fuzzer that there is, one after the other.
fuzz() {
	grep -rEo '^func Fuzz[A-Za-z0-9_]*' --include='*_test.go' app backend embedded internal sync | while IFS=: read -r file target; do
		go test -run '^$' -fuzz "^${target#func }\$" -fuzztime "$1" "./$(dirname "$file")"
	done
}

end=$((SECONDS + ${1:-2} * 3600))
round=0
while ((SECONDS < end)); do
	round=$((round + 1))
	echo "=== round $round, $(((end - SECONDS) / 60)) minutes left"
	build/parity/parity.sh 20000 "$round"
	HUBCAP_TEST_DRILL=1 go test -count=1 -timeout 60m ./backend/store/... ./backend/job ./app/...
	HUBCAP_TEST_EVAL=200 HUBCAP_TEST_WORKER_REQUIRED=1 go test -count=1 -timeout 60m -run TestEval ./backend/insight/...
	fuzz 2m
done
