"""The generated kind of job against real services.

Needs KAFKA_BOOTSTRAP_SERVERS, MONGODB_URI (a replica set) and STREAM_JOB_LAUNCHER, the shell words that start a script in Spark
(`spark-submit --packages …`, or what the engine runs). Without them the tests are skipped and say so.
"""

from __future__ import annotations

import collections
import datetime
import json
import os
import random
import shlex
import shutil
import subprocess
import tempfile
import unittest
import uuid
from pathlib import Path
from typing import Any

NEEDED = ("KAFKA_BOOTSTRAP_SERVERS", "MONGODB_URI", "STREAM_JOB_LAUNCHER")
MISSING = [name for name in NEEDED if not os.environ.get(name)]

COLUMNS = """`transaction_id` STRING, `timestamp` TIMESTAMP NOT NULL, `store_id` INT, `receipt` STRING,
    `created` TIMESTAMP, `store_location` STRUCT<`city`: STRING NOT NULL, `region`: STRING>,
    `items` ARRAY<STRUCT<`price`: DOUBLE, `quantity`: INT>>, `summary` STRUCT<`total`: DOUBLE NOT NULL>"""

SCRIPT = f'''
from stream_job import Job, steps
from stream_job.io import kafka, mongodb
import os

job = Job(pipeline="retail", spec="0123abcd", dead_letters=os.environ["DEAD_LETTERS"], shuffle_partitions=2)
stream = kafka.read(job, node="stream", topic=os.environ["TOPIC"], columns="""{COLUMNS}""", units={{"created": "s"}},
                    max_offsets_per_trigger=50_000)
sales = steps.filter.apply(stream, node="sales", where="(`summary`.`total` > 0)", failed="`store_id` = 666")
sales = steps.aggregate.guard(sales, node="by_region", on="`timestamp`", max_ahead="1 hour")
by_region = steps.aggregate.apply(sales, node="by_region", on="`timestamp`", size="1 minute", watermark="2 minutes", max_ahead="1 hour",
    by={{"region": "`store_location`.`region`"}}, compute={{"revenue": "try_sum(`summary`.`total`)", "baskets": "count(*)"}})
mongodb.upsert(job, sales, query="store_sales", node="store_sales", collection="sales", key=["transaction_id"],
               owns=["stream", "sales", "by_region"])
mongodb.upsert(job, by_region, query="store_trend", node="store_trend", collection="by_region", key=["window_start", "region"], owns=[],
               output_mode="update", operators=["by_region"])
job.run()
'''


def record(number: int, **changes: Any) -> dict[str, Any]:
    """A good record; event times lie within the last hour and grow with the number."""
    source = random.Random(number)
    at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=30) + datetime.timedelta(milliseconds=number * 10)
    return {
        "transaction_id": f"t{number}",
        "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "store_id": number % 50,
        "receipt": f"r{number}",
        "store_location": {"city": "Austin", "region": source.choice(["South", "West", "East"])},
        "items": [{"price": source.randint(1, 99) / 4, "quantity": 2}],
        "summary": {"total": source.randint(0, 400) / 4},
        **changes,
    }


def line(number: int, **changes: Any) -> bytes:
    """A record as bytes."""
    return json.dumps(record(number, **changes)).encode()


