"""One module per function of a text: `texts.<word>.prepare(**arguments)` gives a function from a text to its result.

They need no Spark, so that a preview runs the same functions in plain Python. They are made to fail for no text; one that does is of its row alone
(`calling`).
"""
