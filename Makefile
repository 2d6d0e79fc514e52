# Needs only make, a C compiler and Python 3.11 or 3.12; the rest is fetched as the lock files say.
START ?= $(firstword $(foreach name,python3 python3.12 python3.11 python,$(if $(shell command -v $(name)),$(name))))
BUILD = $(START) local/bootstrap.py
RUN = $(BUILD) -m
WISHES = $(if $(TUTORS),--tutors $(TUTORS)) $(if $(SEED),--seed $(SEED)) $(if $(SPEED),--speed $(SPEED))
TESTS ?= tests
TOGETHER ?= 2

.DEFAULT_GOAL := help
.PHONY: help up doctor test test-slow check format bench demo-tour demo-coaching clean

ifeq ($(START),)
$(error There is no Python on PATH. Install Python 3.11 or 3.12)
endif

help: ## Say what can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1 \t/' | expand -t 20

up: ## Start the demo and keep it running (TUTORS=300 SEED=1 SPEED=1; Ctrl-C stops it)
	@$(RUN) local up $(WISHES)

doctor: ## Say what is wrong with the running demo
	@$(RUN) local doctor

test: ## Run the whole suite but the slow tests (TESTS=tests/rules for a part, TOGETHER=2 processes)
	@$(RUN) local tools
	@$(RUN) pytest -m "not slow" -n $(TOGETHER) --dist loadgroup $(TESTS)

test-slow: ## Run the slow tests
	@$(RUN) local tools
	@$(RUN) pytest -m slow $(TESTS)

check: ## Check format, style, types and import contracts
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@$(BUILD) .venv/bin/lint-imports

format: ## Bring the code into form
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .

bench: ## Measure ratios to limits and peers, as JSON lines
	@$(RUN) bench

demo-tour: ## Walk one case through the running demo, with pictures of each step in docs/pictures
	@$(RUN) local tour --pictures docs/pictures

demo-coaching: ## Walk a tip and a coaching case through a demo of SPEED=1440 (half an hour), with pictures
	@$(RUN) local tour --coaching --pictures docs/pictures

clean: ## Remove this checkout's world, environment and caches
	@if test -x .venv/bin/python; then .venv/bin/python -m local clean; fi
	@rm -rf .venv node_modules web/static/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
