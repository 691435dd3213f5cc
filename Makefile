# The one door: `make` lists what there is, and each recipe can be typed by hand.
# One scratch path and one set of flags per configuration, so that run, test, docs and bench share what is built.

DEBUG_FLAGS =
RELEASE_FLAGS = -c release --static-swift-stdlib
SWIFT_FILES = Package.swift Sources Tests
DATA = data
LISTEN = 127.0.0.1:8080
# Options for scripts/bench, such as BENCH="--only discovery --connections 16".
BENCH =

.PHONY: help setup run test soak format lint docs bench release ci

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## install the packages that building and testing need
	@scripts/setup build test

run: ## set up what is missing, build, and serve http://localhost:8080 with a demo application and a first token
	@scripts/setup build
	swift build $(DEBUG_FLAGS) --product gatehouse
	exec .build/debug/gatehouse serve --data $(DATA) --listen $(LISTEN) --demo

test: ## set up what is missing, and run every test, the browser's too
	@scripts/setup build test
	swift build $(DEBUG_FLAGS) --build-tests
	swift test $(DEBUG_FLAGS) --skip-build --skip WebServerTests --skip ProgramTests --skip StoragePostgresTests
	swift test $(DEBUG_FLAGS) --skip-build --filter StoragePostgresTests
	swift test $(DEBUG_FLAGS) --skip-build --filter WebServerTests
	swift test $(DEBUG_FLAGS) --skip-build --filter ProgramTests
	@if [ -f Tests/Browser/run.sh ]; then sh Tests/Browser/run.sh; fi

soak: ## set up what is missing, and kill servers and databases under load two hundred times each
	@scripts/setup build test
	swift build $(DEBUG_FLAGS) --build-tests
	GATEHOUSE_SOAK_ROUNDS=200 swift test $(DEBUG_FLAGS) --skip-build --filter CrashTests

format: ## swift format, in place
	swift format format --parallel --in-place --recursive $(SWIFT_FILES)

lint: ## swift format lint, and every import against Package.swift
	swift format lint --parallel --strict --recursive $(SWIFT_FILES)
	scripts/check-imports

docs: ## the documentation of every module, in .build/documentation
	@scripts/setup build
	scripts/docs

bench: ## build for release and measure, with the baselines side by side, into docs/performance.md
	@scripts/setup build bench
	swift build $(RELEASE_FLAGS) --product gatehouse
	swift build $(RELEASE_FLAGS) --product bench-baseline
	swift build $(RELEASE_FLAGS) --product bench-load
	scripts/bench $(BENCH)

release: ## the program alone, needing no Swift toolchain to run: .build/release/gatehouse
	@scripts/setup build
	swift build $(RELEASE_FLAGS) --product gatehouse

ci: lint test ## lint, test
