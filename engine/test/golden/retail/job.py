"""retail, generated from retail.yaml. Do not edit: change the spec and render again.

Runs by `spark-submit job.py` with KAFKA_BOOTSTRAP_SERVERS, MONGODB_URI and MONGODB_DATABASE set; the library is the folder
`stream_job` beside this file.
"""

from stream_job import Job, steps
from stream_job.io import kafka, mongodb

job = Job(pipeline="retail", spec="6ed743a678211757", dead_letters="retail.dead-letters", shuffle_partitions=4)

# retail.yaml:23 stream (kafka.topic)
stream = kafka.read(
    job,
    node="stream",
    topic="retail.transactions",
    columns=(
        "`transaction_id` STRING NOT NULL, `timestamp` TIMESTAMP NOT NULL, `store_id` INT, "
        "`store_name` STRING, `store_location` STRUCT<`city`: STRING, `state`: STRING, `region`: STRING, "
        "`zip`: STRING>, `customer` STRUCT<`id`: STRING, `loyalty_member`: BOOLEAN>, "
        "`items` ARRAY<STRUCT<`category`: STRING, `price`: DOUBLE, `quantity`: INT>>, "
        "`payment` STRUCT<`method`: STRING, `card_type`: STRING>, `summary` STRUCT<`subtotal`: DOUBLE, "
        "`tax_rate`: DOUBLE, `tax_amount`: DOUBLE, `total`: DOUBLE NOT NULL> NOT NULL"
    ),
    max_offsets_per_trigger=50000,
)

# retail.yaml:28 sales (transform.filter)
sales = steps.filter.apply(stream, node="sales", where="`summary`.`total` > 0.0D", failed=None)

# retail.yaml:33 sales_by_region (transform.aggregate)
sales = steps.aggregate.guard(sales, node="sales_by_region", on="`timestamp`", max_ahead="1 hour", failed={})

# retail.yaml:33 sales_by_region (transform.aggregate)
sales_by_region = steps.aggregate.apply(
    sales,
    node="sales_by_region",
    on="`timestamp`",
    max_ahead="1 hour",
    failed={},
    size="1 minute",
    watermark="2 minutes",
    by={"region": "`store_location`.`region`"},
    compute={
        "revenue": "sum(`summary`.`total`)",
        "baskets": "count(*)",
        "average_basket": "avg(`summary`.`total`)",
    },
)

# retail.yaml:41 store_sales (sink.mongodb)
mongodb.upsert(
    job,
    sales,
    query="store_sales",
    node="store_sales",
    collection="sales",
    key=["transaction_id"],
    output_mode="append",
    owns=["stream", "sales", "sales_by_region"],
)

# retail.yaml:51 store_trend (sink.mongodb)
mongodb.upsert(
    job,
    sales_by_region,
    query="store_trend",
    node="store_trend",
    collection="sales_by_region",
    key=["window_start", "region"],
    output_mode="update",
    owns=[],
    operators=["sales_by_region"],
)

job.run()
