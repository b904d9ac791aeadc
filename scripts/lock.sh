#!/usr/bin/env bash
# Writes requirements*.txt from pyproject.toml: every package with its version and hashes, for all supported platforms
# and Python versions. `scripts/lock.sh --upgrade` takes the newest versions of packages that pyproject.toml does not pin.
set -euo pipefail
cd "$(dirname "$0")/.."

lock() {
  local file=$1
  shift
  .venv/bin/python -m uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --custom-compile-command "make lock" --no-annotate \
    --output-file "$file" "$@"
}

lock requirements-dev.txt pyproject.toml --all-extras --group dev "$@"
lock requirements-checkov.txt --group checkov "$@"
lock requirements-emulator.txt --group emulator "$@"
lock requirements-lookout.txt --group lookout "$@"
lock requirements-peer.txt --group peer "$@"
lock requirements.txt --group functions --constraints requirements-dev.txt
# Without dependencies: onnxruntime requires packages that running a graph does not import.
lock requirements-vision.txt --group vision --constraints requirements-dev.txt --no-deps
lock requirements-calendar.txt --group calendar --constraints requirements-dev.txt
lock requirements-training.txt --group training --constraints requirements-dev.txt
lock requirements-lake.txt --group lake --constraints requirements-dev.txt
lock requirements-reports.txt --group reports --constraints requirements-dev.txt
# Without dependencies: aws-xray-sdk requires botocore, which is large, and which Lambda already has.
lock requirements-tracing.txt --group tracing --constraints requirements-dev.txt --no-deps
