# Linewatch: `make demo` shows all of it, `make test` proves it. Everything else is `python -m linewatch --help`.
.DEFAULT_GOAL := help
.PHONY: help setup demo up down test test-long check schemas picture evaluate loadtest lock audit
export PYTHONUNBUFFERED := 1

IN_VENV := .venv/bin/python -m

help: ## These words
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## Make .venv and .emulator-venv; nothing when they are up to date
	@scripts/setup.sh

demo: setup ## Sample images (or IMAGES=folder) through the whole chain on the local AWS
	@$(IN_VENV) linewatch demo $(if $(IMAGES),--images "$(IMAGES)")

up: setup ## Start the local AWS with Linewatch on it
	@$(IN_VENV) linewatch up

down: setup ## Stop it; it keeps its state
	@$(IN_VENV) linewatch down

check: setup ## Style, types, import rules, and the template against what AWS knows
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/cfn-lint --regions us-east-1 --template "$$($(IN_VENV) linewatch develop package)/template.json"

test: check ## The checks, the unit suite, a fault at every call, then the suite on the local AWS (DATA=folder of sets adds the real images)
	$(IN_VENV) pytest --numprocesses auto
	$(IN_VENV) pytest -m "faults and not long"
	$(IN_VENV) pytest -m emulator

test-long: setup ## Many examples, many minutes
	$(IN_VENV) pytest -m long

schemas: setup ## Write schemas/ from the events
	@$(IN_VENV) linewatch develop schemas

picture: setup ## Draw docs/images/demo.png: a model trained on sample images, and what it says of unseen ones
	@rm -rf build/picture
	@$(IN_VENV) linewatch samples build/picture
	@$(IN_VENV) linewatch train build/picture --out build/picture/model.safetensors
	@$(IN_VENV) linewatch develop picture build/picture --model build/picture/model.safetensors

evaluate: setup ## Accuracy on every set in DATA=folder
	@$(IN_VENV) linewatch measure sets $(if $(DATA),"$(DATA)",$(error say where the sets are: make evaluate DATA=folder))

loadtest: setup ## Cameras at work against the local AWS for a minute
	@$(IN_VENV) linewatch measure loadtest

lock: setup ## Write requirements*.txt anew from pyproject.toml (UPGRADE=1 takes the newest versions)
	@scripts/lock.sh $(if $(UPGRADE),--upgrade)

audit: setup ## Look for known vulnerabilities in what is locked, and write build/sbom/ (needs the internet)
	@scripts/audit.sh
