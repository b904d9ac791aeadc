#!/usr/bin/env bash
# Looks for known vulnerabilities in every locked package and writes a CycloneDX SBOM of each requirements file.
# Exits with 1 when there are vulnerabilities, or when the vulnerability data could not be read.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
mkdir -p build/sbom
for file in requirements*.txt; do
  sbom="build/sbom/${file%.txt}.cdx.json"
  rm -f "$sbom"
  # From OSV, not from a package index: a mirror of PyPI has no vulnerability data, so the result would be empty.
  .venv/bin/python -m uv tool run --quiet pip-audit@2.10.1 --progress-spinner off --vulnerability-service osv --strict \
    --disable-pip --require-hashes -r "$file" --format cyclonedx-json --output "$sbom" 2> "$log" || status=1
  if [ ! -s "$sbom" ]; then
    tail -n 1 "$log" >&2
    echo "make audit: could not read the vulnerability data at api.osv.dev, so $file was not audited." >&2
    exit 1
  fi
  echo "$file: $(grep -E '^(Found|No known)' "$log" || tail -n 1 "$log"); SBOM in $sbom"
done
exit "$status"
