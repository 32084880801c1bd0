import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { parse } from "yaml";
import { createTopic, kafkaClient } from "../../src/runtime/kafka.ts";
import { openProject, runEngine } from "../support/project.ts";

it("the newest records of a topic become a test that holds, and what is masked later is told", async () => {
  const own = openProject(inject("project"));
  const spec = await own.retailAs("recorded", (text) =>
    text.replace(
      /(\n {2}- id: sales\n)/,
      `
  - id: masked
    type: transform.mask
    from: stream
    config: { redact: [store_name] }

  - id: hidden
    type: sink.mongodb
    from: masked
    config: { collection: hidden, key: transaction_id }
$1`,
    ),
  );
  const missing = await runEngine(own, ["test", spec, "--record"]);
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain("There is no topic recorded.transactions");

  const kafka = kafkaClient({ bootstrap: inject("kafka") });
  const [admin, producer] = [kafka.admin(), kafka.producer()];
  await Promise.all([admin.connect(), producer.connect()]);
  await createTopic(admin, { topic: "recorded.transactions", numPartitions: 2 });
  const sale = (at: number) =>
    `{"transaction_id":"t${at}","timestamp":"2026-01-01T10:00:0${at}Z","store_name":"Mall","summary":{"total":${at}}}`;
  const send = (partition: number, value: string | Buffer) =>
    producer.send({ topic: "recorded.transactions", messages: [{ partition, value }] });
  for (const [at, partition] of [0, 1, 0, 1].entries()) await send(partition, sale(at));
  await send(0, '{"transaction_id": "t4", ');
  await Promise.all([admin.disconnect(), producer.disconnect()]);

  const first = await runEngine(own, ["test", spec, "--record", "--records", "3"]);
  expect(first.code, first.stderr).toBe(0);
  expect(first.events.at(-1)).toMatchObject({
    event: "recorded",
    masked: ["masked: store_name"],
    unknown: [expect.stringContaining("hidden")],
  });
  expect(first.stderr).toContain("what the pipeline masks later (masked: store_name) is readable there");
  const file = join(own.dir, spec.replace(".yaml", ".test.yaml"));
  const text = await readFile(file, "utf8");
  expect(parse(text)).toMatchObject({
    tests: [
      {
        given: { transactions: [JSON.parse(sale(2)), JSON.parse(sale(3)), '{"transaction_id": "t4", '] },
        expect: { stream: { dead: [{ record: 3, code: "record/not-json" }] }, store_sales: [{ _id: "t2" }, { _id: "t3" }] },
      },
    ],
  });
  expect((await runEngine(own, ["test", spec, "--record", "--records", "1"])).code).toBe(0);
  const longer = await readFile(file, "utf8");
  expect(longer.startsWith(text)).toBe(true);
  const held = await runEngine(own, ["test", spec]);
  expect(held.events.at(-1)).toMatchObject({ event: "tested", passed: 2, failed: 0 });
});
