#!/bin/sh
# Resolves pyproject.toml into the two lock files: hashes, no address. Run by make lock.
set -e

upgrade=${UPGRADE:+--upgrade}
compile() {
    output=$1
    shift
    # uv keeps the versions of an existing output file unless it is told to upgrade.
    cp "$output" "$work/$output"
    # shellcheck disable=SC2086  # no word at all when $upgrade is empty
    .venv/bin/python -m uv pip compile --quiet --generate-hashes --universal --no-annotate --python-version 3.11 \
        --custom-compile-command "make lock" $upgrade "$@" pyproject.toml -o "$work/$output"
    # Where the packages came from on this machine is nobody's business, and may not be reachable elsewhere.
    if grep -nE '://|file:|^-' "$work/$output"; then
        echo "$output contiendrait une adresse (ci-dessus): rien n'a été changé." >&2
        exit 1
    fi
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
echo "Installation de uv…"
.venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check uv
echo "Calcul des versions…"
compile requirements.lock
compile requirements-dev.lock --group dev --constraint "$work/requirements.lock"
cp "$work/requirements.lock" "$work/requirements-dev.lock" .
echo "requirements.lock et requirements-dev.lock sont à jour."
