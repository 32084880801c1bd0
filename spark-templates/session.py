"""The Spark session of a job, and the library's way to Spark's workers."""

from __future__ import annotations

import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from pyspark import SparkContext, SparkFiles
from pyspark.sql import SparkSession

if TYPE_CHECKING:
    from collections.abc import Iterator

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    # Spark would put the environment in place of `${env:…}` in any SQL text, a column's name included.
    "spark.sql.variable.substitute": "false",
    "spark.scheduler.mode": "FAIR",
    "spark.sql.streaming.stateStore.providerClass": "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider",
    "spark.sql.streaming.stateStore.rocksdb.changelogCheckpointing.enabled": "true",
    "spark.sql.streaming.stopTimeout": "10s",
    # Plans of micro-batches are small and run often: adaptive planning costs more than it finds.
    "spark.sql.adaptive.enabled": "false",
    # Larger generated methods than this are never compiled by the JVM, so they are slower than no generated code.
    "spark.sql.codegen.hugeMethodLimit": "8000",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "4000",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.showConsoleProgress": "false",
    # Otherwise every column that is named asks the JVM some ten times where in the script it was: two thirds of all calls.
    "spark.python.sql.dataFrameDebugging.enabled": "false",
}


def open_session(name: str, shuffle_partitions: int) -> SparkSession:
    """The session: UTC, ANSI, case-sensitive, state in RocksDB, one fair pool per query. Ships the library to the workers."""
    builder = SparkSession.builder.appName(name).config("spark.sql.shuffle.partitions", str(shuffle_partitions))
    for key, value in _SETTINGS.items():
        builder = builder.config(key, value)
    SparkContext._ensure_initialized()
    threading.Thread(target=_warm_parser, daemon=True).start()
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    _ship_library(spark)
    return spark


def _warm_parser() -> None:
    """Have Spark parse something while its context starts on another core: its first words take most of a second."""
    SparkContext._jvm.org.apache.spark.sql.types.StructType.fromDDL("a STRING NOT NULL, b STRUCT<c: ARRAY<DOUBLE>>")


def _ship_library(spark: SparkSession) -> None:
    """Workers unpickle our functions by module name: give them the package, whatever folder or machine they run on."""
    # Beside Spark's own copies, in a folder that Spark removes when it ends.
    archive = Path(SparkFiles.getRootDirectory()).parent / "stream_job_library.zip"
    with zipfile.ZipFile(archive, "w") as package:
        for file in _modules(Path(__file__).parent):
            package.write(file, Path("stream_job") / file.relative_to(Path(__file__).parent))
    spark.sparkContext.addPyFile(str(archive))


def _modules(package: Path) -> Iterator[Path]:
    return (file for file in sorted(package.rglob("*.py")) if not file.name.endswith("_test.py"))
