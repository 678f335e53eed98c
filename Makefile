# Hubcap. `make run` and `make test` are all a newcomer needs.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# The hub is free of cgo; only the worker and -race need a C compiler.
export CGO_ENABLED := 0
export GOFLAGS := -buildvcs=false

GO      := go
BIN     := build/bin
HUB     := $(BIN)/hubcap
INDEX   := embedded/vpic/data/vpic.idx
SITE    := frontend/dist/index.html
MODULES := frontend/node_modules/.package-lock.json
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

GOSRC   := $(shell find . -name '*.go' -not -path './frontend/node_modules/*' -not -name '*_test.go' 2>/dev/null)
WEBSRC  := $(shell find frontend/src frontend/public -type f 2>/dev/null) frontend/index.html frontend/vite.config.ts frontend/tsconfig.json

.PHONY: help run screenshots check test soak bench bench-hub bench-backup bench-intake parity drill eval cover lint vpic models worker frontend api hub desktop clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## set up, build and start Hubcap with the sample fleet
	@build/setup.sh run
	@$(MAKE) --no-print-directory hub
	@build/run.sh

check: $(INDEX) ## the inner ring: pure Go and Vitest, under three minutes warm
	@build/check.sh

test: ## everything: worker, oracle, browser, drills; prints the time of each stage
	@build/test.sh

soak: hub worker models ## hours of eval, drills and parity at full size
	@build/soak.sh

bench: hub ## decode and insight figures beside their rivals
	@build/bench.sh

bench-hub: hub ## the hub at 100,000 vehicles under load
	@$(GO) run ./cmd/benchhub -hub $(HUB)

bench-backup: ## the backup beside restic and a full copy (restic: apt install restic)
	@$(GO) run ./cmd/benchbackup

bench-intake: hub $(INDEX) ## claims and repairs scored on lists with planted errors; lists timed
	@$(GO) run ./cmd/benchintake
	@python3 build/intake.py $(HUB) backend/intake/claim/claimtest/vins.txt

parity: $(INDEX) ## 20,000 generated VINs against the independent oracle
	@build/parity/parity.sh 20000

drill: hub ## fault drills at full count
	@HUBCAP_TEST_DRILL=1 $(GO) test -count=1 -timeout 60m -run 'Drill|Kill|Full|Flipped|Torn|Suite|Skipped|TestUpdate|AYear' ./backend/store/... ./backend/search ./backend/job ./backend/vpic/... ./backend/blob ./sync/... ./app/...

eval: models worker $(INDEX) ## 200 briefings, each claim derived again from the records
	@HUBCAP_TEST_EVAL=200 HUBCAP_TEST_WORKER_REQUIRED=1 $(GO) test -count=1 -timeout 60m -run 'TestEval|TestNoLie|TestChangedTruth|TestReal' -v ./backend/insight/... ./backend/intake/...

cover: $(INDEX) ## statement coverage by package
	@mkdir -p build/cache; $(GO) test -count=1 -coverpkg=./... -coverprofile=build/cache/cover.out ./... | grep -v "^ok\|no test files" || true; $(GO) tool cover -func=build/cache/cover.out | tail -1

lint: $(MODULES) ## formatting, vet, staticcheck, Biome
	@build/lint.sh

vpic: $(INDEX) ## the VIN index from the vPIC tables
$(INDEX): embedded/vpic/vpic_2026_10.tar.zst $(wildcard cmd/vpicgen/*.go backend/vpic/tables/*.go backend/vpic/index/*.go backend/vin/*.go)
	$(GO) run ./cmd/vpicgen -in $< -out $@

models: ## fetch the model packs, by digest
	@build/models.sh

worker: ## build the model worker (minutes when cold)
	@build/worker.sh

frontend: $(SITE) ## the web app
$(MODULES): frontend/package.json frontend/package-lock.json
	cd frontend && npm ci --ignore-scripts --no-progress --loglevel=error
	@touch $@
$(SITE): $(MODULES) $(WEBSRC)
	cd frontend && npm run --silent build

api: $(INDEX) ## the typed client, from the OpenAPI document
	@mkdir -p build/cache
	$(GO) run . openapi > build/cache/openapi.json && mv build/cache/openapi.json frontend/openapi.json
	cd frontend && npm run --silent api

hub: $(HUB) ## the hub, with index and web app inside
$(HUB): $(INDEX) $(SITE) $(GOSRC) go.mod go.sum
	$(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o $@ .

desktop: hub ## the hub with a window of its own (needs the WebKit of the system)
	@build/setup.sh desktop
	CGO_ENABLED=1 $(GO) build -trimpath -tags desktop,production,webkit2_41 -ldflags "-X main.version=$(VERSION)" -o $(BIN)/hubcap-desktop .

clean: ## remove what was built
	rm -rf build/bin build/models build/cache build/include frontend/dist/assets frontend/dist/index.html $(INDEX)

screenshots: hub ## the pictures of the README
	node e2e/screenshots.mjs
