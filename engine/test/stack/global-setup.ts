import { startTestStack } from "../support/test-stack.ts";

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
  const { project, kafka, mongodb, stop } = await startTestStack();
  provide("project", project.dir);
  provide("kafka", kafka);
  provide("mongodb", mongodb);
  process.env.ENGINE_TEST_KAFKA = kafka;
  process.env.ENGINE_TEST_MONGODB = mongodb;
  return stop;
}
