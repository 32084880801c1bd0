import type { ChosenTarget } from "./find-target.ts";
import type { Project } from "./project.ts";
import { kafkaOptions, stackDir } from "./run/open-target.ts";
import type { KafkaAddress, MongoAddress } from "./services.ts";
import { findStack } from "./stack/index.ts";
import { requireAnswers } from "./target-answers.ts";

/** Where a target's services are right now, without starting any. Undefined where the local stack does not run; throws where others do not answer. */
export async function currentAddresses(
  project: Project,
  { name, target }: ChosenTarget,
  pipeline: string,
): Promise<{ kafka: KafkaAddress; mongodb: MongoAddress } | undefined> {
  if (target.kind === "services") {
    await requireAnswers(name, target);
    const { kafka, mongodb } = target;
    return {
      kafka: { bootstrap: kafka.bootstrap, options: kafkaOptions(kafka.security) },
      mongodb: { uri: mongodb.uri, database: mongodb.database },
    };
  }
  const stack = await findStack(stackDir(project));
  return (
    stack && { kafka: { bootstrap: stack.kafka.bootstrap, options: {} }, mongodb: { uri: stack.mongodb.uri, database: pipeline } }
  );
}
