"""The eval harness: does a summary tell what people say it must? The labels are in ``evals/``."""
