#!/usr/bin/env bash
# The figures of docs/benchmarks.md: decoder beside its rivals, then store,
# search and models.
set -euo pipefail
cd "$(dirname "$0")/.."
build/parity/bench.sh 200000 1
echo "== store"
go test -run '^$' -bench . -benchtime 2s ./backend/store/bolt
echo "== search"
go test -run '^$' -bench . -benchtime 2s ./backend/search
echo "== models"
go test -run '^$' -bench 'Embed|Chat' -benchtime 3s ./backend/llm/local
echo "== meaning"
go test -run '^$' -bench Near -benchtime 3s ./backend/search/meaning
