"""The two engines: who writes the drafts. Everything after a draft is the same code for both."""
