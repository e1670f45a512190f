#!/bin/sh
# Collects the texts to translate and compiles the French catalogue. Run by make messages.
set -e

if ! command -v xgettext >/dev/null || ! command -v msgfmt >/dev/null; then
    echo "Les outils de gettext manquent. Sous Debian ou Ubuntu: apt-get install gettext" >&2
    exit 1
fi

# The command only reads source files: these values satisfy the settings, nothing is served with them.
export DEBUG=1
mkdir -p locale
# No source lines in the catalogue: they would change with every commit.
.venv/bin/python manage.py makemessages --locale fr --no-location --no-obsolete --no-wrap \
    --ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*' --ignore 'deploy/*' --ignore 'node_modules/*'
.venv/bin/python manage.py compilemessages --locale fr --ignore .venv
