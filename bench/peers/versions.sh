#!/bin/sh
# The versions of the compiled peers that are installed, as one JSON line. A library counts where a C compiler finds its header.
set -u
line=
add() {
    if [ -n "$2" ]; then line="$line${line:+, }\"$1\": \"$2\""; fi
}
# The text of a macro of a header.
macro() {
    printf '#include <%s>\n%s\n' "$1" "$2" | cc -E -P - 2>/dev/null | tail -n 1 | tr -d '" '
}
package() {
    pkg-config --modversion "$1" 2>/dev/null || true
}
add SUNDIALS "$(macro sundials/sundials_config.h SUNDIALS_VERSION | grep '^[0-9]')"
add PETSc "$(package PETSc)"
add M4RI "$(package m4ri)"
add "Open MPI" "$(mpirun --version 2>/dev/null | sed -n 's/^mpirun (Open MPI) //p')"
echo "{$line}"
