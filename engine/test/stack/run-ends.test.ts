import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Demo, startDemo } from "../../src/demo/index.ts";
import type { RunEvent } from "../../src/runtime/events.ts";
import { commandOf, descendants, exists } from "../support/processes.ts";
import {
  brokerOf,
  createProject,
  type EngineEnd,
  type EngineProcess,
  openProject,
  startEngine,
  summaryOf,
} from "../support/project.ts";
import { serve } from "../support/test-server.ts";
import { startTestStack, type TestStack } from "../support/test-stack.ts";
import { readTopic } from "../support/truth.ts";

const project = openProject(inject("project"));

const withResume = (text: string) =>
  text.replace("      format: ndjson\n", "      format: ndjson\n      resume: { parameter: from }\n");
const states = (end: EngineEnd) => end.events.flatMap((event: RunEvent) => (event.event === "state" ? [event.state] : []));

/** The processes that an engine started and that live on, its services included. */
async function expectNothingLeft(pids: number[]): Promise<void> {
  expect(pids.length).toBeGreaterThan(0);
  await expect.poll(() => pids.filter(exists).map(commandOf), { timeout: 60_000 }).toEqual([]);
}
const childrenOf = (engine: EngineProcess) => descendants(engine.child.pid ?? 0).map(({ pid }) => pid);

describe("Ctrl-C", () => {
  it("drains a run that brought its own services, prints the summary, exits 0 and leaves nothing running", async () => {
    const own = await createProject();
    try {
      const engine = startEngine(own, ["run", "pipelines/retail.yaml"], { RETAIL_API_URL: "demo://retail?seed=3&rate=500" });
      await engine.event("batch", ({ query, written }) => query === "store_sales" && written > 0);
      const pids = childrenOf(engine);
      // The JVM of Spark, its Python, the broker and mongod.
      expect(pids.length).toBeGreaterThanOrEqual(4);
      engine.child.kill("SIGINT");
      const end = await engine.ended;
      const summary = summaryOf(end);
      expect(states(end).slice(-2)).toEqual(["DRAINING", "STOPPED"]);
      expect(summary.read).toBeGreaterThan(0);
      expect(summary).toMatchObject({ produced: summary.read, deadLettered: 0, late: 0, gaps: 0 });
      const { written = 0, repeats } = summary.sinks.store_sales ?? {};
      expect({ sum: written + summary.filtered, repeats }).toEqual({ sum: summary.read, repeats: 0 });
      await expectNothingLeft(pids);
    } finally {
      await own.remove();
    }
  });

  describe("twice", () => {
    const name = "retail-twice";
    let demo: Demo;
    let spec: string;
    /** Of its own: its broker is stopped for a while. */
    let stack: TestStack;
    beforeAll(async () => {
      stack = await startTestStack();
      demo = await startDemo({ seed: 5, rate: 400 });
      spec = await stack.project.retailAs(name, withResume);
    });
    afterAll(async () => {
      await demo.stop();
      await stack.stop();
    });

    it("ends at once, even while Kafka stands still, with 130 and nothing left running", async () => {
      const engine = startEngine(stack.project, ["run", spec], { RETAIL_API_URL: `${demo.url}/stream` });
      await engine.event("batch", ({ query, written }) => query === "store_sales" && written > 0);
      const pids = childrenOf(engine);
      const broker = await brokerOf(stack.project);
      process.kill(broker, "SIGSTOP");
      try {
        engine.child.kill("SIGINT");
        await engine.event("state", ({ state }) => state === "DRAINING");
        engine.child.kill("SIGINT");
        const end = await engine.ended;
        expect(end.code).toBe(130);
        expect(end.events.filter(({ event }) => event === "summary")).toEqual([]);
        await expectNothingLeft(pids);
      } finally {
        process.kill(broker, "SIGCONT");
      }
    });

    it("loses nothing: the next run, ended by --for, goes on where that one stopped", async () => {
      const summary = summaryOf(
        await startEngine(stack.project, ["run", spec, "--for", "3s"], { RETAIL_API_URL: `${demo.url}/stream` }).ended,
      );
      expect(summary.produced).toBe(summary.read);
      const records = await readTopic(stack.kafka, `${name}.transactions`);
      const sequences = records.map(({ headers }) => Number(headers["engine.seq"])).sort((a, b) => a - b);
      expect(sequences).toEqual(Array.from({ length: records.length }, (_, n) => n));
      const good = [...demo.sent(0, records.length)].filter(({ filtered }) => !filtered).map((sent) => sent.transaction_id);
      const mongo = await new MongoClient(stack.mongodb).connect();
      const stored = await mongo.db(name).collection("sales").distinct("_id");
      await mongo.close();
      expect(stored.map(String).sort()).toEqual(good.sort());
    });
  });
});

describe("a server that says no", () => {
  it.each([
    [401, "credentials"],
    [404, "path"],
  ])("%i ends the run with a word on how to mend it, exit 2", async (status, hint) => {
    const server = await serve((_request, response) => {
      response.statusCode = status;
      response.end("no");
    });
    try {
      const spec = await project.retailAs("retail-refused");
      const end = await startEngine(project, ["run", spec], { RETAIL_API_URL: `${server.url}/stream?token=secret` }).ended;
      expect(end.code).toBe(2);
      expect(end.events.at(-1)).toMatchObject({
        code: "source/failed",
        message: `The source \`transactions\` ends: ${server.url}/stream?token=*** answered ${status}.`,
        hint: expect.stringContaining(hint),
      });
      expect(`${end.stdout}${end.stderr}`).not.toContain("secret");
    } finally {
      await server.close();
    }
  });
});
