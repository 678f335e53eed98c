#!/usr/bin/env bash
# The inner ring: pure Go and Vitest.
set -euo pipefail
cd "$(dirname "$0")/.."
unformatted=$(gofmt -l $(git ls-files -co --exclude-standard '*.go'))
[ -z "$unformatted" ] || { echo "not formatted: $unformatted" >&2; exit 1; }
go vet ./...
go test ./...
build/inittrace.sh
make --no-print-directory -s frontend/node_modules/.package-lock.json
cd frontend
npx --no-install biome check --error-on-warnings .
npx --no-install tsc --noEmit
npx --no-install vitest run
