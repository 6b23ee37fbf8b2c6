"""The report: one self-contained page on which every citation opens the passage it rests on.

The page loads nothing and runs nothing but its own script: style and script are inlined and admitted by their
digests (Content Security Policy), so whatever an article contains is text. It works without the script too:
citations are links to anchors; the script adds exact highlighting, stepping and announcements.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.domain.claims import ArticleFile
from pipeline.domain.run import RunManifest
from pipeline.domain.synthesis import Synthesis
from pipeline.render import wording
from pipeline.render.report_page import build_page
from pipeline.render.visible import plain, shown


def render_report(
    synthesis: Synthesis,
    files: Sequence[ArticleFile],
    manifest: RunManifest | None = None,
    *,
    reviewing: bool = False,
) -> str:
    """The page as HTML. The same input gives the same page, to the byte.

    Args:
        synthesis: the summary.
        files: its articles, in any order.
        manifest: the record of the run; times and what came from the store are not shown.
        reviewing: served by `pipeline review`: decisions can be made, and the page may ask its own server.

    Raises:
        InputError: a citation does not stand where it says, so the page would highlight something else.
    """
    environment = page_environment("pipeline.render")
    environment.globals.update(wording=wording)
    style = styles(environment, "report.css", *(["review.css"] if reviewing else []))
    script = "".join(inlined(environment, name) for name in ("report.js", *(["review.js"] if reviewing else [])))
    return environment.get_template("report.html.j2").render(
        page=build_page(synthesis, files, manifest),
        reviewing=reviewing,
        policy=content_security_policy(style, script, connect=reviewing),
        style=Markup(style),  # noqa: S704 - our own file, admitted by its digest
        script=Markup(script),  # noqa: S704 - our own file, admitted by its digest
    )


def content_security_policy(style: str, script: str, *, connect: bool = False) -> str:
    """Nothing at all may load; only this style and this script may run; with ``connect`` it may ask its own server."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'",
            *(["connect-src 'self'"] if connect else []),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(source: str) -> str:
    return "sha256-" + b64encode(sha256(source.encode()).digest()).decode()


@lru_cache(maxsize=8)
def page_environment(package: str) -> Environment:
    """For the templates of a package: undefined names fail; what is no markup is shown whole, then escaped."""
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["shown"] = shown
    return environment


def _finalized(value: object) -> object:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def styles(environment: Environment, *names: str) -> str:
    """The style of a page: what all our pages have, then the templates' own."""
    return "".join(
        (inlined(page_environment("pipeline.render"), "base.css"), *(inlined(environment, n) for n in names))
    )


def inlined(environment: Environment, name: str) -> str:
    """A template file. Browsers hash it with LF for CR LF, so how it was checked out must not matter."""
    loader = environment.loader
    assert loader is not None  # noqa: S101 - set just above
    return loader.get_source(environment, name)[0].replace("\r\n", "\n")
