"""Fetches the source archive of a pinned package and goes on where a broken-off attempt stopped, which `pip download` does not.

    python fetch_archive.py NAME VERSION FILE SHA256...

Index, proxy, certificates and passwords are those of pip's own configuration: the parts of pip used here are no public interface,
but the lock pins pip. Prints "Progress DONE of TOTAL" in bytes as it goes. FILE.part holds what is there so far.
"""

import hashlib
import logging
import os
import sys

from pip._internal.commands.download import DownloadCommand
from pip._internal.network.utils import HEADERS, raise_for_status, response_chunks
from pip._vendor.packaging.specifiers import SpecifierSet
from pip._vendor.requests.exceptions import ChunkedEncodingError, ConnectionError, Timeout
from pip._vendor.urllib3.exceptions import HTTPError

ATTEMPTS = 5
CHUNK = 256 * 1024
EVERY = 2_000_000


def archive_url(finder, name: str, version: str) -> str:
    found = finder.find_best_candidate(name, specifier=SpecifierSet(f"=={version}")).applicable_candidates
    links = [candidate.link for candidate in found if candidate.link.filename.endswith(".tar.gz")]
    if not links:
        sys.exit(f"ERROR: No matching distribution found for {name}=={version}")
    return links[-1].url_without_fragment


def fetch_rest(session, url: str, part: str) -> None:
    """Appends what is missing. A server that cannot start in the middle sends all of it anew."""
    have = os.path.getsize(part) if os.path.exists(part) else 0
    headers = {**HEADERS, **({"Range": f"bytes={have}-"} if have else {})}
    response = session.get(url, headers=headers, stream=True)
    if response.status_code == 416:
        return
    raise_for_status(response)
    done = have if response.status_code == 206 else 0
    total = done + int(response.headers.get("content-length", 0))
    shown = -EVERY
    with open(part, "ab" if done else "wb") as out:
        for chunk in response_chunks(response, CHUNK):
            out.write(chunk)
            done += len(chunk)
            if done - shown >= EVERY or done == total:
                shown = done
                print(f"Progress {done} of {total}", flush=True)
    if done < total:
        raise ConnectionError(f"connection broken: {done} of {total} bytes")


def fetch(session, url: str, part: str) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return fetch_rest(session, url, part)
        except (ChunkedEncodingError, ConnectionError, HTTPError, Timeout) as error:
            if attempt == ATTEMPTS:
                sys.exit(f"ERROR: connection broken: {error}")
            print(f"WARNING: Retrying after connection broken by {error!r}", flush=True)


def digest_of(file: str) -> str:
    with open(file, "rb") as content:
        digest = hashlib.sha256()
        while chunk := content.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def check(part: str, wanted: str, hashes: tuple[str, ...]) -> None:
    found = digest_of(part)
    if found in hashes:
        return
    os.remove(part)
    print(f"    {wanted} from the index:\n        Expected sha256 {hashes[0]}\n             Got        {found}")
    sys.exit("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES")


def main(name: str, version: str, file: str, *hashes: str) -> None:
    part = f"{file}.part"
    command = DownloadCommand("download", "")
    # No cache: it would hold a second copy of the archive.
    options, _ = command.parse_args(["--no-cache-dir", "--retries", "4"])
    with command.main_context():
        session = command.get_default_session(options)
        url = archive_url(command._build_package_finder(options, session), name, version)
        print(f"Downloading {os.path.basename(file)}", flush=True)
        fetch(session, url, part)
    check(part, f"{name}=={version}", hashes)
    os.replace(part, file)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    main(*sys.argv[1:])
