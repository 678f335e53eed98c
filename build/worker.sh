#!/bin/sh
# Builds build/bin/hubcap-worker, the one program that links ollama's engine.
#
#	build/worker.sh          build if anything it is made from changed
#	build/worker.sh check    only say whether the machine can build it
#
# A cold build compiles llama.cpp: 4 to 7 minutes on two cores. Later ones
# take seconds, and nothing at all is done while the recorded digest of the
# sources still fits.
set -eu
cd "$(dirname "$0")/.."

out=build/bin/hubcap-worker
stamp=build/bin/.hubcap-worker.sources
malgo=github.com/gen2brain/malgo@v0.11.24
malgo_sum=h1:hHcIJVfzWcEDHFdPl5Dl/CUSOjzOleY0zzAV8Kx+imE=
# The flag reaches C++ code that runs before main, so the worker can't check
# the CPU itself: backend/llm/local does, before it starts the worker.
flags="-O3 -march=x86-64-v3"

die() { echo "worker: $*" >&2; exit 1; }

missing=
command -v gcc >/dev/null 2>&1 || missing="$missing gcc"
command -v g++ >/dev/null 2>&1 || missing="$missing g++"
[ -e /usr/include/nlohmann/json.hpp ] || missing="$missing nlohmann-json3-dev"
[ -e /usr/include/stb/stb_image.h ] || missing="$missing libstb-dev"
[ -z "$missing" ] || die "the model worker needs Debian packages that are not installed. Run: apt-get install -y$missing"
[ "$(uname -sm)" = "Linux x86_64" ] || die "the model worker is built on Linux x86-64 only; Hubcap words its briefings by rules without it"
[ "${1:-}" != check ] || exit 0

digest() {
	{
		echo "$flags $malgo"
		go version
		grep ' github.com/ollama/ollama \|	github.com/ollama/ollama ' go.mod || true
		cat build/worker.sh cmd/hubcap-worker/*.go backend/llm/wire/*.go
	} | sha256sum | cut -d' ' -f1
}
want=$(digest)
if [ -x "$out" ] && [ "$(cat "$stamp" 2>/dev/null || true)" = "$want" ]; then
	exit 0
fi

# ollama's module zip lacks miniaudio.h; this Go module carries it.
json=$(go mod download -json "$malgo") || die "cannot download $malgo; the model worker needs its miniaudio.h"
case "$json" in *"$malgo_sum"*) ;; *) die "$malgo does not have its pinned checksum" ;; esac
dir=$(printf '%s\n' "$json" | sed -n 's/^[[:space:]]*"Dir": "\(.*\)",*$/\1/p')
[ -e "$dir/miniaudio.h" ] || die "$malgo holds no miniaudio.h"
mkdir -p build/include build/bin
ln -sfn "$dir" build/include/miniaudio

echo "worker: compiling the model engine (minutes the first time)" >&2
start=$(date +%s)
tmp="$out.$$"
trap 'rm -f "$tmp"' EXIT
CGO_ENABLED=1 CGO_CFLAGS="$flags" CGO_CXXFLAGS="$flags" CGO_CPPFLAGS="-I$PWD/build/include" \
	nice -n 10 go build -trimpath -tags worker -o "$tmp" \
	-ldflags '-s -w -linkmode external -extldflags "-static-libstdc++ -static-libgcc"' \
	./cmd/hubcap-worker
mv "$tmp" "$out"
echo "$want" >"$stamp"
echo "worker: built $out in $(($(date +%s) - start)) s" >&2
