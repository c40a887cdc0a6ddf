#!/bin/sh
# Prints the interpreter to install with: PYTHON when it is set, otherwise the first of python3,
# python3.12 and python3.11 that is a Python 3.11 or 3.12. Says what it found when none is.
set -eu

version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

if [ -n "${PYTHON:-}" ]; then
    if ! version_of "$PYTHON" >/dev/null; then
        echo "tilsynstryk: PYTHON=$PYTHON does not run; give the name or path of a Python 3.11 or 3.12" >&2
        exit 2
    fi
    printf '%s\n' "$PYTHON"
    exit 0
fi

found=
for candidate in python3 python3.12 python3.11; do
    version=$(version_of "$candidate") || version=
    case $version in
        3.11 | 3.12)
            printf '%s\n' "$candidate"
            exit 0
            ;;
        '') found="$found${found:+, }no $candidate" ;;
        *) found="$found${found:+, }$candidate is $version" ;;
    esac
done

cat >&2 <<END
tilsynstryk: missing on this machine: Python 3.11 or 3.12 (found: $found)
  Debian/Ubuntu: sudo apt-get install python3.11 python3.11-venv python3.11-dev
  Fedora:        sudo dnf install python3.11 python3.11-devel
  macOS:         brew install python@3.11
  Elsewhere:     pyenv install 3.11; a Python off the PATH is named with make PYTHON=...
END
exit 2
