"""One module per transform: `steps.<word>.apply(frame, ...)` takes a frame and gives a frame."""

from stream_job.steps import aggregate, check, deduplicate, explode, filter, http, join, keywords, language, lookup, mask, model, python, select, sentiment, split, text_clean, top, union

__all__ = ["aggregate", "check", "deduplicate", "explode", "filter", "http", "join", "keywords", "language", "lookup", "mask", "model", "python", "select", "sentiment", "split", "text_clean", "top", "union"]
