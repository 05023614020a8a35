"""Where static files come from: our own, and front-end code out of installed wheels."""

from importlib.util import find_spec
from pathlib import Path


def static_of(package: str) -> Path:
    """The static files of a package that is not imported: what it needs to run is not installed."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed: requirements-packaged.txt")
    return Path(spec.origin).parent / "static"


OWN_STATIC = Path(__file__).resolve().parent / "static"
STATICFILES_DIRS = [OWN_STATIC, ("echarts", static_of("instaui_echarts"))]
