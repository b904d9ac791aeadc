#!/usr/bin/env bash
# Checks what CloudFormation makes of the template for known mistakes of security; scripts/checkov.yaml has what is
# accepted, with the reasons. checkov has an environment of its own, because it needs old versions of many packages.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=$(cksum < requirements-checkov.txt)
if [ "$(cat .checkov-venv/.wanted 2>/dev/null)" != "$wanted" ]; then
  echo "installing checkov into .checkov-venv (only once)" >&2
  .venv/bin/python -m uv venv --quiet --clear --python .venv/bin/python .checkov-venv
  .venv/bin/python -m uv pip install --quiet --require-hashes --python .checkov-venv/bin/python -r requirements-checkov.txt
  echo "$wanted" > .checkov-venv/.wanted
fi
.venv/bin/python -m tests.support.translated build/translated.json
.checkov-venv/bin/checkov --config-file scripts/checkov.yaml --file build/translated.json
