"""How alike two texts are by what they mean, by a sentence encoder that the user names. An extra."""
