"""existing, generated from existing.yaml. Do not edit: change the spec and render again.

Runs by `spark-submit job.py` with KAFKA_BOOTSTRAP_SERVERS, MONGODB_URI and MONGODB_DATABASE set; the library is the folder
`stream_job` beside this file.
"""

from stream_job import Job, steps
from stream_job.io import kafka, mongodb

job = Job(pipeline="existing", spec="770a24bfc2447592", dead_letters="existing.dead-letters", shuffle_partitions=4)

# existing.yaml:4 orders (source.kafka)
orders = kafka.read(
    job,
    node="orders",
    topic="shop.orders",
    columns="`id` STRING NOT NULL, `total` DOUBLE",
    max_offsets_per_trigger=50000,
    metadata={"arrived": "timestamp", "record_key": "key", "trace": "header.trace"},
    start="2026-01-05T12:00:00Z",
)

# existing.yaml:11 per_hour (transform.aggregate)
orders = steps.aggregate.guard(orders, node="per_hour", on="`arrived`", max_ahead="1 hour", failed={})

# existing.yaml:11 per_hour (transform.aggregate)
per_hour = steps.aggregate.apply(
    orders,
    node="per_hour",
    on="`arrived`",
    max_ahead="1 hour",
    failed={},
    size="1 hour",
    watermark="5 minutes",
    by={"trace": "`trace`"},
    compute={"orders": "count(*)"},
)

# existing.yaml:15 stored (sink.mongodb)
mongodb.upsert(
    job,
    orders,
    query="stored",
    node="stored",
    collection="orders",
    key=["id"],
    output_mode="append",
    owns=["orders", "per_hour"],
)

# existing.yaml:16 trend (sink.mongodb)
mongodb.upsert(
    job,
    per_hour,
    query="trend",
    node="trend",
    collection="orders_by_hour",
    key=["window_start", "trace"],
    output_mode="update",
    owns=[],
    operators=["per_hour"],
)

job.run()
