import type { Given, TableTexts } from "../../nodes/given.ts";
import { kindOf } from "../../nodes/index.ts";
import type { Arguments, Part, TopicPart } from "../../nodes/node-kind.ts";
import { flowOf } from "../../plan/flow.ts";
import type { Plan, QueryPlan, StreamPlan } from "../../plan/plan.ts";
import { recordOf } from "../../preview/read-topic.ts";
import type { TypedDag, TypedNode } from "../../types.ts";
import { givenNodes, givenOf } from "../stand-ins.ts";
import type { PipelineTest } from "../test-file.ts";
import { topicOf } from "../topic-of.ts";
import { type SparkStandIns, sparkStandIns } from "./stand-ins.ts";

/** A record as Spark's Kafka source has it, with text in place of bytes and microseconds for a time. `source`: the topic from which it is read. */
export interface SentRecord {
  source: string;
  topic: string;
  partition: number;
  offset: number;
  timestamp: number | null;
  key: string | null;
  headers: { key: string; value: string | null }[];
  value: string;
}

/** What tells a record from all others. */
export const placeOf = ({ topic, partition, offset }: Pick<SentRecord, "topic" | "partition" | "offset">) =>
  `${topic}|${partition}|${offset}`;

/** A test as `spark-templates/run_pipeline_tests.py` takes it. */
export interface SparkRequest {
  pipeline: string;
  calls: (StreamPlan & { stateful?: true })[];
  batches: SentRecord[][];
  standIns: SparkStandIns;
  /** The stateful steps whose rows are wanted. */
  stateful: { node: string; mode: "append" | "update" /** Which rows it took in is wanted too. */; names: boolean }[];
  /** The streams whose rows are wanted, as the plan names them. */
  taps: string[];
  sinks: (NonNullable<QueryPlan["sink"]> & { from: string })[];
  /** node → setting → what stands in for a secret: a test must not need it. */
  secrets: Record<string, Record<string, string>>;
}

/** A pipeline to be tested. `folder`: where the files lie that its nodes name. */
export interface SparkPipeline {
  typed: TypedDag;
  plan: Plan;
  folder: string;
  /** Node → the values of the table that it has in a run, where they are at hand. */
  tables?: ReadonlyMap<string, TableTexts>;
}

/** A test as Spark is asked to run it. `numbers`: which record of its source stands at a place, from 1. */
export interface PlannedTest {
  request: SparkRequest;
  numbers: ReadonlyMap<string, number>;
}

/** What Spark must run for the expectations of a test: the nodes that they name and what leads there. */
export function planTest({ typed, plan, folder, tables }: SparkPipeline, test: PipelineTest): PlannedTest {
  const nodes = new Map(typed.nodes.map((node) => [node.node.id, node]));
  const expectations = test.batches.flatMap(({ expect }) => expect);
  const expected = new Set(expectations.map(({ node }) => node));
  const dropping = new Set(expectations.filter(({ drops }) => Object.keys(drops).length > 0).map(({ node }) => node));
  const { taps, ends } = streamsOf(typed, plan, expected, dropping);
  const isStateful = (id: string) => nodes.get(id)?.part.kind === "stateful";
  const needed = above(plan.streams, ends, () => false);
  const stateful = [...above(plan.streams, ends, isStateful)].filter(isStateful);
  const { batches, numbers } = recordsOf(typed, test);
  const given = givenNodes(test);
  return {
    request: {
      pipeline: plan.pipeline,
      calls: plan.streams
        .filter(({ call, stream, node }) => needed.has(nodeOf(stream)) && (call !== "guard" || expected.has(node)))
        .map((call) => ({ ...call, arguments: withFile(call.arguments, nodes.get(call.node)?.part, folder) }))
        .map((call) =>
          given.has(call.node) ? { ...call, arguments: withTable(call.arguments, givenOf(typed, call.node)) } : call,
        )
        .map((call) => (call.call === "apply" && isStateful(call.node) ? { ...call, stateful: true } : call)),
      batches,
      standIns: sparkStandIns(typed, test, tables ?? new Map()),
      stateful: stateful.map((node) => ({ node, mode: nodes.get(node)?.output?.changes ?? "append", names: dropping.has(node) })),
      taps,
      sinks: plan.queries.flatMap(({ from, sink }) => (sink && expected.has(sink.node) ? [{ ...sink, from }] : [])),
      secrets: Object.fromEntries(plan.streams.flatMap(({ node, secrets }) => (secrets ? [[node, standIns(secrets)]] : []))),
    },
    numbers,
  };
}

/** The streams whose rows are wanted, and those that must be there. What a node drops is known by what went in. */
function streamsOf(typed: TypedDag, { streams }: Plan, expected: ReadonlySet<string>, dropping: ReadonlySet<string>) {
  const flow = flowOf(typed);
  const made = new Set(streams.filter(({ call }) => call !== "guard").map(({ stream }) => stream));
  const wanted = typed.nodes.filter(({ node }) => expected.has(node.id));
  const read = ({ node }: TypedNode) => node.from.map(flow.name).filter((stream) => made.has(nodeOf(stream)));
  const taps = wanted.flatMap((node) => [
    ...(node.part.kind !== "sink" && dropping.has(node.node.id) ? read(node) : []),
    ...flow.streams(node).filter((stream) => made.has(nodeOf(stream))),
  ]);
  const sunk = wanted.flatMap((node) => (node.part.kind === "sink" ? read(node) : []));
  return { taps: [...new Set(taps)], ends: [...taps, ...sunk] };
}

