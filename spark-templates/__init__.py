"""The library of a generated job: reading, steps, sinks and the life of its queries. Rendered beside job.py as `stream_job`."""

from stream_job.job import Job

__all__ = ["Job"]
