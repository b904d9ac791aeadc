#!/usr/bin/env bash
# Creates .venv (Linewatch, its checks and its tests) and .emulator-venv (the local AWS), both with the same Python.
# Does nothing when the requirements have not changed.
set -euo pipefail
cd "$(dirname "$0")/.."

# The allowed Python versions: 3.$least to 3.$newest.
read -r least below <<< "$(sed -n 's/^requires-python = ">=3\.\([0-9]*\),<3\.\([0-9]*\)"$/\1 \2/p' pyproject.toml)"
newest=$((below - 1))
wanted=$(cat requirements*.txt scripts/setup.sh - <<< "$least $below" | cksum)
if [ -x .venv/bin/python ] && [ -x .emulator-venv/bin/python ] && [ "$(cat .venv/.wanted 2>/dev/null)" = "$wanted" ]; then
  exit 0
fi

suits() {
  "$1" -c "import sys, venv, ensurepip; sys.exit(not (3, $least) <= sys.version_info[:2] < (3, $below))" 2>/dev/null
}

find_python() {
  local candidate
  for candidate in "python3.$newest" "python3.$least" python3 "$HOME"/.pyenv/versions/3.1[2-9]*/bin/python; do
    if suits "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  echo "Linewatch needs Python 3.$least to 3.$newest with its venv module, and there is none." >&2
  echo "Install one: 'apt install python3.$newest-venv', 'brew install python@3.$newest', 'pyenv install 3.$newest', or from python.org." >&2
  return 1
}

if ! suits .venv/bin/python; then
  python=$(find_python)
  echo "setting up with $("$python" --version)" >&2
  "$python" -m venv --clear .venv
fi
sed -n '/^uv==/,/[^\\]$/p' requirements-dev.txt |
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r /dev/stdin
.venv/bin/python -m uv pip install --quiet --compile-bytecode --require-hashes --python .venv/bin/python -r requirements-dev.txt
.venv/bin/python -m uv venv --quiet --clear --python .venv/bin/python .emulator-venv
.venv/bin/python -m uv pip install --quiet --compile-bytecode --require-hashes --python .emulator-venv/bin/python -r requirements-emulator.txt
echo "$wanted" > .venv/.wanted
