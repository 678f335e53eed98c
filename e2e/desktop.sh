#!/usr/bin/env bash
# Drives the real window, on a screen and a session bus of its own, by the
# interface that screen readers use. Needs build/bin/hubcap-desktop.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x build/bin/hubcap-desktop ] || { echo "desktop: build/bin/hubcap-desktop is missing. Run: make desktop" >&2; exit 1; }
home=$(mktemp -d)
trap "cp \"$home/hub.log\" e2e/out/desktop-hub.log 2>/dev/null; rm -rf \"$home\"" EXIT
mkdir -p "$home/out" e2e/out
# The size is one that a laptop has; WebKit's own sandbox needs what a
# container may not have, so it stays off here.
env -u HUBCAP_DATA HOME="$home" XDG_DATA_HOME="$home/.local/share" XDG_CONFIG_HOME="$home/.config" XDG_CACHE_HOME="$home/.cache" \
	XDG_RUNTIME_DIR="$home" NO_AT_BRIDGE=0 GTK_THEME=Adwaita LC_ALL=C.UTF-8 \
	timeout 600 dbus-run-session -- xvfb-run -a -s "-screen 0 1400x900x24" /usr/bin/python3 -W ignore::DeprecationWarning -u e2e/desktop.py "$@"
