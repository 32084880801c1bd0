import { type Finding, nearest } from "../diagnostic.ts";
import { kindOf } from "../nodes/index.ts";
import type { BrokenNode, Input, SpecNode } from "../spec.ts";

/** What an input of a node leads to. */
export interface Meaning {
  input: Input;
  /** The nodes that may be meant; none where that cannot be known. */
  nodes: SpecNode[];
  /** The one node has exactly this id. Otherwise it is a guess, made so that the node can be looked at further. */
  sure: boolean;
}

/** What all the inputs mean, and the names that mean nothing. */
export interface Meanings {
  of(node: SpecNode): Meaning[];
  findings: Finding[];
}

/**
 * Finds the node that every input names. One slip in an id is one mistake, however many nodes read it: a name is reported once, and not at all where
 * a node whose own id was refused may be the one that it means.
 */
export function meaningsOf(nodes: readonly SpecNode[], broken: readonly BrokenNode[]): Meanings {
  const names = namesOf(nodes, broken);
  const unknown = new Map<string, { first: SpecNode; input: Input; near: string | undefined; more: number }>();
  const meanings = new Map<SpecNode, Meaning[]>();
  for (const node of nodes) {
    const found = node.from.map((input) => {
      const { near, isMistake, ...meaning } = names.meaning(input.node, node);
      const before = unknown.get(input.node);
      if (isMistake && before === undefined) unknown.set(input.node, { first: node, input, near, more: 0 });
      else if (isMistake && before !== undefined) before.more += 1;
      return { input, ...meaning };
    });
    meanings.set(node, found);
  }
  const findings = [...unknown.values()].map(({ first, input, near, more }): Finding => {
    const who = more === 0 ? `\`${first.id}\` reads` : `\`${first.id}\` and ${more} more read`;
    const message = `${who} \`${input.node}\`, but there is no such node.`;
    const hint = near === undefined ? {} : { hint: `did you mean \`${near}\`?` };
    return { code: "dag/unknown-input", pointer: input.pointer, message, ...hint };
  });
  return { of: (node) => meanings.get(node) ?? [], findings };
}

interface Named extends Pick<Meaning, "nodes" | "sure"> {
  isMistake?: true;
  near?: string | undefined;
}

/** A graph in which more names lead nowhere is not one with slips in it, and to guess at them all would take long. */
const MOST_GUESSES = 200;

function namesOf(nodes: readonly SpecNode[], broken: readonly BrokenNode[]) {
  const byId = new Map<string, SpecNode[]>();
  const wrongIds = new Map<string, SpecNode[]>();
  for (const node of nodes) {
    const why = node.mended?.id;
    const map = why === "wrong" ? wrongIds : byId;
    if (why !== "missing") map.set(node.id, [...(map.get(node.id) ?? []), node]);
  }
  const unread = new Set(broken.filter(({ mended }) => mended?.id !== "missing").map(({ id }) => id));
  const nameless = [...nodes, ...broken].filter(({ mended }) => mended?.id !== undefined);
  const known = new Set([...byId.keys(), ...wrongIds.keys(), ...unread]);
  const nearNames = new Map<string, string | undefined>();
  const nearTo = (name: string, reader: SpecNode) => {
    if (!nearNames.has(name)) nearNames.set(name, nearNames.size < MOST_GUESSES ? nearest(name, known) : undefined);
    const near = nearNames.get(name);
    return near === reader.id
      ? nearest(
          name,
          [...known].filter((id) => id !== reader.id),
        )
      : near;
  };

  const meaning = (name: string, reader: SpecNode): Named => {
    const exact = byId.get(name) ?? wrongIds.get(name);
    if (exact !== undefined) {
      if (exact.length === 1) return { nodes: exact, sure: true };
      const readable = exact.filter((node) => node !== reader && canRead(reader, node));
      return { nodes: readable.length > 0 ? readable : exact.slice(0, 1), sure: readable.length < 2 };
    }
    if (unread.has(name)) return { nodes: [], sure: false };
    const near = nearTo(name, reader);
    const guessed = near === undefined ? [] : (byId.get(near) ?? wrongIds.get(near) ?? []);
    if (near !== undefined && !byId.has(near) && wrongIds.has(near)) return { nodes: guessed, sure: false };
    if (near === undefined && nameless.length > 0)
      return { nodes: nodes.filter((node) => node === nameless[0] && nameless.length === 1 && node !== reader), sure: false };
    return { nodes: guessed.filter((node) => canRead(reader, node)), sure: false, isMistake: true, near };
  };
  return { meaning };
}

function canRead(reader: SpecNode, node: SpecNode): boolean {
  return kindOf(reader.type).inputs.roles.includes(kindOf(node.type).role);
}