def hostile() -> list[tuple[bytes | None, list[tuple[str, str]]]]:
    """Values, each with the dead letters that must come of it: node and code."""
    unreadable = [
        (b'{"transaction_id": "\xff"}', "record/not-utf8"),
        (b"[" + line(1) + b"]", "record/not-json"),
        (line(1) + b" x", "record/not-json"),
        (line(1) + b"," + line(2), "record/not-json"),
        (line(1) + b'],"x":[{}', "record/not-json"),
        (b"", "record/not-json"),
        (None, "record/not-json"),
        (b"null", "record/not-json"),
        (b"17", "record/not-json"),
        (b'"text"', "record/not-json"),
        (b"\xef\xbb\xbf" + line(1), "record/not-json"),
        (line(1).replace(b"t1", b"t\x001"), "record/not-json"),
        (b"\x00", "record/not-json"),
        (b"{'a': 1}", "record/not-json"),
        (b'{"x": NaN}', "record/not-json"),
        (b'{"a": ' + b"[" * 3000 + b"]" * 3000 + b"}", "record/out-of-range"),
        (b"[" * 200_000, "record/out-of-range"),
        (b'{"a": ' + b"9" * 5000 + b"}", "record/out-of-range"),
        (b"{}", "record/missing-required"),
        (line(1, timestamp=None), "record/missing-required"),
        (line(1, summary={}), "record/missing-required"),
        (line(1, store_location={"region": "South"}), "record/missing-required"),
        (line(1, store_id="x"), "record/wrong-type"),
        (line(1, store_id=1.5), "record/wrong-type"),
        (line(1, store_id=2**31), "record/out-of-range"),
        (line(1, items=[{"price": "x"}]), "record/wrong-type"),
        (line(1, items={"price": 1}), "record/wrong-type"),
        (line(1, summary=[]), "record/wrong-type"),
        (line(1).replace(b'"items": [{"price": ', b'"items": [{"price": 1e400, "p": '), "record/out-of-range"),
        (line(1, timestamp=1700000000), "record/wrong-type"),
        (line(1, timestamp="yesterday"), "record/wrong-type"),
        (line(1, timestamp="55000-01-01T00:00:00Z"), "record/out-of-range"),
        (line(1, timestamp="2024-02-30T00:00:00Z"), "record/out-of-range"),
        (line(1, created=1e300), "record/out-of-range"),
        (line(1, created="soon"), "record/wrong-type"),
    ]
    others: list[tuple[bytes | None, list[tuple[str, str]]]] = [
        (line(3, store_id=666), [("sales", "filter/failed")]),
        (line(5_004, timestamp="2100-01-01T00:00:00Z", summary={"total": 1}), [("by_region", "aggregate/event-time")]),
        (line(5_005, transaction_id=None, summary={"total": 1}), [("store_sales", "mongodb/null-key")]),
        (line(5_006, store_id=-5, summary={"total": 1}), [("store_sales", "mongodb/validation")]),
        (line(5_007, receipt="taken", summary={"total": 1}), []),
        (line(5_008, receipt="taken", summary={"total": 1}), [("store_sales", "mongodb/duplicate")]),
        (line(5_009, receipt="x" * 17_500_000, summary={"total": 1}), [("store_sales", "mongodb/too-large")]),
        (line(5_010, receipt="x" * 21_000_000, summary={"total": 1}), [("stream", "record/out-of-range")]),
        (line(5_011, store_location=None, created=1700000000.5, summary={"total": 1}), []),
        (b'{"summary": {"total": 9}, ' + line(5_012, summary={"total": 1}, receipt="twice")[1:], []),
        (line(5_013, receipt="\u0000\ud800", summary={"total": 1}), []),
        (line(5_014, receipt="\ud800\u0000", summary={"total": 1}), []),
    ]
    return [(value, [("stream", code)]) for value, code in unreadable] + others


class World:
    """A topic, a dead-letter topic, a database and a folder of its own."""

    def __init__(self) -> None:
        import pymongo
        from confluent_kafka import Producer
        from confluent_kafka.admin import AdminClient, NewTopic

        name = "job-test-" + uuid.uuid4().hex[:8]
        self.folder = Path(tempfile.mkdtemp(prefix=name))
        (self.folder / "stream_job").symlink_to(Path(__file__).parent)
        (self.folder / "job.py").write_text(SCRIPT)
        self.topic, self.dead = name, f"{name}.dead-letters"
        self.servers = {"bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"]}
        topics = [NewTopic(self.topic, 2, 1, config={"max.message.bytes": "41943040"}), NewTopic(self.dead, 1, 1)]
        self.admin = AdminClient(self.servers)
        for made in self.admin.create_topics(topics).values():
            made.result()
        self.producer = Producer({**self.servers, "message.max.bytes": 41_943_040, "linger.ms": 20})
        self.client = pymongo.MongoClient(os.environ["MONGODB_URI"])
        self.database = self.client[name]
        checkpoints = {query: str(self.folder / query) for query in ("store_sales", "store_trend")}
        self.environment = {
            "MONGODB_DATABASE": name,
            "TOPIC": self.topic,
            "DEAD_LETTERS": self.dead,
            "CHECKPOINTS": json.dumps(checkpoints),
        }

    def produce(self, values: list[bytes | None], partition: int | None = None) -> None:
        """Send values to the topic, alternating its partitions, and await them."""
        for at, value in enumerate(values):
            self.producer.produce(self.topic, value, partition=at % 2 if partition is None else partition)
            if at % 1000 == 999:
                self.producer.flush()
        self.producer.flush()

    def letters(self) -> list[dict[str, Any]]:
        """All dead letters: key, value and headers."""
        from confluent_kafka import Consumer, TopicPartition

        consumer = Consumer({**self.servers, "group.id": "test", "enable.auto.commit": False})
        low, high = consumer.get_watermark_offsets(TopicPartition(self.dead, 0), timeout=10)
        consumer.assign([TopicPartition(self.dead, 0, low)])
        found = []
        while len(found) < high - low:
            for message in consumer.consume(min(500, high - low - len(found)), timeout=5):
                headers = {name: (value or b"").decode() for name, value in message.headers()}
                found.append({"key": message.key().decode(), "value": message.value(), **headers})
        consumer.close()
        return found

    def close(self) -> None:
        """Remove everything."""
        self.client.drop_database(self.database.name)
        self.client.close()
        self.admin.delete_topics([self.topic, self.dead])
        shutil.rmtree(self.folder)


