"""Unpacks PySpark's source archive to where `pip install` would put it.

    python unpack_pyspark.py ARCHIVE SITE_PACKAGES

pip would first build a wheel, that is compress 450 MB of jars again, which takes seven times as long. The layout is the
`package_dir` of PySpark's setup.py. Prints "DONE of TOTAL" in bytes of the archive as it goes.
"""

import os
import pathlib
import shutil
import sys
import tarfile

MOVED = {"jars": "jars", "bin": "bin", "sbin": "sbin", "data": "data", "licenses": "licenses"}


def destination(parts: tuple[str, ...], name: str) -> pathlib.PurePath | None:
    """Where a member of the archive belongs below site-packages, None where it does not."""
    match parts:
        case ("pyspark", *_):
            return pathlib.PurePath(*parts)
        case ("lib", *rest):
            return pathlib.PurePath("pyspark", "python", "lib", *rest)
        case ("deps", part, *rest) if part in MOVED:
            return pathlib.PurePath("pyspark", MOVED[part], *rest)
        case ("PKG-INFO",):
            return pathlib.PurePath(f"{name}.dist-info", "METADATA")
        case _:
            return None


def unpack(archive: str, site: str) -> None:
    total = os.path.getsize(archive)
    shown = 0
    with open(archive, "rb") as raw, tarfile.open(fileobj=raw, mode="r:gz") as tar:
        for member in tar:
            name, *parts = pathlib.PurePosixPath(member.name).parts
            target = destination(tuple(parts), name)
            if target is None or not member.isfile() or ".." in parts:
                continue
            path = pathlib.Path(site, target)
            path.parent.mkdir(parents=True, exist_ok=True)
            source = tar.extractfile(member)
            if source is None:
                continue
            with source, open(path, "wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
            path.chmod(0o755 if member.mode & 0o100 else 0o644)
            if raw.tell() - shown > 4_000_000:
                shown = raw.tell()
                print(shown, "of", total, flush=True)
    print(total, "of", total, flush=True)


if __name__ == "__main__":
    unpack(sys.argv[1], sys.argv[2])
