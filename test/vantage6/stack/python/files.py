"""Prints the files of a Python that can run algorithms: the standard library, and vantage6-algorithm-tools with all that
it needs."""
import re
import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

needless = {"test", "tests", "idlelib", "ensurepip", "site-packages", "dist-packages"}


def needs(name, found):
    """A distribution and all that it requires here, by name."""
    try:
        found[name] = distribution(name)
    except PackageNotFoundError:  # for another system, or another version of Python
        return found
    for requirement in found[name].requires or []:
        other = re.match(r"[\w.-]+", requirement)[0].lower()
        if "extra ==" not in requirement and other not in found:
            needs(other, found)
    return found


print(sys.executable)
print(Path(sys.prefix) / "pyvenv.cfg")
library = Path(sysconfig.get_path("stdlib"))
for path in library.rglob("*"):
    if path.is_file() and path.suffix != ".a" and needless.isdisjoint(path.relative_to(library).parts):
        print(path)
for package in needs("vantage6-algorithm-tools", {}).values():
    for file in package.files or []:
        if file.locate().is_file() and needless.isdisjoint(file.parts):
            print(file.locate())