def expected_windows(values: list[dict[str, Any]]) -> dict[tuple[Any, str], tuple[int, float]]:
    """Baskets and revenue by window start and region, computed without Spark."""
    windows: dict[tuple[Any, str], tuple[int, float]] = collections.defaultdict(lambda: (0, 0.0))
    for value in values:
        if value["summary"]["total"] > 0:
            at = datetime.datetime.fromisoformat(value["timestamp"].replace("Z", "+00:00")).replace(second=0, microsecond=0, tzinfo=None)
            baskets, revenue = windows[(at, value["store_location"]["region"])]
            windows[(at, value["store_location"]["region"])] = (baskets + 1, revenue + value["summary"]["total"])
    return dict(windows)


def counted(cases: list[tuple[bytes | None, list[tuple[str, str]]]]) -> list[dict[str, Any]]:
    """The records that reach the windows: those that only the sink of the rows refuses, or nobody, and that have a region."""
    records = [json.loads(value) for value, letters in cases if value is not None and all(node == "store_sales" for node, _ in letters)]
    return [value for value in records if value["store_location"] is not None]


@unittest.skipIf(MISSING, f"needs real services and Spark: set {', '.join(MISSING)}")
class JobTest(unittest.TestCase):
    """One run of the job over what its topic holds."""

    def run_once(self, world: World) -> list[dict[str, Any]]:
        """Process what is there; the events. Anything but JSON on standard output is an error."""
        command = [*shlex.split(os.environ["STREAM_JOB_LAUNCHER"]), str(world.folder / "job.py")]
        environment = {**os.environ, **world.environment, "JOB_TRIGGER": "available-now"}
        run = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        events = [json.loads(text) for text in run.stdout.splitlines()]
        self.assertEqual(run.returncode, 0, f"{events[-3:]}\n{run.stderr[-3000:]}")
        return events

    def test_a_large_batch_goes_through_the_workers_and_hostile_records_in_it_stop_nothing(self) -> None:
        from stream_job.batches import SMALL_FIRST_BATCH

        world = World()
        self.addCleanup(world.close)
        schema = {"bsonType": "object", "properties": {"store_id": {"minimum": 0}}}
        world.database.create_collection("sales", validator={"$jsonSchema": schema})
        world.database.sales.create_index("receipt", unique=True, sparse=True)
        cases, good = hostile(), [record(number) for number in range(6_000, 6_000 + SMALL_FIRST_BATCH)]
        again = good[:100]
        world.produce([value for value, _ in cases], partition=0)
        world.produce([json.dumps(value).encode() for value in good + again])
        batches = [event for event in self.run_once(world) if event["event"] == "batch" and event["query"] == "store_sales"]
        self.assertEqual([batch["rows"] for batch in batches if batch["rows"]], [len(cases) + len(good) + len(again)], "one batch, too large for the driver")
        self.assert_letters(world, cases)
        self.assert_accounts(batches, world, again)
        self.assertEqual(world.database.sales.find_one("t5012")["summary"], {"total": 1.0}, "of duplicate keys the last counts")
        found = {(d["window_start"], d["region"]): (d["baskets"], d["revenue"]) for d in world.database.by_region.find()}
        self.assertEqual(found, expected_windows(counted(cases) + good + again), "quarters add up exactly")

    def assert_letters(self, world: World, cases: list[tuple[bytes | None, list[tuple[str, str]]]]) -> None:
        """Every hostile record, and nothing else, is a dead letter as it was, with the code that it must have."""
        # The group without a region has no key; it was made from several records, so it names none.
        derived = [letter for letter in world.letters() if "__connect.errors.offset" not in letter]
        letters = [letter for letter in world.letters() if "__connect.errors.offset" in letter]
        self.assertEqual({(each["__connect.errors.stage"], each["__connect.errors.class.name"]) for each in derived}, {("store_trend", "mongodb/null-key")})
        wanted = sorted((node, f"{at}", code) for at, (_, told) in enumerate(cases) for node, code in told)
        found = sorted(
            (letter["__connect.errors.stage"], letter["__connect.errors.offset"], letter["__connect.errors.class.name"]) for letter in letters
        )
        self.assertEqual(found, wanted, "\n".join(letter["__connect.errors.exception.message"] for letter in letters))
        for letter in letters:
            original = cases[int(letter["__connect.errors.offset"])][0]
            if "engine.sha256" not in letter:
                self.assertEqual(letter["value"], original)
            self.assertEqual(letter["key"], f"{letter['__connect.errors.stage']}|{world.topic}|0|{letter['__connect.errors.offset']}")

    def assert_accounts(self, batches: list[dict[str, Any]], world: World, again: list[dict[str, Any]]) -> None:
        """read = written + repeats + filtered + dead of the nodes that end a row."""
        dead = sum(n for b in batches for node, codes in b["dead"].items() if node != "by_region" for n in codes.values())
        written, repeats = (sum(b[name] for b in batches) for name in ("written", "repeats"))
        self.assertEqual(repeats, sum(value["summary"]["total"] > 0 for value in again))
        self.assertEqual(written + repeats + dead + sum(b["filtered"]["sales"] for b in batches), sum(b["rows"] for b in batches))
        self.assertEqual(world.database.sales.count_documents({}), written)
