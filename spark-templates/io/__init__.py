"""One module per kind of topic and sink."""
