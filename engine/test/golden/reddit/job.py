"""reddit, generated from reddit.yaml. Do not edit: change the spec and render again.

Runs by `spark-submit job.py` with KAFKA_BOOTSTRAP_SERVERS, MONGODB_URI and MONGODB_DATABASE set; the library is the folder
`stream_job` beside this file.
"""

from stream_job import Job, steps
from stream_job.io import kafka, mongodb

job = Job(pipeline="reddit", spec="6bb17afdbcd3b018", dead_letters="reddit.dead-letters", shuffle_partitions=4)

# reddit.yaml:17 stream (kafka.topic)
stream = kafka.read(
    job,
    node="stream",
    topic="reddit.posts",
    columns=(
        "`post_id` STRING NOT NULL, `subreddit` STRING NOT NULL, `title` STRING, `body` STRING, "
        "`flair` STRING, `comments` INT, `author` STRING, `score` INT, `created_utc` TIMESTAMP NOT NULL, "
        "`url` STRING"
    ),
    max_offsets_per_trigger=50000,
)

# reddit.yaml:22 whole (transform.select)
whole = steps.select.apply(
    stream,
    node="whole",
    columns={
        "post_id": "`post_id`",
        "subreddit": "`subreddit`",
        "title": "`title`",
        "body": "`body`",
        "flair": "`flair`",
        "comments": "`comments`",
        "author": "`author`",
        "score": "`score`",
        "created_utc": "`created_utc`",
        "url": "`url`",
        "text": "concat_ws('. ', `title`, `body`)",
    },
    failed={},
)

# reddit.yaml:27 plain (transform.text_clean)
plain = steps.text_clean.apply(
    whole,
    node="plain",
    text="text",
    html=True,
    unicode=True,
    links=True,
    mentions=True,
    whitespace=True,
)

# reddit.yaml:32 told (transform.language)
told = steps.language.apply(
    plain,
    node="told",
    text="text",
    code="language",
    confidence="language_confidence",
    among=["en", "es", "de", "fr", "pt"],
    least=0,
)

# reddit.yaml:37 english (transform.split)
english = steps.split.apply(
    told,
    node="english",
    outputs={"judged": "`language` = 'en'"},
    otherwise="other",
    failed={},
    read=["judged", "other"],
)

# reddit.yaml:42 mood (transform.sentiment)
mood = steps.sentiment.apply(
    english["judged"],
    node="mood",
    text="text",
    label="sentiment",
    score="sentiment_score",
    neutral=0.05,
)

# reddit.yaml:47 terms (transform.keywords)
terms = steps.keywords.apply(mood, node="terms", text="text", into="keywords", most=5, words=3, stop_words=["dulexmall"])

# reddit.yaml:57 mood_by_minute (transform.aggregate)
terms = steps.aggregate.guard(terms, node="mood_by_minute", on="`created_utc`", max_ahead="1 hour", failed={})

# reddit.yaml:52 everything (transform.union)
everything = steps.union.apply(
    [terms, english["other"]],
    node="everything",
    columns={
        "post_id": "STRING",
        "subreddit": "STRING",
        "title": "STRING",
        "body": "STRING",
        "flair": "STRING",
        "comments": "INT",
        "author": "STRING",
        "score": "INT",
        "created_utc": "TIMESTAMP",
        "url": "STRING",
        "text": "STRING",
        "language": "STRING",
        "language_confidence": "DOUBLE",
        "sentiment": "STRING",
        "sentiment_score": "DOUBLE",
        "keywords": "ARRAY<STRING>",
    },
    told=[[], ["stream", "whole", "plain", "told", "english"]],
)

# reddit.yaml:57 mood_by_minute (transform.aggregate)
mood_by_minute = steps.aggregate.apply(
    terms,
    node="mood_by_minute",
    on="`created_utc`",
    max_ahead="1 hour",
    failed={},
    size="1 minute",
    watermark="5 minutes",
    by={"flair": "`flair`"},
    compute={
        "posts": "count(*)",
        "mood": "avg(`sentiment_score`)",
        "unhappy": "count(CASE WHEN (`sentiment` = 'negative') THEN true END)",
    },
)

# reddit.yaml:68 stored_posts (sink.mongodb)
mongodb.upsert(
    job,
    everything,
    query="stored_posts",
    node="stored_posts",
    collection="posts",
    key=["post_id"],
    output_mode="append",
    owns=["stream", "whole", "plain", "told", "english", "mood", "terms", "everything", "mood_by_minute"],
    scans=[2],
)

# reddit.yaml:79 stored_mood (sink.mongodb)
mongodb.upsert(
    job,
    mood_by_minute,
    query="stored_mood",
    node="stored_mood",
    collection="mood_by_minute",
    key=["window_start", "flair"],
    output_mode="update",
    owns=[],
    operators=["mood_by_minute"],
)

job.run()
