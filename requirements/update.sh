#!/usr/bin/env bash
# Renews the hashed pins from pyproject.toml. Needs pip-tools in the Python that runs it:
#   PYTHON=.venv/bin/python requirements/update.sh [pip-compile options, such as --upgrade]
# No address of a registry is written: whoever installs chooses one.
set -euo pipefail
cd "$(dirname "$0")/.."
for pins in runtime test; do
    extra=()
    if [ "$pins" = test ]; then extra=(--extra test); fi
    "${PYTHON:-python3}" -m piptools compile --quiet --no-config --no-header --generate-hashes --allow-unsafe \
        --strip-extras --build-deps-for editable --no-emit-index-url --no-emit-find-links \
        --no-emit-trusted-host --no-emit-options "${extra[@]}" "$@" \
        --output-file "requirements/$pins.txt" pyproject.toml
    sed -i -e '/^# The following packages are considered to be unsafe/d' "requirements/$pins.txt"
done
