import type { Explanations } from "./explanation.ts";

/** What may be wrong with a file of tests. */
export const tests: Explanations = {
  "test/no-tests": {
    why: "`engine test` runs the files `NAME.test.yaml` beside the specs `NAME.yaml`, and found none.",
    mend: "Write one: `version: 1`, then under `tests` a name, what is `given` to a source, and what to `expect` of a node.",
  },
  "test/unknown-node": {
    why: "Under `expect` stands a name that no stream has. A source is not among them: what it sends is what the test gives.",
    mend: "Take the spelling of the hint. A side output is `node.output`, a sink stands for its documents.",
  },
  "test/unknown-source": {
    why: "Under `given` stands a name that no source has, and no node that asks elsewhere: a `transform.lookup` is given the rows of its table, a `transform.http` answers.",
    mend: "Take the spelling of the hint.",
  },
  "test/wrong-record": {
    why: "A record is given together with what Kafka knows of it (`$record`, `$key`, `$headers` …), and some of that is said wrongly.",
    mend: "Take the form that the hint names, or give the record alone.",
  },
  "test/wrong-answer": {
    why: "Under `given` stands what the endpoint of a `transform.http` answers, and it says neither an `answer` nor a `status`, both, or what ends the query instead of making a row.",
    mend: "Say `{ when: { column: value }, answer: { … } }` or `{ when, status: 404 }`. Where `onError` or `whenAway` is `fail`, give what fits the columns.",
  },
  "test/no-arrival": {
    why: "A column of `metadata` is the time at which the record came to Kafka. A test has no such time by itself, or it would come out otherwise each time.",
    mend: "Say `arrived` for the test, or `$timestamp` beside the `$record`.",
  },
  "test/unknown-column": {
    why: "The test expects a value of a column that does not leave the node, or names one of which an endpoint is not told.",
    mend: "Take the spelling of the hint; `engine preview --node ID` shows the columns.",
  },
  "test/unknown-operator": {
    why: "A map whose keys begin with `$` says what a value must fulfil, and there is no such operator.",
    mend: "Take one of `$any`, `$regex`, `$gt`, `$gte`, `$lt`, `$lte`, `$ne`, `$in` and `$near`.",
  },
  "test/wrong-value": {
    why: "The value can never be one of the column's type, so the test could never pass.",
    mend: "Write it in the column's type: a time as ISO 8601, a decimal as its digits.",
  },
  "test/no-stack": {
    why: "`--record` takes records out of the topics of the local stack, and none has run in this project.",
    mend: "Run the pipeline once, or name a target whose Kafka has the topics with `--target`.",
  },
  "test/no-topic": {
    why: "`--record` takes records out of the topics that the sources fill, and one of them is not there.",
    mend: "Run the pipeline once, and see that `--target` names the Kafka that it runs on.",
  },
  "test/no-records": {
    why: "`--record` takes the newest records of the topics that the sources fill, and they are empty.",
    mend: "Run the pipeline until it has read something.",
  },
  "test/not-recorded": {
    why: "A test is written only where it would hold and every other byte of the file stays. That could not be had, so nothing was changed.",
    mend: "See what the hint says, and write the test by hand.",
  },
  "test/record-one": {
    why: "`--record` writes a test of one pipeline into the file beside its spec.",
    mend: "Name one spec: `engine test pipelines/retail.yaml --record`.",
  },
  "test/no-preview": {
    why: "What this node makes is known only to Spark, or its step asks elsewhere, or needs Python that the first run sets up; the message says which node and why.",
    mend: "Give it under `given` what its table holds or its endpoint answers; run the test in Spark, by `engine test --engine spark`; run a pipeline once where Python is missing; or expect something of a node above it.",
  },
  "test/nothing-expected": {
    why: "A test without `expect` passes whatever the pipeline does.",
    mend: "Say which rows leave a node, or how many are dead, late or filtered.",
  },
  "test/beside-batches": {
    why: "The records of a test come either all at once, under `given`, or batch by batch.",
    mend: "Make what stands beside `batches` the first of them.",
  },
  "test/repeated-name": {
    why: "A test is found by its name, in what is printed and by `--name`.",
    mend: "Give each test a name of its own.",
  },
};
