import { createProject, runEngine, type TestProject } from "./project.ts";

/** A running stack in a project of its own, with the addresses of its services. */
export interface TestStack {
  project: TestProject;
  kafka: string;
  mongodb: string;
  stop(): Promise<void>;
}

/** Brings a real stack up that nobody else uses. */
export async function startTestStack(): Promise<TestStack> {
  const project = await createProject();
  const up = await runEngine(project, ["stack", "up"]);
  if (up.code !== 0) throw new Error(`the stack did not start\n${up.stderr}`);
  const status = up.events.at(-1) as unknown as { kafka: { bootstrap: string }; mongodb: { uri: string } };
  return {
    project,
    kafka: status.kafka.bootstrap,
    mongodb: status.mongodb.uri,
    async stop() {
      await runEngine(project, ["stack", "down"]);
      await project.remove();
    },
  };
}
