import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Demo, startDemo } from "../../src/demo/index.ts";
import { watchMemory } from "../support/processes.ts";
import { createProject, startEngine, summaryOf, type TestProject } from "../support/project.ts";

/** The same server twice, which is silent once before each of two records: one source is less patient than the server is silent, the other more. */
const SPEC = `version: 1
name: stall
nodes:
  - id: hasty
    type: source.http
    config: { url: "\${env:STALL_URL}&stallAt=1000&stallMs=70000", resume: { parameter: from }, columns: { transaction_id: string! } }
  - { id: hasty_topic, type: kafka.topic, from: hasty, config: { topic: stall.hasty } }
  - { id: hasty_rows, type: sink.mongodb, from: hasty_topic, config: { collection: hasty, key: transaction_id } }
  - id: patient
    type: source.http
    config: { url: "\${env:STALL_URL}&stallAt=1001&stallMs=61000", idleTimeout: 90s, columns: { transaction_id: string! } }
  - { id: patient_topic, type: kafka.topic, from: patient, config: { topic: stall.patient } }
  - { id: patient_rows, type: sink.mongodb, from: patient_topic, config: { collection: patient, key: transaction_id } }
`;
const RECORDS = 2000;
/** Nothing happens for a minute: the engine may grow by no more than this. */
const GROWTH_MIB = 60;

let project: TestProject;
let demo: Demo;
beforeAll(async () => {
  project = await createProject();
  demo = await startDemo({ rate: 0, records: RECORDS });
});
afterAll(async () => {
  await demo.stop();
  await project.remove();
});

it("a server that stalls for a minute costs no record, no memory and, where the source waits, no connection", async () => {
  await writeFile(join(project.dir, "pipelines/stall.yaml"), SPEC);
  const url = `${demo.url}/stream?rate=0`;
  const engine = startEngine(project, ["run", "pipelines/stall.yaml", "--once"], { STALL_URL: url });
  await engine.event("batch");
  const memory = watchMemory(engine.child.pid ?? 0);
  const end = await engine.ended;
  const growth = memory.growth();
  expect(summaryOf(end)).toMatchObject({
    read: 2 * RECORDS,
    produced: 2 * RECORDS,
    gaps: 0,
    sinks: { hasty_rows: { written: RECORDS, repeats: 0 }, patient_rows: { written: RECORDS, repeats: 0 } },
  });
  const news = (node: string) =>
    end.events.flatMap((event) => (event.event === "source" && event.node === node ? [event.news.event] : []));
  expect(news("hasty")).toEqual(["connected", "degraded", "connected"]);
  expect(news("patient")).toEqual(["connected"]);
  console.log(`the engine grew by ${growth.toFixed(0)} MiB at most`);
  expect(growth).toBeLessThan(GROWTH_MIB);
});
