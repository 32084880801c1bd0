#!/bin/bash
# The `spark-submit` of target `compose` inside its containers: the job's driver here, its work in the service `spark`.
set -eu
. "$(dirname "$0")/spark-settings.sh"
# The library that the job imports lies beside its script, on a volume that the workers see at the same place.
script=${*: -1}
exec "$SPARK_HOME/bin/spark-submit" --conf "spark.executorEnv.PYTHONPATH=$(dirname "$script")" "$@"
