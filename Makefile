# Patchbay. `make help` tells what there is.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# The same flags for every build of one configuration, so that nothing is built twice.
SWIFT_BUILD := swift build -c release
BIN = $(shell $(SWIFT_BUILD) --show-bin-path)

.PHONY: help setup build plugins run demo test isolation chaos schedules hotload bench format lint clean

help:  ## this text
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## install the Debian packages that are missing (asks sudo when not root)
	@Host/Setup/packages.sh

build: setup  ## build host and connectors, release
	$(SWIFT_BUILD)

plugins: build  ## put the built connectors where the host finds them: plugins/<id>/<version>/
	@Host/Setup/stage.sh "$(BIN)" plugins

run: plugins  ## start the host on port 8080 (PORT=…) and run the starter workflow; Ctrl-C ends it
	@Host/Setup/run.sh "$(BIN)"

demo:  ## run the starter workflow against the running host
	@Host/Setup/demo.sh "$(BIN)"

test: setup  ## everything the tests need, then all tests, with coverage of what must be covered
	@Host/Setup/test.sh

isolation: setup  ## the connectors' tests with every connector in a runner: the results are those of the host's process
	@Host/Setup/servers.sh .build/servers
	swift build --build-tests
	PATCHBAY_ISOLATION=runner swift test --skip-build --filter ConnectorsTests

chaos: setup  ## kill workers and restart the database under 20,000 runs (RUNS=…), and measure 10,000 (DEATHS=…)
	swift build --build-tests
	PATCHBAY_CHAOS_RUNS=$(or $(RUNS),20000) PATCHBAY_CHAOS_DEATHS=$(or $(DEATHS),10000) swift test --skip-build --filter ChaosTests

schedules: setup  ## 200 schedules each second on three hosts, one of which is killed every 5 s, for 60 s (SECONDS=…)
	swift build --build-tests
	PATCHBAY_SCHEDULE_SECONDS=$(or $(SECONDS),60) swift test --skip-build --filter ScheduleChaosTests

hotload: setup  ## install, replace and roll back a connector on two hosts under 200 runs a second (RATE=…), and tell the times
	swift build --build-tests
	PATCHBAY_HOT_RATE=$(or $(RATE),200) swift test --skip-build --filter HotLoadingTests

bench: plugins  ## the budgets of the design, measured
	@Host/Setup/bench.sh "$(BIN)"

format:  ## format all Swift files in place
	swift format --in-place --parallel --recursive Package.swift ConnectorSDK Connectors Host Tests

lint:  ## say what `make format` would change, and what it cannot
	swift format lint --strict --parallel --recursive Package.swift ConnectorSDK Connectors Host Tests

clean:  ## remove what was built and staged; the data folder stays
	rm -rf .build
	find plugins -mindepth 1 -maxdepth 1 -type d -exec rm -rf {} +
