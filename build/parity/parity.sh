#!/bin/sh
# Compares every field of generated VINs with ultravin, an independent decoder,
# at the same release and clock. Run from the repository's root.
#
#   build/parity/parity.sh [VINS [SEED]]
set -eu
vins=${1:-20000}
seed=${2:-1}
clock=${PARITY_CLOCK:-2026-11-22}
venv=.venv
cache=build/cache/parity

if ! "$venv/bin/python" -c 'import ultravin; assert ultravin.__version__ == "3.0.2"' 2>/dev/null; then
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check ultravin==3.0.2
fi
mkdir -p "$cache"
go build -o "$cache/parity" ./build/parity
"$cache/parity" descriptors > "$cache/descriptors.tsv"
"$cache/parity" vins -n "$vins" -seed "$seed" -now "$clock" > "$cache/vins.jsonl"
"$cache/parity" answer -now "$clock" < "$cache/vins.jsonl" > "$cache/answers.jsonl"
"$venv/bin/python" build/parity/parity.py --now "$clock" --descriptors "$cache/descriptors.tsv" < "$cache/answers.jsonl"
