"""The documents, carried out and held against what they tell of."""
