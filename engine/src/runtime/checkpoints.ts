import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { PythonValue } from "../nodes/node-kind.ts";
import type { Plan } from "../plan/plan.ts";
import { committedOffsets } from "./checkpoint-files.ts";
import { takenOverTooLate } from "./reject-owners.ts";

/** What a checkpoint was made for. Spark itself notices a mismatch only when it is too late, or never. */
export type Fingerprint = Record<string, PythonValue>;

/** The checkpoint a query will use. `changed` names what made an older version unusable. */
export interface Checkpoint {
  query: string;
  path: string;
  version: number;
  isNew: boolean;
  changed: string[];
}

/** What a checkpoint depends on besides the plan. */
export interface Surroundings {
  /** Kafka's id of the cluster. */
  cluster: string;
  epochs: Record<string, string>;
  /** The plan that was applied last. */
  before: Plan | undefined;
}

const REASONS: Record<string, string> = {
  cluster: "this is another Kafka cluster",
  epochs: "a topic was created anew",
  topics: "it reads other topics",
  state: "its windows, groups or keys changed",
  outputMode: "its output mode changed",
  shufflePartitions: "the number of shuffle partitions changed",
  rejects: "it takes over dead letters that their former owner had not written yet",
};

/** Why a checkpoint cannot be used any more, in words. */
export function whatChanged(changed: readonly string[]): string {
  return changed.map((name) => REASONS[name] ?? `${name} changed`).join(", ");
}

/** Where a query without a checkpoint begins, in words. */
export function beginningOf({ queries, existingTopics = [] }: Plan, query: string): string {
  const topics = queries.find(({ name }) => name === query)?.topics ?? [];
  const elsewhere = existingTopics.find(({ name, start }) => topics.includes(name) && start !== "earliest");
  return elsewhere === undefined
    ? "the earliest record"
    : `the earliest record (in ${elsewhere.name} from \`start: ${elsewhere.start}\`)`;
}

/** Chooses each query's newest checkpoint, or the next version where the fingerprint no longer fits. Writes nothing. */
export async function chooseCheckpoints(
  plan: Plan,
  dir: string,
  { cluster, epochs, before }: Surroundings,
): Promise<Checkpoint[]> {
  const late = await takenOverTooLate(plan, before, async (query) => {
    const folder = join(dir, query);
    return committedOffsets(join(folder, `v${await newestVersion(folder)}`));
  });
  return Promise.all(
    plan.queries.map(async ({ name, fingerprint, topics }) => {
      const wanted = { cluster, epochs: pick(epochs, topics), ...fingerprint };
      const folder = join(dir, name);
      const version = await newestVersion(folder);
      if (version === 0) return { query: name, path: join(folder, "v1"), version: 1, isNew: true, changed: [] };
      const changed = differences(await readFingerprint(folder, version), wanted);
      if (late.has(name)) changed.push("rejects");
      const next = changed.length === 0 ? version : version + 1;
      return { query: name, path: join(folder, `v${next}`), version: next, isNew: changed.length > 0, changed };
    }),
  );
}

/** Writes the fingerprints of new checkpoints beside them. */
export async function recordFingerprints(
  plan: Plan,
  checkpoints: Checkpoint[],
  { cluster, epochs }: Surroundings,
): Promise<void> {
  for (const { query, path, isNew } of checkpoints) {
    const planned = plan.queries.find((candidate) => candidate.name === query);
    if (!isNew || planned === undefined) continue;
    const fingerprint = { cluster, epochs: pick(epochs, planned.topics), ...planned.fingerprint };
    await mkdir(path, { recursive: true });
    await writeFile(`${path}.fingerprint.tmp`, JSON.stringify(fingerprint, null, 2));
    await rename(`${path}.fingerprint.tmp`, `${path}.fingerprint.json`);
  }
}

async function newestVersion(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  return Math.max(
    0,
    ...names.flatMap((name) => (/^v\d+\.fingerprint\.json$/.test(name) ? [Number.parseInt(name.slice(1), 10)] : [])),
  );
}

async function readFingerprint(folder: string, version: number): Promise<Fingerprint> {
  return JSON.parse(await readFile(join(folder, `v${version}.fingerprint.json`), "utf8")) as Fingerprint;
}

function differences(before: Fingerprint, after: Fingerprint): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !isDeepStrictEqual(before[name], after[name]))
    .sort();
}

function pick(values: Record<string, string>, names: string[]): Record<string, string> {
  return Object.fromEntries([...names].sort().map((name) => [name, values[name] ?? ""]));
}

/**
 * For each query with windows: the moment from which its windows are whole, kept beside its checkpoint. A new checkpoint reads what Kafka still
 * keeps; the windows that began before would be overwritten with sums of what is left of them. `retained` is asked only for a new one.
 */
export async function wholeWindows(
  plan: Plan,
  checkpoints: Checkpoint[],
  retained: (topics: string[]) => Promise<number | undefined>,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { query, path, isNew } of checkpoints) {
    const planned = plan.queries.find((candidate) => candidate.name === query);
    if (!planned?.windows) continue;
    const file = `${path}.windows-from`;
    const since = isNew ? await retained(planned.topics) : undefined;
    if (since !== undefined) {
      await mkdir(path, { recursive: true });
      await writeFile(file, new Date(since).toISOString());
    }
    const moment = await readFile(file, "utf8").catch(() => "");
    if (moment !== "") found[query] = moment;
  }
  return found;
}