/** Why what a test expects cannot be compared with what Spark tells, in half a sentence; undefined where it can. */
export function whyNotInSpark({ typed, tables }: SparkPipeline, test: PipelineTest): string | undefined {
  const flow = flowOf(typed);
  for (const { node, stream, match, drops } of test.batches.flatMap(({ expect }) => expect)) {
    const isBelowState = flow.view({ node, pointer: "" }).operators.length > 0;
    if (match === "ordered" && isBelowState)
      return `\`${stream}\` is expected in an order, and the rows of a stateful step have none in Spark`;
    const quiet = (["filtered", "late", "repeats"] as const).find((word) => {
      const told = drops[word];
      return Array.isArray(told) && told.some(({ message }) => message !== "");
    });
    if (quiet !== undefined)
      return `\`${stream}\` is expected to say why rows are ${quiet}, and Spark says it of dead letters alone`;
  }
  const given = givenNodes(test);
  for (const { node, part } of leadingTo(typed, test).filter(({ node }) => !given.has(node.id))) {
    const { noTest, given: wanted } = kindOf(node.type);
    if (noTest !== undefined) return `\`${node.id}\` cannot be run: ${noTest}`;
    const hasRows = part.kind === "step" && "rows" in part.arguments;
    if (wanted?.what === "table" && !hasRows && tables?.has(node.id) !== true)
      return `\`${node.id}\` cannot be run: a test has no table but the one that it gives`;
  }
  const { batches: sent, numbers } = recordsOf(typed, test);
  return sent.flat().length > numbers.size ? "two of its records have the same topic, partition and offset" : undefined;
}

/** The nodes that a test names, and all above them. */
function leadingTo(typed: TypedDag, { batches }: PipelineTest): TypedNode[] {
  const flow = flowOf(typed);
  const ends = batches.flatMap(({ expect }) => expect.map(({ node }) => ({ node, pointer: "" })));
  return [...new Set(ends.flatMap((end) => flow.view(end).nodes))];
}

/** The file of a step where it is: no job is rendered that has it beside its script. */
function withFile(given: Arguments, part: Part | undefined, folder: string): Arguments {
  const file = part?.kind === "step" ? part.files?.[0] : undefined;
  return file === undefined ? given : { ...given, file: `${folder}/${file.path}` };
}

/** What a step is called with whose table is given. */
function withTable(made: Arguments, given: Given<never> | undefined): Arguments {
  return given?.what === "table" ? given.inFile(made) : made;
}

const standIns = (secrets: object) =>
  Object.fromEntries(Object.keys(secrets).map((setting) => [setting, `the ${setting} of a test`]));

const nodeOf = (stream: string) => stream.split(".")[0] ?? "";

/** The nodes that make these streams, and all above them, but for those above a node at which it ends. */
function above(calls: readonly StreamPlan[], streams: readonly string[], ends: (node: string) => boolean): Set<string> {
  const found = new Set<string>();
  const visit = (node: string) => {
    if (found.has(node)) return;
    found.add(node);
    if (ends(node)) return;
    const made = calls.find(({ call, stream }) => call !== "guard" && stream === node);
    for (const from of [made?.from ?? []].flat()) visit(nodeOf(from));
  };
  for (const stream of streams) visit(nodeOf(stream));
  return found;
}

/** The records of all batches, and the number of each by its place. */
function recordsOf(typed: TypedDag, { batches, arrived }: PipelineTest) {
  const numbers = new Map<string, number>();
  const read = new Map<string, number>();
  const sent = batches.map(({ given }) =>
    [...given].flatMap(([source, records]) => {
      const topic = topicOf(typed, source);
      return records.map((text): SentRecord => {
        const number = (read.get(source) ?? 0) + 1;
        read.set(source, number);
        const record = sentRecord(text, number, topic, arrived);
        numbers.set(placeOf(record), number);
        return record;
      });
    }),
  );
  return { batches: sent, numbers };
}

/** A record of a source as it stands in its topic. `number`: from 1. */
export function sentRecord(line: string, number: number, topic: TopicPart, arrived: bigint | undefined): SentRecord {
  const { value, facts } = recordOf(line, number, topic, arrived);
  const { key = null, partition = 0, offset, timestamp, headers = new Map() } = facts;
  return {
    source: topic.name,
    topic: facts.topic ?? topic.name,
    partition,
    offset: Number(offset),
    timestamp: timestamp === undefined ? null : Number(timestamp),
    key,
    headers: Array.from(headers, ([key, value]) => ({ key, value })),
    value: String(value),
  };
}
