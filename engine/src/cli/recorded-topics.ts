import { existsSync } from "node:fs";
import { currentAddresses } from "../runtime/addresses.ts";
import type { ChosenTarget } from "../runtime/find-target.ts";
import { newestRecords, type PlacedRecord } from "../runtime/newest-records.ts";
import { stackDir } from "../runtime/run/open-target.ts";
import type { KafkaAddress } from "../runtime/services.ts";
import { startStack } from "../runtime/stack/index.ts";
import { ensureToolchain } from "../runtime/toolchain/index.ts";
import { UserMistake } from "../runtime/user-mistake.ts";
import { type Defer, withCleanup } from "../runtime/with-cleanup.ts";
import type { LoadedSpec } from "./load.ts";

const HINT = "run the pipeline first: engine run SPEC --records 100";

/**
 * The newest records of the topics, oldest first. The local stack is started where it rests, and stopped again. Throws a UserMistake where no stack was ever
 * there, a topic is missing, or all of them are empty.
 */
export function recordsOfTopics(
  spec: LoadedSpec,
  chosen: ChosenTarget,
  wanted: { topics: readonly string[]; most: number; signal: AbortSignal },
): Promise<Map<string, PlacedRecord[]>> {
  return withCleanup(async (defer) => {
    const found = await newestRecords(await kafkaOf(spec, chosen, wanted.signal, defer), wanted.topics, wanted.most);
    const missing = wanted.topics.filter((topic) => found.get(topic) === undefined);
    if (missing.length > 0)
      throw new UserMistake("test/no-topic", `There is no topic ${missing.join(", ")} in Kafka on ${chosen.name}.`, HINT);
    const records = new Map(Array.from(found, ([topic, list]) => [topic, list ?? []]));
    if ([...records.values()].every((list) => list.length === 0))
      throw new UserMistake("test/no-records", `There are no records in ${wanted.topics.join(", ")}.`, HINT);
    return records;
  });
}

async function kafkaOf(spec: LoadedSpec, chosen: ChosenTarget, signal: AbortSignal, defer: Defer): Promise<KafkaAddress> {
  const { project } = spec;
  const found = await currentAddresses(project, chosen, "");
  if (found !== undefined) return found.kafka;
  const dir = stackDir(project);
  if (!existsSync(dir))
    throw new UserMistake(
      "test/no-stack",
      "No local stack has run in this project yet, so there is no topic to take records from.",
      HINT,
    );
  const stack = await startStack({ toolchain: await ensureToolchain({ signal }), dir, signal });
  defer(() => (stack.adopted ? undefined : stack.stop()));
  return { bootstrap: stack.kafka.bootstrap, options: {} };
}
