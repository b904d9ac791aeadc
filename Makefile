# `make demo` shows all of Linewatch, `make test` tests it. For everything else see `.venv/bin/linewatch --help`.
.DEFAULT_GOAL := help
.PHONY: help setup demo up down test test-long check types others schemas picture peer evaluate loadtest lock audit
export PYTHONUNBUFFERED := 1

IN_VENV := .venv/bin/python -m
PYTEST := $(IN_VENV) pytest --durations 12 --durations-min 5

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## Create .venv and .emulator-venv unless they are up to date
	@scripts/setup.sh

demo: setup ## Send sample images (or IMAGES=folder) through a local stack
	@$(IN_VENV) linewatch demo $(if $(IMAGES),--images "$(IMAGES)")

up: setup ## Start the local AWS with Linewatch on it
	@$(IN_VENV) linewatch up

down: setup ## Stop the local AWS and keep its state
	@$(IN_VENV) linewatch down

check: setup ## Check style, types, import rules, and the template against the AWS specification and for mistakes of security
	@$(MAKE) --no-print-directory --jobs 2 types others

types:
	.venv/bin/mypy

others:
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/lint-imports
	.venv/bin/cfn-lint --regions us-east-1 --template "$$($(IN_VENV) linewatch develop package)/template.json"
	scripts/checkov.sh

test: check ## Run the checks, the unit tests, those that train or need a browser, the fault tests and the tests on a local AWS (DATA=folder of sets adds real images)
	$(PYTEST) --numprocesses auto --dist worksteal
	$(PYTEST) -m "training or browser" --numprocesses auto --dist worksteal
	$(PYTEST) -m "faults and not long"
	$(PYTEST) -m emulator --numprocesses 2 --dist loadscope

test-long: setup ## Run the long tests: many examples, many minutes, and mutants of the code that tests must notice
	$(IN_VENV) pytest -m long
	$(IN_VENV) tests.mutants

schemas: setup ## Write schemas/ from the events and the routes
	@$(IN_VENV) linewatch develop schemas
	@$(IN_VENV) linewatch develop openapi

picture: setup ## Draw docs/images/demo.png: a model trained on sample images, and what it says of unseen ones
	@rm -rf build/picture
	@$(IN_VENV) linewatch samples build/picture
	@$(IN_VENV) linewatch train build/picture --out build/picture/model.safetensors
	@$(IN_VENV) linewatch develop picture build/picture --model build/picture/model.safetensors

peer: setup ## Create .peer-venv with PatchCore of anomalib (torch: 6 GB), which evaluate then shows beside
	.venv/bin/python -m uv venv --quiet --clear --python .venv/bin/python .peer-venv
	.venv/bin/python -m uv pip install --quiet --require-hashes --python .peer-venv/bin/python -r requirements-peer.txt

evaluate: setup ## Measure accuracy on every image set in DATA=folder
	@$(IN_VENV) linewatch measure sets $(if $(DATA),"$(DATA)",$(error name the folder of the sets: make evaluate DATA=folder))

loadtest: setup ## Send images from many cameras to a local AWS for a minute
	@$(IN_VENV) linewatch measure loadtest

lock: setup ## Write requirements*.txt from pyproject.toml (UPGRADE=1 takes the newest versions)
	@scripts/lock.sh $(if $(UPGRADE),--upgrade)

audit: setup ## Check locked packages for known vulnerabilities, and write build/sbom/ (needs the internet)
	@scripts/audit.sh
