#!/bin/bash
# A standalone Spark cluster of one master and one worker. Ends when either of them does.
set -eu
. "$(dirname "$0")/spark-settings.sh"
export SPARK_DAEMON_MEMORY=384m SPARK_NO_DAEMONIZE=1
# Replaced by Java, so that a signal to the job reaches it.
class() { exec "$SPARK_HOME/bin/spark-class" "$@"; }
class org.apache.spark.deploy.master.Master --host spark --port 7077 --webui-port 8090 &
class org.apache.spark.deploy.worker.Worker --host spark --port 7078 --webui-port 8091 \
  --cores 2 --memory 1536m --work-dir /tmp/spark-work spark://spark:7077 &
trap 'kill $(jobs -p) 2>/dev/null' TERM INT
wait -n
