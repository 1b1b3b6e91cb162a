# Everything a developer or operator runs. `make help` lists it; settings come by environment (docs/settings.md).
SHELL := /bin/bash
export SWIFT ?= swift
# Parameters of single targets reach the scripts by environment: a password in a URL stays out of their argv.
export COUNT RUNS DATABASE_URL USERNAME ROLE S ROW ROUNDS DURATION SEED KEEP SIZES LISTS FEATURE TAGS NAME SCOPES
sources := Package.swift Shared Services Tests

.DEFAULT_GOAL := all
.NOTPARALLEL:
.PHONY: all help install format lint check-secrets build build-release build-debug unit test coverage bench \
  demo up down restart status logs clean migrate sample-contacts create-operator

all: install lint build test ## Format check, build with warnings as errors, every test

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## Installs missing Debian packages (and nothing else)
	@scripts/install.sh

format: ## Formats the sources
	@swift format --in-place --recursive $(sources)

lint: ## Format check
	@swift format lint --strict --recursive $(sources)

check-secrets: ## Looks for credentials in tracked files
	@scripts/check-secrets.py

build: build-debug ## Debug build, tests included

build-debug:
	@$(SWIFT) build --build-tests

build-release: ## Release build
	@$(SWIFT) build -c release

unit: install ## Tests that need no server: seconds
	@scripts/test.sh unit

test: install test-tools ## Every test, on private servers of its own
	@scripts/test.sh all

.PHONY: test-tools
test-tools:
	@scripts/install.sh python3-venv

coverage: install test-tools ## Every test; a table of line coverage by module
	@scripts/test.sh coverage

bench: bench-tools ## Measures the goals side by side with the limit (RUNS=3 COUNT=100000 SIZES=1000,1000000 LISTS=1 MAILOUT_SENDERS=2); writes bench.json
	@cd scripts && /usr/bin/python3 -B -m bench

.PHONY: send-fixtures
send-fixtures: ## Sends every lead of fixtures/leads to its buyer (LEAD=id for one; FRESH=1 with an e-mail and phone of its own)
	@/usr/bin/python3 -B scripts/$(if $(LEAD),send_fixture_to_customer.py $(LEAD),send_all_fixtures_to_customer.py) $(if $(FRESH),--fresh)

.PHONY: bench-tools
bench-tools:
	@scripts/install.sh wrk

.PHONY: chaos chaos-short chaos-tools
chaos: install chaos-tools ## Faults in the middle of mailouts: DURATION=seconds or ROUNDS=1, ROW=name, SEED=…, COUNT=20000
	@cd scripts && /usr/bin/python3 -B -m chaos

chaos-tools:
	@scripts/install.sh nftables libfaketime

chaos-short: install ## The few rows that CI runs, in the debug build
	@cd scripts && ROW=short CHAOS_BUILD=debug /usr/bin/python3 -B -m chaos

.PHONY: acceptance acceptance-tools
acceptance: install acceptance-tools ## Gherkin features against a whole copy of their own (FEATURE=mailing.feature); MAILOUT_BUILD=release for the other build
	@scripts/acceptance.sh

acceptance-tools:
	@scripts/install.sh python3-venv

demo: up ## The whole way: start, import COUNT customers (1000), send, statistics
	@/usr/bin/python3 -B scripts/demo.py

up: install ## Starts everything in the background; returns when all is ready
	@scripts/stack.sh up

down: ## Stops everything; the data stays
	@scripts/stack.sh down

restart: down up ## down, then up

status: ## One line a process: name pid state ready
	@scripts/stack.sh status

logs: ## Follows the logs; S=sender for one
	@scripts/stack.sh logs $(S)

clean: ## Stops everything, removes the build and the state folder
	@scripts/stack.sh remove
	@for state in .build/*-state; do [[ ! -d $$state ]] || MAILOUT_STATE=$$state scripts/stack.sh remove; done
	@rm -rf .build coverage bench.json

migrate: install build-release ## Roles, schemas and migrations: DATABASE_URL=postgres://… or this copy's database
	@scripts/stack.sh migrate

sample-contacts: install build-release ## The three sample contacts and two contact groups [DATABASE_URL=…]
	@scripts/stack.sh sample-contacts

create-operator: install build-release ## USERNAME=… ROLE=viewer|operator|admin [DATABASE_URL=…]
	@scripts/stack.sh create-operator

.PHONY: create-integration remove-integration
create-integration: install build-release ## A program on the queues: NAME=shop SCOPES="mailouts:write mailouts:read" [DATABASE_URL=…]
	@scripts/stack.sh create-integration

remove-integration: install build-release ## NAME=shop [DATABASE_URL=…]
	@scripts/stack.sh remove-integration
