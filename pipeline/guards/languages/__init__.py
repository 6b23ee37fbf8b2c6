"""Verdicts where the text, or what it cites, is not English: by figures, days, quotations, names, denial and words.

What the guards for English ask beyond that (who says so, who did what to whom, plan or deed, first or last) is not
checked, and every verdict says so.
"""
