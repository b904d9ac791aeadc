#!/usr/bin/env bash
# Writes requirements*.txt from pyproject.toml: every package with its version and hashes, for all platforms and Pythons
# that Linewatch supports. `scripts/lock.sh --upgrade` takes the newest versions of what pyproject.toml does not pin.
set -euo pipefail
cd "$(dirname "$0")/.."

lock() {
  local file=$1
  shift
  .venv/bin/python -m uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --custom-compile-command "make lock" --no-annotate \
    --output-file "$file" "$@"
}

lock requirements-dev.txt pyproject.toml --all-extras --group dev "$@"
lock requirements-emulator.txt --group emulator "$@"
lock requirements.txt --group functions --constraints requirements-dev.txt
lock requirements-vision.txt --group vision --constraints requirements-dev.txt
lock requirements-lake.txt --group lake --constraints requirements-dev.txt
# Without their dependencies: aws-xray-sdk asks for botocore, which Lambda has, and which is most of its size.
lock requirements-tracing.txt --group tracing --constraints requirements-dev.txt --no-deps
