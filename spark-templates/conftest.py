"""Pytest finds this folder as the package `stream_job`, as a rendered job does; unittest goes by `python run_tests.py`."""

from run_tests import mount

mount()
