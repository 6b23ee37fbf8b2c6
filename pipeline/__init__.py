"""Several news articles about one event in; one cited summary out."""
