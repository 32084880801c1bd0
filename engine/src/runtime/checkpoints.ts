import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { PythonValue } from "../nodes/node-kind.ts";
import type { Plan } from "../plan/plan.ts";

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

const REASONS: Record<string, string> = {
  cluster: "this is another Kafka cluster",
  epochs: "a topic was created anew",
  topics: "it reads other topics",
  state: "its windows or groups changed",
  outputMode: "its output mode changed",
  shufflePartitions: "the number of shuffle partitions changed",
};

/** Why a checkpoint cannot be used any more, in words. */
export function whatChanged(changed: readonly string[]): string {
  return changed.map((name) => REASONS[name] ?? `${name} changed`).join(", ");
}

/** Chooses each query's newest checkpoint, or the next version where the fingerprint no longer fits. Writes nothing. */
export async function chooseCheckpoints(
  plan: Plan,
  dir: string,
  cluster: string,
  epochs: Record<string, string>,
): Promise<Checkpoint[]> {
  return Promise.all(
    plan.queries.map(async ({ name, fingerprint, topics }) => {
      const wanted = { cluster, epochs: pick(epochs, topics), ...fingerprint };
      const folder = join(dir, name);
      const version = await newestVersion(folder);
      if (version === 0) return { query: name, path: join(folder, "v1"), version: 1, isNew: true, changed: [] };
      const changed = differences(await readFingerprint(folder, version), wanted);
      const next = changed.length === 0 ? version : version + 1;
      return { query: name, path: join(folder, `v${next}`), version: next, isNew: changed.length > 0, changed };
    }),
  );
}

/** Writes the fingerprints of new checkpoints beside them. */
export async function recordFingerprints(
  plan: Plan,
  checkpoints: Checkpoint[],
  cluster: string,
  epochs: Record<string, string>,
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
