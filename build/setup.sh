#!/bin/sh
# Checks what the machine must have and installs the Debian packages that are
# missing: as root, or by sudo after printing the line. Where neither works it
# names the exact line and stops.
#
#	build/setup.sh run      what `make run` needs
#	build/setup.sh desktop  and what `make desktop` needs besides
#	build/setup.sh test     and what `make test` needs besides both
set -eu

die() { echo "setup: $*" >&2; exit 1; }

[ "$(uname -sm)" = "Linux x86_64" ] || die "Hubcap is built on Linux x86-64"
command -v go >/dev/null 2>&1 || die "Go is missing: install Go 1.26 or later (it comes as one archive) and put it on PATH"
command -v node >/dev/null 2>&1 || die "Node is missing: install Node 20.19 or later with npm"
node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>20||(a===20&&b>=19)?0:1)' ||
	die "Node $(node --version) is too old: install Node 20.19 or later"
command -v npm >/dev/null 2>&1 || die "npm is missing: it comes with Node"
command -v python3 >/dev/null 2>&1 || die "Python 3 is missing: install python3 and python3-pip"
python3 -m pip --version >/dev/null 2>&1 || die "pip is missing: install python3-pip"

# g++ and the headers build the model worker (ollama's engine).
wanted="gcc g++ make nlohmann-json3-dev libstb-dev"
# The window is GTK's with the WebKit of the system.
[ "${1:-run}" = run ] || wanted="$wanted pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev"
# Tests start a PostgreSQL of their own.
# The browser drives the screens; the window is driven on a screen of its own
# by the interface that screen readers use. A network of their own, and the
# browser's list of authorities, are for the tests of the LAN.
[ "${1:-run}" != test ] || wanted="$wanted chromium xvfb xauth dbus-daemon at-spi2-core gir1.2-atspi-2.0 gir1.2-gtk-3.0 python3 python3-gi xdotool postgresql iproute2 libnss3-tools"

missing=
for p in $wanted; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

line="apt-get install -y --no-install-recommends$missing"
echo "setup: installing Debian packages:$missing"
if [ "$(id -u)" = 0 ]; then
	as=
elif command -v sudo >/dev/null 2>&1; then
	as=sudo
else
	die "not root and no sudo here; as root run: apt-get update && $line"
fi
echo "+ $as apt-get update && $as $line"
export DEBIAN_FRONTEND=noninteractive
$as apt-get update -q >/dev/null && $as $line >/dev/null || die "the packages could not be installed; run the line above by hand and look at its answer"
