import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { type Checked, type Finding, hasErrors } from "../diagnostic.ts";
import { kindOf } from "../nodes/index.ts";
import { byOrigin } from "../nodes/metadata.ts";
import type { Arguments, CollectionPlan } from "../nodes/node-kind.ts";
import { ddl, unitsOf } from "../nodes/spark-columns.ts";
import type { TypedDag, TypedNode } from "../types.ts";
import { claimFindings } from "./claims.ts";
import { type Flow, flowOf, guardedInputs } from "./flow.ts";
import type { Plan, SourcePlan, StreamPlan } from "./plan.ts";
import { planQueries } from "./queries.ts";
import { deadLetterTopic, existingTopics, sinkTopics, topics } from "./topics.ts";
import { wayFindings } from "./ways.ts";

/** Spark's shuffle partitions are part of a stateful checkpoint, so they are fixed here and not left to the machine. */
const SHUFFLE_PARTITIONS = 4;

/** Turns the typed DAG into everything that will be created and started. Finds what two nodes cannot both have. */
export function planPipeline(typed: TypedDag): Checked<Plan> {
  const deadLetters = `${typed.dag.spec.name}.dead-letters`;
  const flow = flowOf(typed);
  const findings = [...claimFindings(typed, deadLetters), ...nothingToRun(typed), ...wayFindings(typed, flow)];
  if (hasErrors(findings)) return { findings };
  const { name } = typed.dag.spec;
  const body = {
    format: 1 as const,
    pipeline: name,
    deadLetters,
    shufflePartitions: SHUFFLE_PARTITIONS,
    sources: typed.nodes.flatMap((node) => sourcePlan(node, flow)),
    topics: [...topics(typed), ...sinkTopics(typed), deadLetterTopic(deadLetters, typed)],
    ...existingTopics(typed),
    streams: typed.nodes.flatMap((node) => [...streamPlan(node, flow), ...guardPlans(node, flow)]),
    queries: planQueries(typed, flow, SHUFFLE_PARTITIONS),
    collections: collections(typed),
    ...packages(typed),
    ...files(typed),
    ...code(typed),
  };
  return { value: { ...body, spec: digest(body) }, findings };
}

/** First 16 hex digits of the SHA-256 of a value's JSON. */
export function digest(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(value)))).slice(0, 16);
}

function collections(typed: TypedDag): CollectionPlan[] {
  return typed.nodes.flatMap(({ part }) => (part.kind === "sink" && part.collection ? [part.collection] : []));
}

function packages(typed: TypedDag): Pick<Plan, "packages"> {
  const needed = typed.nodes.flatMap(({ part }) => (part.kind === "step" ? (part.packages ?? []) : []));
  return needed.length === 0 ? {} : { packages: [...new Set(needed)].sort() };
}

/** By what they hold, so that an edit of one is a change of the plan. */
function files(typed: TypedDag): Pick<Plan, "files"> {
  const named = typed.nodes.flatMap(({ part }) => (part.kind === "step" ? (part.files ?? []) : []));
  const hashes = new Map(named.map(({ path, bytes }) => [path, bytesToHex(sha256(bytes))]));
  const paths = [...hashes.keys()].sort();
  return paths.length === 0 ? {} : { files: paths.map((path) => ({ path, sha256: hashes.get(path) ?? "" })) };
}

function code(typed: TypedDag): Pick<Plan, "code"> {
  const nodes = typed.nodes.flatMap(({ node, part }) => (part.kind === "step" && part.runsCode ? [node.id] : []));
  return nodes.length === 0 ? {} : { code: nodes };
}

function sourcePlan({ node, part }: TypedNode, flow: Flow): SourcePlan[] {
  if (part.kind !== "source") return [];
  return flow.readers(flow.name({ node: node.id })).flatMap((reader) => {
    if (reader.part.kind !== "topic" || reader.part.own === undefined) return [];
    const { partitions, key } = reader.part.own;
    return [
      {
        node: node.id,
        type: node.type,
        topic: reader.part.name,
        partitions,
        ...(key && { key }),
        settings: part.settings,
      },
    ];
  });
}

function streamPlan(typed: TypedNode, flow: Flow): StreamPlan[] {
  const { node, output, part } = typed;
  const { inValue, ofFacts } = byOrigin(output?.columns ?? []);
  switch (part.kind) {
    case "topic":
      return [
        {
          call: "read",
          stream: node.id,
          node: node.id,
          type: node.type,
          module: "kafka",
          arguments: {
            topic: part.name,
            columns: ddl(inValue),
            ...unitsOf(inValue),
            max_offsets_per_trigger: part.maxBatch,
            ...(ofFacts.length > 0 && { metadata: Object.fromEntries(ofFacts.map(({ name, fact }) => [name, fact])) }),
            ...(part.existing && { start: part.existing.start }),
          },
        },
      ];
    case "step":
    case "stateful":
      return [
        {
          call: "apply",
          stream: node.id,
          node: node.id,
          type: node.type,
          module: part.module,
          from: inputsOf(typed, flow),
          arguments: { ...part.arguments, ...readOutputs(typed, flow), ...toldBefore(typed, flow) },
          ...(part.kind === "step" && part.secrets && { secrets: part.secrets }),
        },
      ];
    default:
      return [];
  }
}

function inputsOf({ node }: TypedNode, flow: Flow): string | string[] {
  const [first = "", ...more] = node.from.map(flow.name);
  return kindOf(node.type).inputs.max === 1 ? first : [first, ...more];
}

/** A step with several outputs is told which of them are read: the rows of the others are dropped, and it counts them. */
function readOutputs(typed: TypedNode, flow: Flow): Arguments {
  if (typed.outputs === undefined) return {};
  const read = flow.streams(typed).filter((stream) => flow.readers(stream).length > 0);
  return { read: read.map((stream) => stream.slice(typed.node.id.length + 1)) };
}

/** A step whose inputs are branches of one stream is told which nodes' rejects come by an input before each of them: they are told once. */
function toldBefore({ node, part }: TypedNode, flow: Flow): Arguments {
  if (part.kind !== "step" || node.from.length < 2) return {};
  const before = new Set<string>();
  const told = node.from.map((input) => {
    const rejecting = flow.rejecting(flow.view(input));
    const known = rejecting.filter((id) => before.has(id));
    for (const id of rejecting) before.add(id);
    return known;
  });
  return told.some((nodes) => nodes.length > 0) ? { told } : {};
}

/** The guards of the stateful steps that read a stream stand right behind it, before anything else reads it. */
function guardPlans(input: TypedNode, flow: Flow): StreamPlan[] {
  return flow.streams(input).flatMap((stream) =>
    flow.readers(stream).flatMap((reader): StreamPlan[] => {
      const { node, part } = reader;
      if (part.kind !== "stateful") return [];
      const guarded = guardedInputs(reader).filter((each) => flow.name(each.input) === stream);
      return guarded.map(({ guard }) => ({
        call: "guard",
        stream,
        node: node.id,
        type: node.type,
        module: part.module,
        from: stream,
        arguments: guard,
      }));
    }),
  );
}

function nothingToRun(typed: TypedDag): Finding[] {
  if (typed.nodes.some(({ part }) => part.kind === "sink")) return [];
  return [
    {
      code: "plan/no-sink",
      pointer: (typed.nodes[0]?.node.pointer ?? "/nodes").replace(/\/\d+$/, ""),
      message: "This pipeline has no sink, so nothing would be kept.",
      hint: "add a `sink.mongodb` that reads the last node",
    },
  ];
}
