"""The versions of the Python peers that are installed, as one JSON line; nothing is imported, so it takes no time."""
import json
from importlib import metadata, util

versions = {}
for name, module in (("PyTorch", "torch"), ("NumPy", "numpy"), ("SciPy", "scipy")):
    if util.find_spec(module) is not None:
        try:
            versions[name] = metadata.version(module).split("+")[0]
        except metadata.PackageNotFoundError:
            versions[name] = "of unknown version"
print(json.dumps(versions))
