import type { Input } from "../spec.ts";
import type { TypedNode } from "../types.ts";
import { type Flow, guardedInputs, type View } from "./flow.ts";

/** A query before it is settled who owns what: where it ends, and what lies above. A query without a sink is there for rejects alone. */
export interface Draft {
  name: string;
  end: Input;
  view: View;
  sink?: TypedNode;
}

/** A node's rejects: those of the rows that it gives, and those that the guard of a stateful step notes on the rows of an input that it is about to take. */
interface Claim {
  node: TypedNode;
  of: "rows" | "guard";
  streams: string[];
}

/**
 * Gives the rejects and the counts of every node exactly one owner among the queries, and adds the queries for rejects alone where none
 * that writes to a sink can own them: rejects do not pass a stateful step.
 */
export function settleOwners(drafts: Draft[], flow: Flow): { drafts: Draft[]; owns: Map<Draft, string[]> } {
  const used = new Set(drafts.flatMap((draft) => draft.view.nodes));
  const claims = claimsIn(used, flow);
  const owners = new Map<Claim, Draft>();
  const claim = (by: Draft, wanted: readonly Claim[]) => {
    for (const each of wanted) if (!owners.has(each)) owners.set(each, by);
  };
  const forRejects = rejectDrafts([...used], flow);
  // A query that sees what several guards of a step note would write all of it, whichever of them it owned.
  for (const guards of claims.ofSeveralGuards) {
    const sees = (draft: Draft) => guards.every((guard) => claims.seenBy(draft).includes(guard));
    const all = [...drafts, ...forRejects].find(sees);
    if (all !== undefined) claim(all, guards);
  }
  // First those that see the most: no stateful step hides anything from them.
  for (const draft of [...drafts].sort((a, b) => Number(isStateful(a)) - Number(isStateful(b))))
    claim(draft, claims.seenBy(draft));
  const added = forRejects.filter((draft) => {
    const isRefusal = ({ node, of }: Claim) => of === "guard" || canRefuse(node);
    const seen = claims.seenBy(draft);
    if (seen.some((each) => !owners.has(each) && isRefusal(each))) claim(draft, seen);
    return seen.some((each) => owners.get(each) === draft);
  });
  // What is left refuses nothing, but may drop rows: that is counted wherever the rows pass.
  for (const draft of drafts) claim(draft, draft.view.nodes.flatMap(claims.toRowsOf));
  const owned = new Map<Draft, Set<TypedNode>>();
  for (const [{ node }, owner] of owners) owned.set(owner, (owned.get(owner) ?? new Set()).add(node));
  const all = [...drafts, ...added];
  const places = new Map([...used].map((node, at) => [node, at]));
  const idsOf = (draft: Draft) =>
    [...(owned.get(draft) ?? [])].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0)).map(({ node }) => node.id);
  return { drafts: all, owns: new Map(all.map((draft) => [draft, idsOf(draft)])) };
}

/** All claims, found by who sees them and by whose they are. */
function claimsIn(used: ReadonlySet<TypedNode>, flow: Flow) {
  const ofNode = new Map([...used].map((node) => [node, claimsOf(node, flow)]));
  const onStream = new Map<string, Claim[]>();
  for (const claim of [...ofNode.values()].flat())
    for (const stream of claim.streams) onStream.set(stream, [...(onStream.get(stream) ?? []), claim]);
  const guards = [...ofNode.values()].map((all) => all.filter(({ of }) => of === "guard"));
  return {
    ofSeveralGuards: guards.filter((all) => all.length > 1),
    seenBy: ({ view }: Draft) => [...view.open].flatMap((stream) => onStream.get(stream) ?? []),
    toRowsOf: (node: TypedNode) => (ofNode.get(node) ?? []).filter(({ of }) => of === "rows"),
  };
}

/** What a stateful step drops is told by the query that reports its state, so without refusals there is nothing to own. */
function claimsOf(typed: TypedNode, flow: Flow): Claim[] {
  const { part } = typed;
  const rows: Claim = { node: typed, of: "rows", streams: flow.streams(typed) };
  if (part.kind !== "stateful") return [rows];
  const guards = guardedInputs(typed).map(({ input }): Claim => ({ node: typed, of: "guard", streams: [flow.name(input)] }));
  return part.refuses ? [...guards, rows] : guards;
}

/** A query that has a stateful step. */
export function isStateful({ view }: Draft): boolean {
  return view.operators.length > 0;
}

function canRefuse({ part }: TypedNode): boolean {
  return part.kind === "topic" || ((part.kind === "step" || part.kind === "stateful") && part.refuses);
}

/** A query for each stream that a stateful step reads. The longest first: it holds what the shorter ones share with it, and a topic is read once less. */
function rejectDrafts(used: TypedNode[], flow: Flow): Draft[] {
  const ends = new Map<string, Input>();
  for (const { node, part } of used)
    if (part.kind === "stateful") for (const input of node.from) ends.set(flow.name(input), input);
  const drafts = [...ends].map(([stream, end]): Draft => ({ name: `${stream}.rejects`, end, view: flow.view(end) }));
  return drafts.sort((a, b) => b.view.nodes.length - a.view.nodes.length);
}
