"""Make the generated parts of the documents anew: ``make pages``, or ``python -m tests.docs.generate``.

Whole pages in docs/reference, and what stands between the marks of the README and of the other pages. The figures
themselves are kept in `evals/results` by the scripts that measure them; this measures nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tests.docs.figures import filled
from tests.docs.markdown import GENERATED, ROOT, written_pages
from tests.docs.reference import cli_page, data_page, errors_page, metrics_page, schemas_file, settings_page

WHOLE: Final[Mapping[str, Callable[[], str]]] = {
    "commands.md": cli_page,
    "settings.md": settings_page,
    "errors.md": errors_page,
    "metrics.md": metrics_page,
    "data.md": data_page,
    "schemas.json": schemas_file,
}
"""What is in docs/reference, by file name."""


def made() -> dict[Path, str]:
    """Every document that is generated, or holds what is, as it should be now."""
    pages = {GENERATED / name: make() for name, make in WHOLE.items()}
    return pages | {page: filled(page.read_text(encoding="utf-8")) for page in written_pages()}


def main() -> None:
    """Write what differs, and name it."""
    for path, text in made().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))  # noqa: T201  a script


if __name__ == "__main__":
    main()
