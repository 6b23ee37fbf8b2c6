"""How the pages become a site: `make docs`. A link or an anchor that leads nowhere ends the build (`-W -n`)."""

from __future__ import annotations

import re
from typing import Final

from sphinx.application import Sphinx

project = "pipeline"
author = "The pipeline founders"
copyright = "The pipeline founders"  # noqa: A001  Sphinx's own name
html_title = "pipeline"

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["images"]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

html_theme = "furo"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}

OUTSIDE: Final = re.compile(r"\[([^\]]+)\]\((\.\./[^)#]+\.md)\)")


def setup(app: Sphinx) -> None:
    """Let Markdown outside of docs/ be linked as a file: taken for a page, it would be missing."""
    app.connect("source-read", _outside_as_files)


def _outside_as_files(_app: Sphinx, name: str, source: list[str]) -> None:
    if "/" not in name:  # pages in folders below link to pages beside the folder in the same form
        source[0] = OUTSIDE.sub(r"{download}`\1 <\2>`", source[0])
