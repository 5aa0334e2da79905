.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
ENVIRONMENT := .venv/.ready
DEMO ?=

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*##"} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	     /^[a-z-]+:.*##/ {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Try it
.PHONY: demo run
demo: $(ENVIRONMENT) ## A real day of contacts through the running services (DEMO="--kill router")
	$(BIN)/switchyard demo $(DEMO)

run: $(ENVIRONMENT) ## Every service on this machine, with the example configuration
	$(BIN)/switchyard run --config config

##@ Every day
.PHONY: setup test faults check fmt lint types imports configuration compose
setup: $(ENVIRONMENT) ## The virtual environment, from the locked requirements

$(ENVIRONMENT): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

test: $(ENVIRONMENT) ## All tests; those on Apache Kafka where Java and the jars are (make kafka-jars)
	$(BIN)/pytest $(PYTEST)

faults: $(ENVIRONMENT) ## One history of the fault simulation and its story (SEED=…), or many (COUNT=…)
	$(BIN)/python -m tests.simulation $(if $(COUNT),--count $(COUNT) --from $(or $(SEED),0),$(or $(SEED),0))

check: lint types imports configuration compose ## All that must pass before a change lands, but the tests

fmt: $(ENVIRONMENT) ## Format and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lint: $(ENVIRONMENT) ## Style and bans
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(ENVIRONMENT) ## mypy, strict
	$(BIN)/mypy

imports: $(ENVIRONMENT) ## Who may import whom
	$(BIN)/lint-imports

configuration: $(ENVIRONMENT) ## The example configuration has no errors
	$(BIN)/switchyard check config

compose: ## The compose files can be read, where Docker Compose is
	@if docker compose version >/dev/null 2>&1; then compose="docker compose"; \
	elif command -v docker-compose >/dev/null; then compose=docker-compose; \
	else echo "Docker Compose is not here: the compose files were not checked"; exit 0; fi; \
	$$compose config -q && $$compose -f compose.yaml -f deploy/compose.demo.yaml config -q

##@ Apache Kafka without Docker
.PHONY: kafka-jars kafka
kafka-jars: ## Fetch Kafka's jars with Maven into .kafka/libs
	mvn --batch-mode --quiet --file deploy/kafka/pom.xml dependency:copy-dependencies \
	  -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/.kafka/libs

kafka: $(ENVIRONMENT) ## One broker in the foreground, on 127.0.0.1:9092 (Java 17 and make kafka-jars)
	$(BIN)/python -m switchyard.brokers

##@ Now and then
.PHONY: bench lock clean
bench: $(ENVIRONMENT) ## Speed, as ratios against a raw loop in the same run (Java and jars needed)
	$(BIN)/python -m tests.bench

lock: $(ENVIRONMENT) ## Pin the requirements anew, with hashes
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	  --no-emit-index-url --no-annotate --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	  --no-emit-index-url --no-annotate --no-header requirements-dev.in -o requirements-dev.txt

clean: ## Remove what was made here
	rm -rf .venv .kafka .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
