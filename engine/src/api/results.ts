import { readCollection } from "../runtime/collection-rows.ts";
import { servicesOf } from "./services.ts";
import { FileRefused, type SpecFiles } from "./spec-files.ts";

const MOST_ROWS = 5000;

/** What of a collection is asked for, and on which target. */
export interface Wanted {
  limit: number;
  /** A path, `-` before it for the largest first; without it the newest documents come. */
  sort?: string | undefined;
  target?: string | undefined;
}

/** Documents of a sink's collection as plain JSON. */
export async function resultsOf(files: SpecFiles, spec: string, sink: string, { limit, sort, target }: Wanted) {
  const { plan, addresses } = await servicesOf(files, spec, target);
  const query = plan.queries.find(({ sink: one }) => one?.node === sink && one.type === "sink.mongodb");
  const collection = query?.sink?.arguments.collection;
  if (typeof collection !== "string")
    throw new FileRefused(404, "api/unknown-sink", "The saved pipeline has no MongoDB sink of that name.");
  const rows = Math.min(limit, MOST_ROWS);
  const order = sort === undefined ? {} : { sort: orderOf(sort) };
  return { collection, ...(await readCollection(addresses.mongodb, collection, { limit: rows, ...order })) };
}

function orderOf(sort: string): { path: string; order: 1 | -1 } {
  const path = sort.replace(/^-/, "");
  if (path === "" || path.startsWith("$") || path.includes("\0"))
    throw new FileRefused(400, "api/bad-request", "`sort` must be the path of a field.");
  return { path, order: sort.startsWith("-") ? -1 : 1 };
}
