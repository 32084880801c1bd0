#!/bin/bash
# The `spark-submit` of target `compose` inside its containers: the job's driver here, its work in the service `spark`.
set -eu
. "$(dirname "$0")/spark-settings.sh"
exec "$SPARK_HOME/bin/spark-submit" "$@"
