"""correlation, generated from correlation.yaml. Do not edit: change the spec and render again.

Runs by `spark-submit job.py` with KAFKA_BOOTSTRAP_SERVERS, MONGODB_URI and MONGODB_DATABASE set; the library is the folder
`stream_job` beside this file.
"""

from stream_job import Job, steps
from stream_job.io import kafka, mongodb

job = Job(pipeline="correlation", spec="679e3210bf88f222", dead_letters="correlation.dead-letters", shuffle_partitions=4)

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

# correlation.yaml:37 posts (kafka.topic)
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

# correlation.yaml:22 sold (transform.select)
sold = steps.select.apply(
    sales,
    node="sold",
    columns={"at": "`timestamp`", "region": "`store_location`.`region`", "revenue": "`summary`.`total`"},
    failed={},
)

# correlation.yaml:42 text (transform.select)
text = steps.select.apply(
    posts,
    node="text",
    columns={"flair": "`flair`", "created_utc": "`created_utc`", "text": "concat_ws('. ', `title`, `body`)"},
    failed={},
)

# correlation.yaml:47 plain (transform.text_clean)
plain = steps.text_clean.apply(text, node="plain", text="text", html=True, links=True, whitespace=True)

# correlation.yaml:52 told (transform.language)
told = steps.language.apply(
    plain,
    node="told",
    text="text",
    code="language",
    confidence="language_confidence",
    among=["en", "es", "de", "fr", "pt"],
    least=0,
)

# correlation.yaml:57 english (transform.filter)
english = steps.filter.apply(told, node="english", where="`language` = 'en'", failed=None)

# correlation.yaml:62 judged (transform.sentiment)
judged = steps.sentiment.apply(english, node="judged", text="text", label="sentiment", score="sentiment_score", neutral=0.05)

# correlation.yaml:67 said (transform.select)
said = steps.select.apply(
    judged,
    node="said",
    columns={"region": "`flair`", "at": "`created_utc`", "mood": "`sentiment_score`"},
    failed={},
)

# correlation.yaml:72 both (transform.union)
both = steps.union.apply(
    [sold, said],
    node="both",
    columns={"at": "TIMESTAMP", "region": "STRING", "revenue": "DOUBLE", "mood": "DOUBLE"},
    on="`at`",
    watermark="10 minutes",
    max_ahead="1 hour",
)

# correlation.yaml:77 by_hour (transform.aggregate)
by_hour = steps.aggregate.apply(
    both,
    node="by_hour",
    on="`at`",
    max_ahead=None,
    failed={},
    size="1 hour",
    watermark=None,
    by={"region": "`region`"},
    compute={
        "revenue": "sum(`revenue`)",
        "sales": "count(`revenue`)",
        "mood": "avg(`mood`)",
        "posts": "count(`mood`)",
    },
)

# correlation.yaml:89 stored (sink.mongodb)
mongodb.upsert(
    job,
    by_hour,
    query="stored",
    node="stored",
    collection="by_hour",
    key=["window_start", "region"],
    output_mode="update",
    owns=[],
    operators=["by_hour"],
)

# dead letters of what leads to both: only stateful queries read it, and they cannot carry them
kafka.rejects(
    job,
    both,
    query="both.rejects",
    owns=["sales", "posts", "sold", "text", "plain", "told", "english", "judged", "said", "both"],
)

job.run()
