"""The versions of the Python peers that are installed, as one JSON line; none of them is imported, so it takes no time."""
import ctypes
import json
from importlib import metadata, util


def blas():
    """The BLAS of the system, which packages of the distribution use: the reference one is many times slower than OpenBLAS."""
    try:
        ctypes.CDLL("libblas.so.3")
        with open("/proc/self/maps") as maps:
            return " with OpenBLAS" if "openblas" in maps.read() else " with a BLAS that is not OpenBLAS (libopenblas0-pthread)"
    except OSError:
        return ""


versions = {}
for name, module in (("PyTorch", "torch"), ("NumPy", "numpy"), ("SciPy", "scipy")):
    if util.find_spec(module) is not None:
        try:
            versions[name] = metadata.version(module).split("+")[0] + blas()
        except metadata.PackageNotFoundError:
            versions[name] = "of unknown version"
print(json.dumps(versions))
