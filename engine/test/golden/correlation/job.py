"""correlation, generated from correlation.yaml. Do not edit: change the spec and render again.

Runs by `spark-submit job.py` with KAFKA_BOOTSTRAP_SERVERS, MONGODB_URI and MONGODB_DATABASE set; the library is the folder
`stream_job` beside this file.
"""

from stream_job import Job, steps
from stream_job.io import kafka, mongodb

job = Job(pipeline="correlation", spec="44b9b151556209d6", dead_letters="correlation.dead-letters", shuffle_partitions=4)

# correlation.yaml:17 sales (kafka.topic)
sales = kafka.read(
    job,
    node="sales",
    topic="correlation.sales",
    columns=(
        "`transaction_id` STRING NOT NULL, `timestamp` TIMESTAMP NOT NULL, "
        "`store_location` STRUCT<`region`: STRING>, `summary` STRUCT<`total`: DOUBLE NOT NULL> NOT NULL"
    ),
    max_offsets_per_trigger=50000,
)

# correlation.yaml:22 sales_by_hour (transform.aggregate)
sales = steps.aggregate.guard(sales, node="sales_by_hour", on="`timestamp`", max_ahead="1 hour", failed={})

# correlation.yaml:41 posts (kafka.topic)
posts = kafka.read(
    job,
    node="posts",
    topic="correlation.posts",
    columns=(
        "`post_id` STRING NOT NULL, `subreddit` STRING NOT NULL, `title` STRING, `body` STRING, "
        "`flair` STRING, `comments` INT, `author` STRING, `score` INT, `created_utc` TIMESTAMP NOT NULL, "
        "`url` STRING"
    ),
    max_offsets_per_trigger=50000,
)

# correlation.yaml:22 sales_by_hour (transform.aggregate)
sales_by_hour = steps.aggregate.apply(
    sales,
    node="sales_by_hour",
    on="`timestamp`",
    max_ahead="1 hour",
    failed={},
    size="1 hour",
    watermark="10 minutes",
    final=True,
    by={"region": "`store_location`.`region`"},
    compute={"revenue": "sum(`summary`.`total`)", "sales": "count(*)"},
)

# correlation.yaml:80 by_hour (transform.join)
sales_by_hour = steps.join.guard(
    sales_by_hour,
    node="by_hour",
    keys=["`window_start`", "`window_end`", "`region`"],
    on=None,
    max_ahead=None,
)

# correlation.yaml:46 text (transform.select)
text = steps.select.apply(
    posts,
    node="text",
    columns={"region": "`flair`", "created_utc": "`created_utc`", "text": "concat_ws('. ', `title`, `body`)"},
    failed={},
)

# correlation.yaml:51 plain (transform.text_clean)
plain = steps.text_clean.apply(text, node="plain", text="text", html=True, links=True, whitespace=True)

# correlation.yaml:56 told (transform.language)
told = steps.language.apply(
    plain,
    node="told",
    text="text",
    code="language",
    confidence="language_confidence",
    among=["en", "es", "de", "fr", "pt"],
    least=0,
)

# correlation.yaml:61 english (transform.filter)
english = steps.filter.apply(told, node="english", where="(`language` = 'en') AND (`region` IS NOT NULL)", failed=None)

# correlation.yaml:66 judged (transform.sentiment)
judged = steps.sentiment.apply(english, node="judged", text="text", label="sentiment", score="sentiment_score", neutral=0.05)

# correlation.yaml:71 mood_by_hour (transform.aggregate)
judged = steps.aggregate.guard(judged, node="mood_by_hour", on="`created_utc`", max_ahead="1 hour", failed={})

# correlation.yaml:71 mood_by_hour (transform.aggregate)
mood_by_hour = steps.aggregate.apply(
    judged,
    node="mood_by_hour",
    on="`created_utc`",
    max_ahead="1 hour",
    failed={},
    size="1 hour",
    watermark="10 minutes",
    final=True,
    by={"region": "`region`"},
    compute={"mood": "avg(`sentiment_score`)", "posts": "count(*)"},
)

# correlation.yaml:80 by_hour (transform.join)
mood_by_hour = steps.join.guard(
    mood_by_hour,
    node="by_hour",
    keys=["`window_start`", "`window_end`", "`region`"],
    on=None,
    max_ahead=None,
)

# correlation.yaml:80 by_hour (transform.join)
by_hour = steps.join.apply(
    [sales_by_hour, mood_by_hour],
    node="by_hour",
    kind="left",
    left={
        "keys": ["`window_start`", "`window_end`", "`region`"],
        "on": None,
        "max_ahead": None,
        "watermark": None,
    },
    right={
        "keys": ["`window_start`", "`window_end`", "`region`"],
        "on": None,
        "max_ahead": None,
        "watermark": None,
    },
    columns={"mood": "mood", "posts": "posts"},
    before="0 seconds",
    after="0 seconds",
)

# correlation.yaml:87 stored (sink.mongodb)
mongodb.upsert(
    job,
    by_hour,
    query="stored",
    node="stored",
    collection="by_hour",
    key=["window_start", "region"],
    output_mode="append",
    owns=[],
    operators=["by_hour", "sales_by_hour", "mood_by_hour"],
)

# dead letters of what leads to mood_by_hour: only stateful queries read it, and they cannot carry them
kafka.rejects(job, mood_by_hour, query="mood_by_hour.rejects", owns=["by_hour"], operators=[None])

# dead letters of what leads to judged: only stateful queries read it, and they cannot carry them
kafka.rejects(
    job,
    judged,
    query="judged.rejects",
    owns=["posts", "text", "plain", "told", "english", "judged", "mood_by_hour"],
)

# dead letters of what leads to sales_by_hour: only stateful queries read it, and they cannot carry them
kafka.rejects(job, sales_by_hour, query="sales_by_hour.rejects", owns=["by_hour"], operators=[None])

# dead letters of what leads to sales: only stateful queries read it, and they cannot carry them
kafka.rejects(job, sales, query="sales.rejects", owns=["sales", "sales_by_hour"])

job.run()
