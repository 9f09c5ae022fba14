# NetPulse. `make help` lists what there is to do.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/pytest -q --durations=10 --durations-min=5
# Workers for tests that may run side by side: more than cores, for half of their time they wait.
JOBS ?= 3
STAGE ?= dev
# Branch coverage that decisions have at least; pyproject.toml has the floor of everything.
DOMAIN_FLOOR := 98
# More for the CDK, such as context="-c domain=noc.example.com -c certificate=arn:…".
context ?=
CDK := JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=true node_modules/.bin/cdk
TESTS_IN_PROCESS := $(wildcard tests/test_*.py tests/contract tests/integration tests/flow tests/infra)
TESTS_DEPLOYED := $(wildcard tests/e2e tests/security)
UV := build/lock/bin/uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --custom-compile-command "make lock"
LOCKED := layers/common functions/alerts functions/auth functions/devices functions/metrics functions/notify functions/platform functions/reports pollers

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z%-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install everything needed into .venv, .venv-emulator and node_modules
	@$(PYTHON) -m local.bootstrap

.PHONY: up down status logs
up: setup ## Start all of NetPulse on this machine and print its URLs and a login
	@$(BIN)/python -m local up

down: ## End what `make up` started
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m local down; else echo "nothing was running"; fi

status: ## Show every local process and its health
	@$(BIN)/python -m local status

logs: ## Follow the local logs; name=poller follows one of them
	@$(BIN)/python -m local logs $(name)

.PHONY: fmt
fmt: setup ## Format the code and repair what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: check lint test-unit check-web
check: setup lint test-unit check-web ## The fast part: lint, types, architecture, unit tests

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-unit: setup ## Unit tests
	$(PYTEST) -n $(JOBS) tests/unit

check-web: setup
	@if [ -f web/package.json ]; then npm --prefix web run --silent check; fi

.PHONY: test test-in-process test-deployed
test: check test-in-process test-deployed ## Everything: check, then tests with a database, infrastructure and a deployed stack

test-in-process: setup ## Contract, integration, flow and infrastructure tests
	$(PYTEST) -n $(JOBS) --dist worksteal $(TESTS_IN_PROCESS)

test-deployed: setup ## Tests against the deployed stack, which they start and end
	$(PYTEST) $(TESTS_DEPLOYED)

.PHONY: coverage
coverage: setup ## What unit, contract and integration tests cover, and what domains lack
	$(PYTEST) -n $(JOBS) --dist worksteal --cov --cov-report= tests/unit tests/contract tests/integration
	$(BIN)/coverage report --include='functions/*/domain/*,pollers/domain/*' --show-missing \
		--skip-covered --fail-under=$(DOMAIN_FLOOR)
	$(BIN)/coverage report --skip-covered --sort=cover

.PHONY: test-browser
test-browser: setup ## The dashboard's whole journey in headless Chromium against a deployed stack
	$(PYTEST) tests/e2e/test_browser_dashboard.py

.PHONY: synth deploy
synth: setup ## Synthesise the CDK app; STAGE=local|dev|prod
	$(CDK) synth --quiet --context stage=$(STAGE) $(context)

deploy: setup ## Deploy to the AWS account of the environment; STAGE=dev|prod
	npm --prefix web run --silent build
	@# The firewall lies in us-east-1, from where CloudFormation carries no value to other regions by itself.
	$(CDK) deploy NetPulse-$(STAGE)-firewall --context stage=$(STAGE) $(context) \
		--outputs-file build/firewall-$(STAGE).json
	$(CDK) deploy --all --context stage=$(STAGE) $(context) --outputs-file build/outputs-$(STAGE).json \
		--parameters FirewallArn="$$($(PYTHON) -c 'import json, sys; print(*(each["FirewallArn"] for each in json.load(sys.stdin).values()))' \
		< build/firewall-$(STAGE).json)"
	$(BIN)/python -m infra.publish --stage=$(STAGE) --outputs=build/outputs-$(STAGE).json \
		--version="$$(git describe --tags --always --dirty)"

.PHONY: lock
lock: ## Compile the hashed lock files anew; upgrade="--upgrade" takes newer versions
	@test -x $(UV) || { $(PYTHON) -m venv build/lock && build/lock/bin/pip install -q uv==0.13.9; }
	$(LOCK) $(upgrade) requirements.in -o requirements.txt
	$(LOCK) $(upgrade) local/emulator-requirements.in -o local/emulator-requirements.txt
	@# What is shipped has the versions that were tested.
	@for folder in $(LOCKED); do \
		$(LOCK) $(upgrade) --constraint requirements.txt $$folder/requirements.in -o $$folder/requirements.txt; \
	done

bench-%: setup ## Run one benchmark; one JSON object a line
	@$(BIN)/python -m bench.$*
