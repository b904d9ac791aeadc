#!/usr/bin/env bash
# Looks for known vulnerabilities in every locked package and writes a CycloneDX SBOM of each requirements file.
# Ends with 1 when there are vulnerabilities, and also when the vulnerability data could not be read.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
found=0
mkdir -p build/sbom
for file in requirements*.txt; do
  sbom="build/sbom/${file%.txt}.cdx.json"
  rm -f "$sbom"
  # From OSV, not from a package index: a mirror of PyPI knows no vulnerabilities and would find none.
  .venv/bin/python -m uv tool run --quiet pip-audit@2.10.1 --progress-spinner off --vulnerability-service osv --strict \
    --disable-pip --require-hashes -r "$file" --format cyclonedx-json --output "$sbom" 2> "$log" || found=1
  if [ ! -s "$sbom" ]; then
    tail -n 1 "$log" >&2
    echo "make audit: could not read the vulnerability data at api.osv.dev, so $file was not audited." >&2
    exit 1
  fi
  echo "$file: $(grep -E '^(Found|No known)' "$log" || tail -n 1 "$log"); SBOM in $sbom"
done
exit "$found"
