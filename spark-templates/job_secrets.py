"""Secrets of nodes: in JOB_SECRETS, a JSON object node → setting → value, and in no generated file."""

from __future__ import annotations

import json
import os


def secret_of(node: str, setting: str) -> str:
    """The secret, never empty; raises a ValueError that names what is missing."""
    value = json.loads(os.environ.get("JOB_SECRETS") or "{}").get(node, {}).get(setting)
    if not value:
        raise ValueError(f"JOB_SECRETS has no `{setting}` for the node `{node}`")
    return str(value)
