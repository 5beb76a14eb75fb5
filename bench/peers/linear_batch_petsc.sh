#!/bin/sh
# Builds and runs the PETSc peer where it (petsc-dev) and a C compiler are installed; says so and succeeds where they are not.
# Usage: linear_batch_petsc.sh FILE ITERATIONS SECONDS
set -eu
here=$(dirname "$0")
program=$(mktemp)
trap 'rm -f "$program"' EXIT
if ! flags=$(pkg-config --cflags --libs PETSc 2>/dev/null) || ! ${MPICC:-mpicc} -O3 -march=native -o "$program" "$here/linear_batch_petsc.c" $flags -lm 2>/dev/null; then
    echo "PETSc is not installed (apt-get install petsc-dev); skipped" >&2
    exit 0
fi
"$program" "$@"
