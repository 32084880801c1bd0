"""One module per function of the columns of a row, made of a file of the user's: `functions.<word>.prepare(content=…, **arguments)`.

They need no Spark, so that a preview runs the same functions in plain Python. One that works on many rows at once says so by `BATCHES`.
"""
