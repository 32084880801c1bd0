import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { cookieFor, OURS, send } from "../../test/support/served-editor.ts";
import { runCommand } from "./command.ts";
import { type ServedEditor, serveEditor } from "./server.ts";
import { etagOf } from "./spec-files.ts";

const SPEC = `version: 1
name: shop
nodes:
  - { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string! } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: shop.orders } }
  - { id: stored, type: sink.mongodb, from: stream, config: { collection: orders, key: id } }
`;
const TESTS = "version: 1\ntests: []\n";
const WRITTEN = { text: `${SPEC}# written\n`, layout: "{}\n", tests: `${TESTS}# written\n` };

let root: string;
let editor: ServedEditor;
let cookie: string;

const file = (name: string) => join(root, "pipelines", name);
const ask = async (method: string, path: string, body?: unknown) => {
  const headers = { cookie, ...OURS, "if-match": etagOf(SPEC) };
  const { status, text } = await send(editor, method, path, headers, body === undefined ? undefined : JSON.stringify(body));
  return { status, body: JSON.parse(text) };
};
const read = (name: string) => readFile(file(name), "utf8");

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "editor-"));
  await mkdir(join(root, "pipelines"));
  await writeFile(join(root, "targets.yaml"), "version: 1\ntargets:\n  local: { kind: local }\n");
  editor = await serveEditor({ root });
  cookie = await cookieFor(editor);
});
beforeEach(async () => {
  for (const name of await readdir(join(root, "pipelines"))) await rm(file(name), { recursive: true });
  await writeFile(file("shop.yaml"), SPEC);
  await writeFile(file("shop.test.yaml"), TESTS);
});
afterAll(async () => {
  await editor.close();
  await rm(root, { recursive: true, force: true });
});

test("a save that cannot write one of its files writes none, and leaves nothing behind", async () => {
  await mkdir(file("shop.layout.json"));
  expect(await ask("PUT", "/api/specs/shop", WRITTEN)).toMatchObject({ status: 422, body: { code: "api/not-text" } });
  expect([await read("shop.yaml"), await read("shop.test.yaml")]).toEqual([SPEC, TESTS]);
  expect((await readdir(join(root, "pipelines"))).sort()).toEqual(["shop.layout.json", "shop.test.yaml", "shop.yaml"]);
});

test("a save that was cut off before the text is made good by saving again", async () => {
  await writeFile(file("shop.test.yaml"), WRITTEN.tests);
  await writeFile(file("shop.layout.json"), WRITTEN.layout);
  expect((await ask("PUT", "/api/specs/shop", WRITTEN)).status).toBe(200);
  expect(await read("shop.yaml")).toBe(WRITTEN.text);
});

test("drafts of a save that was cut off are gone when the editor starts", async () => {
  await writeFile(file("shop.yaml.0123456789ab.tmp"), "cut off");
  await writeFile(file("shop.yaml.ba9876543210.tmp"), "about to take its place");
  await utimes(file("shop.yaml.0123456789ab.tmp"), 0, 0);
  await (await serveEditor({ root, port: 0 })).close();
  expect((await readdir(join(root, "pipelines"))).filter((name) => name.endsWith(".tmp"))).toEqual([
    "shop.yaml.ba9876543210.tmp",
  ]);
});

test("a pipe in place of a file is refused, and nobody waits for it", async () => {
  execFileSync("mkfifo", [file("piped.yaml")]);
  expect(await ask("GET", "/api/specs/piped")).toMatchObject({ status: 422, body: { code: "api/not-text" } });
});

test("no other text is run, planned or rendered than the one that was checked", async () => {
  const { body } = await ask("POST", "/api/runs", { spec: "shop", etag: etagOf(SPEC) });
  // The process has been started, and has yet to read the file.
  await writeFile(file("shop.yaml"), WRITTEN.text);
  const path = `/api/runs/${body.run}/logs`;
  await expect.poll(async () => JSON.stringify((await ask("GET", path)).body), { timeout: 20_000 }).toContain("spec/changed");
  for (const command of [["plan"], ["render", "--out", join(root, "job")]]) {
    const [name = "", ...options] = command;
    const told = runCommand(root, [name, file("shop.yaml"), ...options, "--format", "json"], SPEC);
    await expect(told).rejects.toMatchObject({ status: 422, code: "spec/changed" });
  }
  await expect(runCommand(root, ["plan", file("shop.yaml"), "--format", "json"], WRITTEN.text)).resolves.toBeDefined();
});
