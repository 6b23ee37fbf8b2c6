"""Whether a text entails another, by a cross-encoder that the user names. An extra: nothing here is loaded without."""
