"""What is known of languages other than English: which one a text is in, its words, sentences, figures and dates.

One module a language holds data only; the modules that read them ask the data, never for a language by name.
"""
