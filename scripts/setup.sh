#!/usr/bin/env bash
# Makes .venv (Linewatch, its checks and its tests) and .emulator-venv (the local AWS), both with the same Python.
# Does nothing when the requirements are those of the last time.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=$(cat requirements*.txt scripts/setup.sh | cksum)
if [ -x .venv/bin/python ] && [ -x .emulator-venv/bin/python ] && [ "$(cat .venv/.wanted 2>/dev/null)" = "$wanted" ]; then
  exit 0
fi

suits() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null
}

find_python() {
  local candidate
  for candidate in python3.13 python3.12 python3 "$HOME"/.pyenv/versions/3.1[2-9]*/bin/python; do
    if suits "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  echo "Linewatch needs Python 3.12 or newer with its venv module, and finds none." >&2
  echo "Install one: 'apt install python3.12-venv', 'brew install python@3.13', 'pyenv install 3.13', or from python.org." >&2
  return 1
}

if ! suits .venv/bin/python; then
  python=$(find_python)
  echo "setting up with $("$python" --version)" >&2
  "$python" -m venv --clear .venv
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check "$(grep '^uv==' requirements-dev.txt)"
.venv/bin/python -m uv pip install --quiet --python .venv/bin/python -r requirements-dev.txt
.venv/bin/python -m uv venv --quiet --clear --python .venv/bin/python .emulator-venv
.venv/bin/python -m uv pip install --quiet --python .emulator-venv/bin/python -r requirements-emulator.txt
echo "$wanted" > .venv/.wanted
