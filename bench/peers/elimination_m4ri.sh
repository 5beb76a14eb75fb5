#!/bin/sh
# Builds and runs the M4RI peer where it (libm4ri-dev) and a C compiler are installed; says so and succeeds where they are not.
# Usage: elimination_m4ri.sh ROWS COLUMNS SECONDS
set -eu
here=$(dirname "$0")
program=$(mktemp)
trap 'rm -f "$program"' EXIT
if ! cc -O3 -march=native -o "$program" "$here/elimination_m4ri.c" -lm4ri 2>/dev/null; then
    echo "M4RI is not installed (apt-get install libm4ri-dev); skipped" >&2
    exit 0
fi
"$program" "${1:-1010}" "${2:-1001}" "${3:-1}"
