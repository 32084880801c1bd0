import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { compile } from "../core.ts";
import type { RunEvent } from "./events.ts";
import { filesBeside } from "./files-beside.ts";
import { refreshTables } from "./run/refresh-tables.ts";
import { jobTable, loadTables, tablePath } from "./tables.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tables-"));
});
afterAll(() => rm(folder, { recursive: true }));

const load = (file: string) => {
  const path = join(folder, "p.yaml");
  const beside = filesBeside(path);
  const { typed, diagnostics } = compile(
    `version: 1
name: p
nodes:
  - { id: source, type: source.http, config: { url: "demo://retail", columns: { k: long! } } }
  - { id: topic, type: kafka.topic, from: source, config: { topic: p.t } }
  - { id: boss, type: transform.lookup, from: topic, config: { on: { k: id }, columns: { id: int!, boss: string }, file: ${file}, refresh: 500ms } }
  - { id: stored, type: sink.mongodb, from: boss, config: { collection: a, key: k } }`,
    path,
    beside,
  );
  return { tables: typed === undefined ? [] : loadTables(typed, path), beside, codes: diagnostics.map(({ code }) => code) };
};

test("a file above the bound is refused before it is looked into", async () => {
  await writeFile(join(folder, "large.csv"), "x".repeat(16 * 1024 * 1024 + 1));
  expect(load("large.csv")).toMatchObject({ tables: [], codes: ["lookup/too-large"] });
});

test("a table is read again: what has changed goes to the job, and what is broken leaves the rows in place and is told once", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const file = join(folder, "bosses.csv");
  const replace = async (text: string) => {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  await replace("id,boss\n1,Okafor\n");
  const { tables, beside } = load("bosses.csv");
  expect(tables.map(jobTable)).toEqual(['["1","Okafor"]\n']);

  const events: RunEvent[] = [];
  const job = join(folder, "job");
  const path = join(job, tablePath("boss"));
  await mkdir(dirname(path), { recursive: true });
  let heard = () => {};
  const end = refreshTables({ tables, beside }, job, (event) => {
    events.push(event);
    heard();
  });
  const next = () => {
    const news = new Promise<void>((resolve) => {
      heard = resolve;
    });
    vi.advanceTimersByTime(500);
    return news;
  };
  await replace("id,boss\n1,Lindqvist\n2,\n");
  await next();
  expect(events.splice(0)).toEqual([{ event: "table", node: "boss", rows: 2 }]);
  expect(await readFile(path, "utf8")).toBe('["1","Lindqvist"]\n["2",null]\n');

  await replace("id,boss\n1,a\n1,b\n");
  await next();
  const kept = "boss keeps the rows that it has: bosses.csv, line 3: The key `id: 1` stands in line 2 already.";
  expect(events.splice(0)).toMatchObject([{ event: "warning", code: "lookup/kept", message: kept }]);
  expect(await readFile(path, "utf8")).toContain("Lindqvist");

  await rm(file);
  await next();
  expect(events.splice(0)).toMatchObject([
    { code: "lookup/kept", message: expect.stringContaining("There is no file `bosses.csv`") },
  ]);
  await replace("id,boss\n3,Sato\n");
  await next();
  expect(events.splice(0)).toEqual([{ event: "table", node: "boss", rows: 1 }]);
  end();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
