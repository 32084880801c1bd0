"""inventory, generated from inventory.yaml. Do not edit: change the spec and render again.

Runs by `spark-submit job.py` with KAFKA_BOOTSTRAP_SERVERS, MONGODB_URI and MONGODB_DATABASE set; the library is the folder
`stream_job` beside this file.
"""

from stream_job import Job, steps
from stream_job.io import kafka, mongodb

job = Job(pipeline="inventory", spec="82ace23566eddb69", dead_letters="inventory.dead-letters", shuffle_partitions=4)

# inventory.yaml:16 stream (kafka.topic)
stream = kafka.read(
    job,
    node="stream",
    topic="inventory.sales",
    columns=(
        "`transaction_id` STRING NOT NULL, `timestamp` TIMESTAMP NOT NULL, "
        "`items` ARRAY<STRUCT<`category`: STRING, `price`: DOUBLE, `quantity`: INT>>"
    ),
    max_offsets_per_trigger=50000,
)

# inventory.yaml:21 items (transform.explode)
items = steps.explode.apply(stream, node="items", list="`items`", element="item", index="index", drop="items", keep_empty=False)

# inventory.yaml:26 lines (transform.select)
lines = steps.select.apply(
    items,
    node="lines",
    columns={"timestamp": "`timestamp`", "category": "`item`.`category`", "units": "`item`.`quantity`"},
    failed={},
)

# inventory.yaml:31 sold (transform.aggregate)
lines = steps.aggregate.guard(lines, node="sold", on="`timestamp`", max_ahead="1 hour", failed={})

# inventory.yaml:31 sold (transform.aggregate)
sold = steps.aggregate.apply(
    lines,
    node="sold",
    on="`timestamp`",
    max_ahead="1 hour",
    failed={},
    size="10 minutes",
    watermark="2 minutes",
    by={"category": "`category`"},
    compute={"units": "try_sum(`units`)", "lines": "count(*)"},
    broken={"units": "(count(`units`) > 0 AND try_sum(`units`) IS NULL)"},
)

# inventory.yaml:39 shelves (transform.lookup)
shelves = steps.lookup.apply(
    sold,
    node="shelves",
    on={"category": "category"},
    columns={"category": "STRING", "stocked": "BIGINT", "reorder_at": "BIGINT"},
    rows=[
        ["Automotive", "40000", "4000"],
        ["Beauty", "40000", "4000"],
        ["Books", "40000", "4000"],
        ["Clothing", "40000", "4000"],
        ["Electronics", "20000", "10000"],
        ["Grocery", "80000", "8000"],
        ["Home & Garden", "40000", "4000"],
        ["Pharmacy", "40000", "4000"],
        ["Sports", "40000", "4000"],
        ["Toys", "40000", "4000"],
    ],
    added={"stocked": "stocked", "reorder_at": "reorder_at"},
    missing="keep",
)

# inventory.yaml:57 stock (transform.select)
stock = steps.select.apply(
    shelves,
    node="stock",
    columns={
        "window_start": "`window_start`",
        "window_end": "`window_end`",
        "category": "`category`",
        "units": "`units`",
        "lines": "`lines`",
        "reorder_at": "`reorder_at`",
        "units_left": "try_subtract(`stocked`, `units`)",
    },
    failed={
        "units_left": "`stocked` IS NOT NULL AND `units` IS NOT NULL AND try_subtract(`stocked`, `units`) IS NULL",
    },
)

# inventory.yaml:62 low (transform.filter)
low = steps.filter.apply(stock, node="low", where="`units_left` < `reorder_at`", failed=None)

# inventory.yaml:67 stored (sink.mongodb)
mongodb.upsert(
    job,
    stock,
    query="stored",
    node="stored",
    collection="units_by_category",
    key=["window_start", "category"],
    output_mode="update",
    owns=["sold", "shelves", "stock"],
    operators=["sold"],
)

# inventory.yaml:75 alerts (sink.kafka)
kafka.send(
    job,
    low,
    query="alerts",
    node="alerts",
    topic="inventory.low-stock",
    topics=["inventory.low-stock"],
    key=["category"],
    acks="all",
    output_mode="update",
    owns=["low"],
    operators=[None],
)

# dead letters of what leads to lines: only stateful queries read it, and they cannot carry them
kafka.rejects(job, lines, query="lines.rejects", owns=["stream", "items", "lines", "sold"])

job.run()
