"""From a `Synthesis` to files that people read: Markdown and one self-contained page."""
