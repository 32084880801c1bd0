# Sourced by the scripts beside it: where Spark is, and its settings in a file that only this user reads.
. /opt/toolchain/spark.env
export SPARK_HOME PYSPARK_PYTHON PYSPARK_DRIVER_PYTHON="$PYSPARK_PYTHON" PYTHONPATH
export SPARK_CONF_DIR=/tmp/spark-conf
mkdir -p -m 0700 "$SPARK_CONF_DIR"
(
  umask 077
  cat >"$SPARK_CONF_DIR/spark-defaults.conf" <<SETTINGS
spark.authenticate               true
spark.authenticate.secret        $(cat /run/secrets/spark_secret)
spark.network.crypto.enabled     true
spark.ui.enabled                 false
spark.ui.killEnabled             false
spark.master.rest.enabled        false
spark.driver.bindAddress         0.0.0.0
spark.driver.host                $(hostname)
spark.driver.extraClassPath      $KAFKA_JARS
spark.executor.extraClassPath    $KAFKA_JARS
spark.executor.memory            1g
spark.executor.logs.rolling.strategy          size
spark.executor.logs.rolling.maxSize           4194304
spark.executor.logs.rolling.maxRetainedFiles  2
spark.worker.cleanup.enabled                  true
spark.worker.cleanup.appDataTtl               3600
SETTINGS
)
