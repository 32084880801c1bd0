import type { TestProject as Project } from "../support/project.ts";
import { createProject, runEngine } from "../support/project.ts";

declare module "vitest" {
  export interface ProvidedContext {
    project: string;
    kafka: string;
    mongodb: string;
  }
}

/** Brings the real stack up once for all files, in a project of its own. */
export default async function setup({ provide }: { provide(key: "project" | "kafka" | "mongodb", value: string): void }) {
  // Every JVM, the tests' own too, has one compiler: none of them lives long enough to win back what Java's second one costs.
  process.env.JDK_JAVA_OPTIONS = "-XX:TieredStopAtLevel=1";
  const project: Project = await createProject();
  const up = await runEngine(project, ["stack", "up"]);
  if (up.code !== 0) throw new Error(`the stack did not start\n${up.stderr}`);
  const status = up.events.at(-1) as unknown as { kafka: { bootstrap: string }; mongodb: { uri: string } };
  provide("project", project.dir);
  provide("kafka", status.kafka.bootstrap);
  provide("mongodb", status.mongodb.uri);
  process.env.ENGINE_TEST_KAFKA = status.kafka.bootstrap;
  process.env.ENGINE_TEST_MONGODB = status.mongodb.uri;
  return async () => {
    await runEngine(project, ["stack", "down"]);
    await project.remove();
  };
}
