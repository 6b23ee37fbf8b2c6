"""The stages, each a plain function over frozen models. They do not know each other."""
