import type { Plan } from "../plan/plan.ts";
import type { Ends } from "./counters.ts";

/**
 * The queries that take over the dead letters of a node from a query that had not come as far as they have: what lies between would be
 * written by neither, so they start anew. `before` is the plan that was applied last, `committed` how far a query of it has come.
 */
export async function takenOverTooLate(
  plan: Plan,
  before: Plan | undefined,
  committed: (query: string) => Promise<Ends>,
): Promise<Set<string>> {
  const formerOwners = (node: string) => before?.queries.filter(({ owns }) => owns.includes(node)).map(({ name }) => name) ?? [];
  const late = new Set<string>();
  for (const { name, owns } of plan.queries) {
    // What it owned before it goes on owning, also where it shares a stateful step with another.
    const former = new Set(owns.map(formerOwners).flatMap((owners) => (owners.includes(name) ? [] : owners)));
    for (const owner of former) if (isAhead(await committed(name), await committed(owner))) late.add(name);
  }
  return late;
}

/** Whether any partition has been read further in `one` than in `other`. */
function isAhead(one: Ends, other: Ends): boolean {
  return Object.entries(one).some(([topic, partitions]) =>
    Object.entries(partitions).some(([partition, offset]) => offset > (other[topic]?.[partition] ?? 0)),
  );
}
