import type { Finding } from "../diagnostic.ts";
import type { Given, StandIn } from "../nodes/given.ts";
import { kindOf } from "../nodes/index.ts";
import { joinPointer } from "../pointer.ts";
import { type NodePreview, openPreview, type PreviewPython, type PreviewTables, type StandIns } from "../preview/index.ts";
import type { TypedDag } from "../types.ts";
import { readAnswer, type WrittenAnswer } from "./answers.ts";

/** A pipeline for which tests are written. */
export interface Testable {
  typed: TypedDag;
  /** Its nodes before anything came, where those that are named are given what they ask elsewhere. */
  nodes(given: ReadonlySet<string>): readonly NodePreview[];
}

/** A pipeline of which the evaluator tells. */
export function testable(typed: TypedDag, python?: PreviewPython, tables?: PreviewTables): Testable {
  return { typed, nodes: (given) => openPreview(typed, python, tables, emptyStandIns(typed, given)).nodes };
}

/** Nothing in place of what nodes ask elsewhere: a table without rows, an endpoint that answers nobody. */
export function emptyStandIns(typed: TypedDag, nodes: Iterable<string>): Map<string, StandIn> {
  const nothing = (id: string): StandIn => (givenOf(typed, id)?.what === "table" ? { rows: [], texts: [] } : { answers: [] });
  return new Map(Array.from(nodes, (id) => [id, nothing(id)]));
}

/** What a test may give to a node; undefined where that is nothing, or there is no such node. */
export function givenOf({ nodes }: TypedDag, id: string): Given<never> | undefined {
  const found = nodes.find(({ node }) => node.id === id);
  return found && kindOf(found.node.type).given;
}

/** A test, as far as it gives something to nodes. */
interface Giving {
  batches: readonly { standIns: ReadonlyMap<string, StandIn> }[];
}

/** The nodes to which a test gives something. */
export function givenNodes({ batches }: Giving): Set<string> {
  return new Set(batches.flatMap(({ standIns }) => [...standIns.keys()]));
}

/** Before a test gives something to a node, there is its own table, or nothing. `own`: the nodes whose tables are at hand. */
export function firstStandIns(typed: TypedDag, test: Giving, own: ReadonlyMap<string, unknown>): StandIns {
  const later = [...givenNodes(test)].filter((id) => !own.has(id));
  return new Map([...emptyStandIns(typed, later), ...(test.batches[0]?.standIns ?? [])]);
}

/** How a part of a test is read: filled in as its contract wants it, undefined where it is told to be wrong. */
export interface StandInReader {
  fill(value: unknown, pointer: string): unknown;
  tell(pointer: string, code: string, finding: Omit<Finding, "code" | "pointer">): void;
}

/** Reads what a test gives to a node. `node`: as `Testable` has it. */
export function readStandIn(
  { typed }: Testable,
  { node: id, inputs }: NodePreview,
  values: readonly unknown[],
  pointer: string,
  { fill, tell }: StandInReader,
): StandIn {
  const given = givenOf(typed, id);
  const config = typed.nodes.find(({ node }) => node.id === id)?.node.config;
  if (given === undefined) throw new Error(`${id} can be given nothing`);
  const report = (path: (string | number)[], { code, ...finding }: Omit<Finding, "pointer">) =>
    tell(joinPointer(pointer, ...path), code, finding);
  if (given.what === "table") return given.read(config as never, values, report);
  const asked = given.asked(config as never);
  const columns = inputs[0]?.columns ?? [];
  const answers = values.flatMap((value, i) => {
    const written = fill(value, joinPointer(pointer, i));
    if (written === undefined) return [];
    return readAnswer(written as WrittenAnswer, asked, columns, (path, finding) => report([i, ...path], finding));
  });
  return { answers };
}
