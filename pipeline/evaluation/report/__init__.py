"""From an `Evaluation` to what people and CI read: a terminal's text, JUnit, a job summary, one page."""
