#!/usr/bin/env bash
# Asks every route of the OpenAPI document what it does not expect, as three
# roles and as nobody, of a real hub with the sample fleet: no answer may be a
# 5xx, none may be of a kind or shape that the document does not name. Run from
# the repository's root.
#
#   build/schema/schemathesis.sh [EXAMPLES]     per operation; default 8
set -euo pipefail
examples=${1:-8}
version=4.32.5
venv=.venv
work=$(mktemp -d)
reports=build/cache/schema
hub=build/bin/hubcap

if ! "$venv/bin/python" -c 'import importlib.metadata as m; assert m.version("schemathesis") == "'$version'"' 2>/dev/null; then
	[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
	"$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
fi

stop() {
	[ -z "${pid:-}" ] || { kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }
	rm -rf "$work"
}
trap stop EXIT

HUBCAP_MODELS="$work/no-models" "$hub" serve --data "$work/data" --listen 127.0.0.1:0 --sample >"$work/out" 2>"$work/log" &
pid=$!
for _ in $(seq 300); do
	grep -q '/?t=' "$work/out" && break
	kill -0 "$pid" || { cat "$work/log" >&2; exit 1; }
	sleep 0.1
done
url=$(sed -n 's#.*\(http://127.0.0.1:[0-9]*\)/?t=.*#\1#p' "$work/out" | head -1)
key() { "$hub" key create "$1" --role "$1" --data "$work/data"; }

# One worker: hypothesis reads its own sources, which Python 3.11 can't do in two
# threads at once. What a document can't know is checked elsewhere: live never ends, and which
# input a role may send at all is the rights matrix's matter.
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance
failed=0
mkdir -p "$reports"
for role in owner technician viewer nobody; do
	header=(-H "X-Role: $role")
	[ "$role" = nobody ] || header=(-H "Authorization: Bearer $(key "$role")")
	echo "--- as $role"
	"$venv/bin/schemathesis" run frontend/openapi.json --url "$url" "${header[@]}" --checks "$checks" --phases examples,coverage,fuzzing \
		--max-examples "$examples" --exclude-operation-id live --seed 1 --workers 1 --request-timeout 30 \
		--suppress-health-check all --no-color >"$reports/$role.txt" 2>&1 || failed=1
	tail -25 "$reports/$role.txt"
done
[ "$failed" = 0 ] || { for f in "$reports"/*.txt; do echo "== $f"; grep -v '^$' "$f" | tail -150; done; exit 1; }
