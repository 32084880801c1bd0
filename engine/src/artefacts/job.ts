import { sparkInterval } from "../duration.ts";
import type { Plan, QueryPlan, StreamPlan } from "../plan/plan.ts";
import { pythonBlock, pythonCall, pythonLiteral, pythonName, pythonRemark } from "./python.ts";

/** The line of the spec on which a node begins, counted from 1. */
export type LineOf = (node: string) => number;

/** Fills `job.py.tmpl`: one call per node, each below a comment with its place in the spec. `file` is the spec's base name. */
export function renderJob(template: string, plan: Plan, file: string, lineOf: LineOf): string {
  const place = pythonRemark(file);
  const comment = (node: string, type: string) => `# ${place}:${lineOf(node)} ${node} (${type})\n`;
  const streams = plan.streams.map(
    (stream) => `${comment(stream.node, stream.type)}${streamName(stream.stream)} = ${streamCall(stream)}\n`,
  );
  const queries = plan.queries.map(
    (query) => `${query.sink ? comment(query.sink.node, query.sink.type) : rejectsComment(query)}${queryCall(query)}\n`,
  );
  const slots: Record<string, string> = {
    pipeline: plan.pipeline,
    file: place,
    settings: pythonCall(
      "Job",
      [],
      [
        ["pipeline", pythonLiteral(plan.pipeline)],
        ["spec", pythonLiteral(plan.spec)],
        ["dead_letters", pythonLiteral(plan.deadLetters)],
        ["shuffle_partitions", pythonLiteral(plan.shufflePartitions)],
      ],
    ),
    io: [...new Set(["kafka", ...plan.queries.flatMap(({ sink }) => sink?.module ?? [])])].sort().join(", "),
    nodes: [...streams, ...queries].join("\n").trimEnd(),
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_, slot: string) => {
    const text = slots[slot];
    if (text === undefined) throw new Error(`job.py.tmpl has an unknown slot {{${slot}}}`);
    return text;
  });
}

function streamCall({ call, node, module, from, arguments: args }: StreamPlan): string {
  const inputs = [from ?? []].flat().map(streamName);
  const [owner, input] =
    call === "read" ? [module, "job"] : [`steps.${module}`, Array.isArray(from) ? `[${inputs.join(", ")}]` : inputs[0]];
  return pythonCall(`${owner}.${call}`, [input ?? ""], keywordsOf({ node, ...args }));
}

/** A step with several outputs gives a dict of them: `by_kind["refunds"]`. */
function streamName(stream: string): string {
  const [node = "", output] = stream.split(".");
  return output === undefined ? pythonName(node) : `${pythonName(node)}[${pythonLiteral(output)}]`;
}

function queryCall({ name, from, sink, every, owns, operators, scans }: QueryPlan): string {
  const call = sink === undefined ? "kafka.rejects" : `${sink.module}.${sink.call}`;
  const settings = sink === undefined ? {} : { node: sink.node, ...sink.arguments };
  return pythonCall(
    call,
    ["job", streamName(from)],
    keywordsOf({
      ...{ query: name, ...settings, owns },
      ...(operators && { operators }),
      ...(scans && { scans }),
      ...(every && { every: sparkInterval(every) }),
    }),
  );
}

function rejectsComment({ from }: QueryPlan): string {
  return `# dead letters of what leads to ${from}: only stateful queries read it, and they cannot carry them\n`;
}

function keywordsOf(args: StreamPlan["arguments"]): [string, string][] {
  return Object.entries(args).map(([key, value]) => [key, pythonBlock(value)]);
}
