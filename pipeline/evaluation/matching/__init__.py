"""Whether a sentence tells a hand-labelled fact, decided by words and rules alone: no model is asked."""
