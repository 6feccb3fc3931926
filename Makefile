# The commands a newcomer types. Each does what it needs first, so that there is no order to remember.
SHELL := /bin/bash
VENV := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test lint types bench screenshots clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what is missing and build the front end
	@scripts/setup.sh

setup-dev:
	@scripts/setup.sh --dev

run: setup ## start everything on this machine, with the demo company
	@exec $(VENV)/python manage.py run

test: setup-dev ## the whole suite, on the embedded default and on PostgreSQL + Redis
	@$(VENV)/python scripts/run_tests.py $(ARGS)

lint: setup-dev ## style, format and import floors
	@$(VENV)/python -m ruff check . && $(VENV)/python -m ruff format --check . && $(VENV)/lint-imports

types: setup-dev ## mypy, strict
	@$(VENV)/python -m mypy

bench: setup-dev ## the measured figures of docs/
	@$(VENV)/python -m bench $(ARGS)

screenshots: setup-dev ## a picture of every page, into docs/screenshots/
	@DJANGO_SETTINGS_MODULE=tests.settings $(VENV)/python -m tests.journeys.pictures

clean: ## remove what set-up made; the data in var/ stays
	rm -rf .venv node_modules assets/build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -name '*.mo' -delete
