"""Tests of a pipeline in Spark: its steps and sinks on given records, no service beside. Not part of a rendered job."""
