#!/bin/sh
# Builds build/bin/versitygw, the S3 server of the tests, from the Go modules
# that build/versitygw pins. About 40 s when cold, a second later.
set -eu
cd "$(dirname "$0")/versitygw"
CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o ../bin/versitygw github.com/versity/versitygw/cmd/versitygw
