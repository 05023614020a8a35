"""Static storage that also joins the frame's styles and scripts: a first visit makes few requests."""

from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLES = (
    "tokens",
    "base",
    "layout",
    "components/frame",
    "components/search",
    "components/help",
    "components/bottom-bar",
    "components/button",
    "components/page",
    "components/notice",
    "components/dialog",
    "components/forms",
    "components/choice",
    "components/plain-list",
    "components/filter",
    "components/list",
    "components/cards",
    "components/state",
    "components/tree",
    "components/error",
)
SCRIPTS = (
    "guard",
    "errors",
    "menu",
    "search",
    "dialog",
    "row-link",
    "wide-table",
    "offline-guard",
    "draft",
    "session",
    "failure",
)
PARTS = {
    "css": tuple(f"css/{name}.css" for name in STYLES),
    "js": tuple(f"js/{name}.js" for name in SCRIPTS),
}
BUNDLES = {"css": "bundles/frame.css", "js": "bundles/frame.js"}


class BundlingStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Bundles before hashing and compressing, so the bundles are hashed and compressed as well."""

    bundles = BUNDLES

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            for kind, name in BUNDLES.items():
                self.delete(name)
                self._save(name, ContentFile(self._joined(kind, paths)))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    @staticmethod
    def _joined(kind: str, paths: dict[str, Any]) -> bytes:
        pieces = []
        for part in PARTS[kind]:
            storage, path = paths[part]
            with storage.open(path) as file:
                text = file.read()
            # A block of its own keeps each script's names to itself.
            pieces.append(b"{\n" + text + b"}\n" if kind == "js" else text)
        return b"\n".join(pieces)
