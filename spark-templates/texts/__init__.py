"""One module per function of a text: `texts.<word>.prepare(**arguments)` gives a function from a text to its result.

They need neither Spark nor anything else of this library, so that a preview runs the same functions in plain Python. They fail for no text.
"""
