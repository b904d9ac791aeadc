#!/usr/bin/env bash
# Looks for known vulnerabilities in every locked package and writes a CycloneDX SBOM of each requirements file.
# Ends with 1 when there are vulnerabilities, and also when the vulnerability data could not be read.
set -euo pipefail
cd "$(dirname "$0")/.."

found=0
mkdir -p build/sbom
for file in requirements*.txt; do
  sbom="build/sbom/${file%.txt}.cdx.json"
  rm -f "$sbom"
  .venv/bin/python -m uv tool run --quiet pip-audit@2.10.1 --progress-spinner off --disable-pip --require-hashes -r "$file" \
    --format cyclonedx-json --output "$sbom" || found=1
  if [ ! -s "$sbom" ]; then
    echo "$file was not audited: the vulnerability data could not be read (see above). Nothing is known of it." >&2
    exit 1
  fi
  echo "$sbom"
done
exit "$found"
