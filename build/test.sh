#!/usr/bin/env bash
# Every test at bounded size: real worker, decode oracle, browser, drills.
# Prints the time of each stage, and the sum at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/cache
export HUBCAP_TEST_WORKER_REQUIRED=1 HUBCAP_TEST_S3_REQUIRED=1

report=()
began=$SECONDS
stage() {
	local name=$1 at=$SECONDS
	shift
	echo "=== $name"
	"$@" || { echo "=== $name FAILED after $((SECONDS - at)) s" >&2; exit 1; }
	report+=("$(printf '%5d s  %s' $((SECONDS - at)) "$name")")
}

# -race is the one part of the hub's tests that needs cgo.
race() { CGO_ENABLED=1 go test -race -timeout 20m ./...; }
web() { (cd frontend && npx --no-install tsc --noEmit && npx --no-install vitest run); }
window() { e2e/desktop.sh; }
browser() { node --test --test-concurrency=2 --test-reporter=spec e2e/*.test.mjs; }

stage "setup" build/setup.sh test
stage "vPIC index" make --no-print-directory vpic
stage "web app" make --no-print-directory frontend
stage "hub" make --no-print-directory hub
stage "model pack" build/models.sh
stage "model worker" build/worker.sh
stage "S3 server" build/s3.sh
stage "lint" build/lint.sh
stage "web tests" web
stage "Go tests with the real worker" go test -timeout 20m ./...
stage "Go tests with the race detector" race
stage "the hub on PostgreSQL" env HUBCAP_TEST_DB=1 go test -count=1 -timeout 20m ./app ./backend/account ./backend/audit
stage "certificates by ACME, slow clients" env HUBCAP_TEST_ACME=1 HUBCAP_TEST_SLOW=1 go test -count=1 -timeout 5m -run 'ACME|AreCutOff' ./backend/lan ./app
stage "sign-in by a real OpenID provider" env HUBCAP_TEST_OIDC=1 go test -count=1 -timeout 5m -run 'RealProvider|ByAProvider' ./backend/account ./app
stage "runbooks of the recovery plan" env HUBCAP_TEST_RUNBOOKS=1 go test -count=1 -timeout 10m -run 'HubScripts/hub_runbook' ./app/cli
stage "s3" env HUBCAP_TEST_S3=1 go test -count=1 -timeout 10m ./sync/...
stage "decode parity, 5,000 VINs" build/parity/parity.sh 5000
stage "every route, asked the unexpected" build/schema/schemathesis.sh
stage "browser" browser
stage "browser on a network" e2e/lan.sh
stage "browser on PostgreSQL" env HUBCAP_TEST_BROWSER=1 go test -count=1 -timeout 10m -run BrowserFlows ./app
stage "desktop program" make --no-print-directory desktop
stage "desktop window" window

printf '\n=== time per stage\n'
printf '%s\n' "${report[@]}"
printf '%5d s  all\n' $((SECONDS - began))
