#!/bin/sh
# Measures the decoder, and beside it the rivals on the same VINs: ultravin
# 3.0.2 (PyPI) and @cardog/corgi 2.0.1 (npm). Run from the repository's root
# after `make vpic`; prints what docs/benchmarks/decode.md holds.
#
#   build/parity/bench.sh [VINS [SEED]]      HUBCAP=program: do not build one
set -eu
vins=${1:-200000}
seed=${2:-1}
venv=.venv
cache=build/cache/parity
hubcap=${HUBCAP:-$cache/hubcap}

mkdir -p "$cache"
go build -o "$cache/parity" ./build/parity
[ -n "${HUBCAP:-}" ] || CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$hubcap" .
"$cache/parity" mix -n "$vins" -seed "$seed" > "$cache/mix.txt"

echo "== machine"
grep -m1 "model name" /proc/cpuinfo | sed 's/.*: //'
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg), $(go version | cut -d' ' -f3)"
echo "index $(wc -c < embedded/vpic/data/vpic.idx) bytes"

echo "== hubcap"
"$cache/parity" bench -n "$vins" -seed "$seed"

echo "== hubcap decode VIN (process start to answer, 20 runs)"
python3 build/parity/start.py "$hubcap"

echo "== 1,000,000 VINs from CSV to CSV, all columns"
million="$cache/million.csv"
echo vin > "$million"
n=0
while [ "$n" -lt 1000000 ]; do
    cat "$cache/mix.txt" >> "$million"
    n=$((n + vins))
done
head -n 1000001 "$million" > "$million.head" && mv "$million.head" "$million"
python3 build/parity/start.py "$hubcap" "$million"
rm -f "$million"

echo "== ultravin 3.0.2"
if ! "$venv/bin/python" -c 'import ultravin; assert ultravin.__version__ == "3.0.2"' 2>/dev/null; then
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check ultravin==3.0.2
fi
"$venv/bin/python" build/parity/rival.py "$cache/mix.txt"

echo "== @cardog/corgi 2.0.1"
if [ ! -d "$cache/corgi/node_modules/@cardog/corgi" ]; then
    mkdir -p "$cache/corgi"
    printf '{"name":"corgi-bench","private":true,"type":"module"}\n' > "$cache/corgi/package.json"
    (cd "$cache/corgi" && npm install --silent --no-audit --no-fund --no-save @cardog/corgi@2.0.1) || echo "does not install here"
fi
cp build/parity/rival.mjs "$cache/corgi/rival.mjs"
node "$cache/corgi/rival.mjs" "$cache/mix.txt" || echo "does not run here"
