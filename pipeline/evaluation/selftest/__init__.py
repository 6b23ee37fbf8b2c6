"""The harness tested by mutation: it must notice corrupted gold summaries, and let honest rewordings pass."""
