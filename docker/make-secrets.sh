#!/bin/sh
# Writes the random secrets of docker-compose.yml to docker/secrets. What is there already stays as it is.
set -eu
dir=$(cd "$(dirname "$0")" && pwd)/secrets
mkdir -p "$dir"
# Nobody else enters the folder; inside a container another user than yours must read the files.
chmod 0700 "$dir"
for name in mongodb_keyfile mongodb_root_password mongodb_engine_password spark_secret; do
  [ -s "$dir/$name" ] && continue
  head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$dir/$name"
  chmod 0444 "$dir/$name"
  echo "made docker/secrets/$name"
done
