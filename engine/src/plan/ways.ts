import type { Finding } from "../diagnostic.ts";
import { showDuration } from "../duration.ts";
import { joinPointer } from "../pointer.ts";
import type { TypedDag, TypedNode } from "../types.ts";
import type { Flow } from "./flow.ts";

/** Finds what goes wrong only where rows come on several ways: from several topics, or on two ways from one. */
export function wayFindings(typed: TypedDag, flow: Flow): Finding[] {
  const many = tooManyWays(typed);
  if (many.length > 0) return many;
  return typed.nodes.flatMap((node) => [...oneWatermark(node, flow), ...twoWaysWithoutKey(node, flow)]);
}

/** Spark plans every way by itself, and where a flow parts and comes together again and again their number doubles each time. */
const MOST_WAYS = 100;

function tooManyWays(typed: TypedDag): Finding[] {
  const ways = new Map<string, number>();
  return typed.nodes.flatMap(({ node, part }): Finding[] => {
    const above = node.from.map((input) => ways.get(input.node) ?? 0);
    const count = part.kind === "topic" ? 1 : above.reduce((sum, each) => sum + each, 0);
    ways.set(node.id, count);
    if (count <= MOST_WAYS || above.some((each) => each > MOST_WAYS)) return [];
    return [
      {
        code: "plan/too-many-ways",
        pointer: node.pointer,
        message: `Rows come to \`${node.id}\` on ${count} ways, and Spark would read their topics once for each.`,
        hint: "part the flow less often before it comes together, for example with one transform.split",
      },
    ];
  });
}

/** One watermark over several topics follows the one that is read furthest. */
function oneWatermark({ node, part }: TypedNode, flow: Flow): Finding[] {
  if (part.kind !== "stateful" || part.watermark === undefined) return [];
  const delays = [part.watermark].flat();
  return node.from.flatMap((input, at): Finding[] => {
    const delay = delays[at] ?? null;
    const topics = [...flow.view(input).scans.keys()];
    if (delay === null || topics.length < 2) return [];
    const names = topics.map((name) => `\`${name}\``).join(" and ");
    return [
      {
        code: "plan/one-watermark",
        severity: "warning",
        pointer: joinPointer(node.pointer, "config"),
        message: `\`${node.id}\` has one watermark over ${names}: rows of one that lags behind the other by more than ${showDuration(delay)} are late.`,
        hint: "set `watermark` in the transform.union above, then each input has its own",
      },
    ];
  });
}

/** Without a key a document is found by its record's place, and two rows of one record would be one document. */
function twoWaysWithoutKey({ node, part }: TypedNode, flow: Flow): Finding[] {
  const [input] = node.from;
  if (part.kind !== "sink" || part.collection === undefined || part.arguments.key !== null || input === undefined) return [];
  const twice = [...flow.view(input).scans].find(([, times]) => times > 1);
  if (twice === undefined) return [];
  return [
    {
      code: "plan/two-ways",
      pointer: joinPointer(node.pointer, "config"),
      message: `Records of \`${twice[0]}\` come to \`${node.id}\` on more than one way, and only a key tells their rows apart.`,
      hint: "add `key` with the columns that identify a row",
    },
  ];
}
