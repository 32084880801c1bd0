"""The same pipeline by hand: Kafka, from_json, filter, MongoDB Spark Connector.

Started by spark-submit with the Kafka and MongoDB jars; settings come from the environment.
"""

import os

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

COLUMNS = """
    transaction_id STRING, timestamp TIMESTAMP, store_id INT, store_name STRING,
    store_location STRUCT<city: STRING, state: STRING, region: STRING, zip: STRING>,
    customer STRUCT<id: STRING, loyalty_member: BOOLEAN>,
    items ARRAY<STRUCT<category: STRING, price: DOUBLE, quantity: INT>>,
    payment STRUCT<method: STRING, card_type: STRING>,
    summary STRUCT<subtotal: DOUBLE, tax_rate: DOUBLE, tax_amount: DOUBLE, total: DOUBLE>
"""

spark = SparkSession.builder.appName("peer").config("spark.sql.session.timeZone", "UTC").getOrCreate()
spark.sparkContext.setLogLevel("WARN")

sales = (
    spark.readStream.format("kafka")
    .option("kafka.bootstrap.servers", os.environ["KAFKA_BOOTSTRAP_SERVERS"])
    .option("subscribe", os.environ["TOPIC"])
    .option("startingOffsets", "earliest")
    .option("maxOffsetsPerTrigger", os.environ["MAX_OFFSETS_PER_TRIGGER"])
    .load()
    .select(F.from_json(F.col("value").cast("string"), COLUMNS).alias("sale"))
    .select("sale.*")
    .where("summary.total > 0")
    # The key becomes `_id`, so that a batch that is run again replaces its documents, and no second index is needed.
    .withColumn("_id", F.col("transaction_id"))
)

query = (
    sales.writeStream.format("mongodb")
    .option("checkpointLocation", os.environ["CHECKPOINT"])
    .option("connection.uri", os.environ["MONGODB_URI"])
    .option("database", os.environ["MONGODB_DATABASE"])
    .option("collection", os.environ["MONGODB_COLLECTION"])
    .option("operationType", "replace")
    .option("upsertDocument", "true")
    .option("idFieldList", "_id")
    # One failing document need not hold up the rest, and the server may work on a bulk in any order.
    .option("ordered", "false")
    .outputMode("append")
    .start()
)
query.awaitTermination()
