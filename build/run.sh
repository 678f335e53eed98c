#!/usr/bin/env bash
# Starts the built hub with the sample fleet and builds the model worker
# beside it; the hub notices by itself when the worker is there.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .run
# A free machine builds the worker in minutes; nice keeps the hub answering.
(nice -n 10 build/models.sh && nice -n 10 build/worker.sh) >.run/worker-build.log 2>&1 &
builder=$!
trap 'kill $builder 2>/dev/null || true' EXIT
echo "The model worker is being built meanwhile (.run/worker-build.log); briefings are worded by rules until it is ready."
build/bin/hubcap serve --data .run/data --sample --building --open "$@"
