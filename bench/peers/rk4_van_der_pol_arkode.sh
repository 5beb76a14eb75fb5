#!/bin/sh
# Builds and runs the ARKODE peer where SUNDIALS (libsundials-dev) is installed; says so and succeeds where it is not.
# Usage: rk4_van_der_pol_arkode.sh INSTANCES STEPS
set -eu
here=$(dirname "$0")
program=$(mktemp)
trap 'rm -f "$program"' EXIT
if ! cc -O3 -march=native -o "$program" "$here/rk4_van_der_pol_arkode.c" -lsundials_arkode -lsundials_nvecserial -lm 2>/dev/null; then
    echo "SUNDIALS is not installed (apt-get install libsundials-dev); skipped" >&2
    exit 0
fi
"$program" "${1:-10000}" "${2:-200}"
