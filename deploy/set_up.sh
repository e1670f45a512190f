#!/bin/sh
# Makes .venv and installs what the given lock file names, each only when needed. Run by make from the
# root of the project: sh deploy/set_up.sh requirements.lock
#
# Every way to fail that can be foreseen ends in one sentence and exit code 1. Nothing is written but .venv.

lock=$1

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

# The sentence for the output of a command that failed.
explain() {
    case $1 in
    *'No space left on device'* | *'Errno 28'* | *'Disk quota exceeded'*)
        fail "Le disque est plein : libérez environ 300 Mo (ici, ou dans le dossier temporaire), puis recommencez." ;;
    *'Read-only file system'* | *'Permission denied'* | *'Operation not permitted'*)
        fail "Ce dossier n'est pas accessible en écriture : $(pwd). Changez ses droits ou copiez le projet ailleurs." ;;
    *'Temporary failure in name resolution'* | *'Failed to establish a new connection'* | *'Network is unreachable'* | *'timed out'* | *'No matching distribution found'*)
        fail "Les bibliothèques n'ont pas pu être téléchargées : vérifiez la connexion au réseau, puis recommencez." ;;
    *'DO NOT MATCH THE HASHES'*)
        fail "Une bibliothèque téléchargée n'est pas celle que $lock attend (empreinte différente) : rien n'a été installé." ;;
    esac
    printf '%s\n' "$1" | tail -n 15 >&2
    fail "L'installation a échoué ; les lignes ci-dessus disent pourquoi."
}

recent_enough() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if recent_enough "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
}

make_venv() {
    python=$(find_python)
    if [ -z "$python" ]; then
        found=$("${PYTHON:-python3}" --version 2>&1) || found="aucun"
        fail "Python 3.11 ou plus récent est nécessaire (trouvé : $found). Installez-le, ou indiquez-le : make PYTHON=/chemin/vers/python3.11 …"
    fi
    # Debian ships the module venv without what it needs; its own message about that is eight lines long.
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        fail "Il manque à Python le module venv. Sous Debian ou Ubuntu : apt-get install python3-venv"
    echo "Création de l'environnement Python (.venv)…"
    output=$(LC_ALL=C "$python" -m venv --clear .venv 2>&1) || explain "$output"
}

[ -f "$lock" ] || fail "Le fichier $lock est introuvable : lancez make depuis le dossier du projet."

# A .venv whose Python has been removed or upgraded, or whose making was interrupted, cannot import pip.
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    make_venv
fi

# The copy of a lock file inside .venv says that it was installed, whole.
stamp=.venv/$(basename "$lock").installed
if ! cmp -s "$lock" "$stamp"; then
    echo "Installation des bibliothèques de $lock (une minute au plus)…"
    output=$(LC_ALL=C .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
        --no-warn-script-location --require-hashes -r "$lock" 2>&1) || explain "$output"
    output=$(cp "$lock" "$stamp" 2>&1) || explain "$output"
fi
