import type { Finding } from "../diagnostic.ts";
import { joinPointer } from "../pointer.ts";
import type { TypedDag, TypedNode } from "../types.ts";

/** Where the runtime keeps applied plans, epochs and leases, in the target's own database. */
const ENGINE_COLLECTION = "_engine";

/** Finds topics and collections that two nodes claim, or that are the engine's own. */
export function claimFindings(typed: TypedDag, deadLetters: string): Finding[] {
  return [
    ...claimedTwice(typed, topicNames, "topic"),
    ...readsDeadLetters(typed, deadLetters),
    ...claimedTwice(typed, collectionNames, "collection"),
    ...claimedTwice(typed, folders, "folder"),
    ...writesOwnCollection(typed),
  ];
}

/** A name that a node claims, and where in its config it does. */
interface Claim {
  name: string;
  path: (string | number)[];
}

function topicNames({ part }: TypedNode): Claim[] {
  if (part.kind === "topic") return [{ name: part.name, path: ["topic"] }];
  if (part.kind !== "sink" || part.topics === undefined) return [];
  const { topic } = part.arguments;
  return part.topics.map(({ name }, at) => ({ name, path: name === topic ? ["topic"] : ["topics", at] }));
}

function isOnlyRead({ part }: TypedNode): boolean {
  return part.kind === "topic" && part.existing !== undefined;
}

function collectionNames({ part }: TypedNode): Claim[] {
  return part.kind === "sink" && part.collection ? [{ name: part.collection.name, path: ["collection"] }] : [];
}

/** `exports` and `./exports/` are one. */
function folders({ part }: TypedNode): Claim[] {
  if (part.kind !== "sink" || part.folder === undefined) return [];
  const steps = part.folder.split("/").filter((step, at) => step !== "." && (step !== "" || at === 0));
  return [{ name: steps.join("/"), path: ["path"] }];
}

function claimedTwice(typed: TypedDag, claimsOf: (node: TypedNode) => Claim[], what: string): Finding[] {
  const owner = new Map<string, TypedNode>();
  // What is only read is the one to change.
  const nodes = [...typed.nodes].sort((a, b) => Number(isOnlyRead(a)) - Number(isOnlyRead(b)));
  return nodes.flatMap((node) =>
    claimsOf(node).flatMap((claim): Finding[] => {
      const first = owner.get(claim.name);
      owner.set(claim.name, first ?? node);
      if (first === undefined) return [];
      const message = `The ${what} \`${claim.name}\` is already used by \`${first.node.id}\`.`;
      return [
        {
          code: `plan/duplicate-${what}`,
          pointer: joinPointer(node.node.pointer, "config", ...claim.path),
          message,
          hint:
            isOnlyRead(node) && first.part.kind === "topic"
              ? `let what follows read \`${first.node.id}\` instead`
              : `give this one another ${what}`,
        },
      ];
    }),
  );
}

function readsDeadLetters(typed: TypedDag, name: string): Finding[] {
  return typed.nodes.flatMap((node) =>
    topicNames(node).flatMap((claim): Finding[] => {
      if (claim.name !== name) return [];
      return [
        {
          code: "plan/dead-letter-topic",
          pointer: joinPointer(node.node.pointer, "config", ...claim.path),
          message: `The topic \`${name}\` is where this pipeline's own dead letters go.`,
          hint: "give this one another topic",
        },
      ];
    }),
  );
}

function writesOwnCollection(typed: TypedDag): Finding[] {
  return typed.nodes.flatMap(({ node, part }): Finding[] => {
    if (part.kind !== "sink" || part.collection?.name !== ENGINE_COLLECTION) return [];
    return [
      {
        code: "plan/engine-collection",
        pointer: joinPointer(node.pointer, "config", "collection"),
        message: `The collection \`${ENGINE_COLLECTION}\` is where the engine keeps what it must remember.`,
        hint: "give this one another name",
      },
    ];
  });
}
