import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lettersByCode } from "./dead-letters.ts";
import { nodeLines } from "./rendered-job.ts";
import { type ServedEditor, serveEditor } from "./server.ts";

const SPEC = `version: 1
name: shop
nodes:
  - { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string!, total: double! } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: shop.orders } }
  - { id: stored, type: sink.mongodb, from: stream, config: { collection: orders, key: id } }
`;

let root: string;
let editor: ServedEditor;
let cookie: string;

const ask = async (method: string, path: string, body?: unknown) => {
  const headers = { cookie, "x-pipeline-editor": "1", "content-type": "application/json", origin: editor.origin };
  const answer = await fetch(editor.origin + path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], { cwd: root, stdio: "ignore" });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "editor-"));
  await mkdir(join(root, "pipelines"));
  await writeFile(join(root, "targets.yaml"), "version: 1\ndefault: local\ntargets:\n  local: { kind: local }\n");
  await writeFile(join(root, "pipelines/shop.yaml"), SPEC);
  editor = await serveEditor({ root });
  const opened = await fetch(editor.invite(), { redirect: "manual" });
  cookie = String(opened.headers.get("set-cookie")).split(";")[0] ?? "";
});
afterAll(async () => {
  await editor.close();
  await rm(root, { recursive: true, force: true });
});

test("the plan is what `engine plan` says, of the text that was saved", async () => {
  const { body: file } = await ask("GET", "/api/specs/shop");
  const { status, body } = await ask("POST", "/api/plan", { spec: "shop", etag: file.etag });
  expect(status).toBe(200);
  expect(body).toMatchObject({ target: "local", compared: false });
  expect(body.changes).toContainEqual(expect.objectContaining({ action: "create", kind: "topic", name: "shop.orders" }));
  expect((await ask("POST", "/api/plan", { spec: "shop", etag: '"old"' })).status).toBe(412);
  const unknown = await ask("POST", "/api/plan", { spec: "shop", etag: file.etag, target: "nowhere" });
  expect(unknown).toMatchObject({ status: 422, body: { code: "target/unknown" } });
});

test("the job comes with the lines of each node", async () => {
  const { body } = await ask("GET", "/api/job/shop");
  const { files, lines } = body as { files: Record<string, string>; lines: { node: string; from: number; to: number }[] };
  expect(Object.keys(files)).toContain("stream_job/io/kafka.py");
  const text = (files["job.py"] ?? "").split("\n");
  const stored = lines.filter(({ node }) => node === "stored");
  expect(stored.length).toBeGreaterThan(0);
  const shown = stored.map(({ from, to }) => text.slice(from - 1, to).join("\n")).join("\n");
  expect(shown).toContain('collection="orders"');
  expect(shown).not.toContain("job.run()");
  expect(nodeLines("x = 1\n# a.yaml:1 n (t.u)\ny = 1\n\n# dead letters\nz = 1\njob.run()\n")).toEqual([
    { node: "n", from: 2, to: 3 },
  ]);
});

test("the text at git's HEAD, and null where there is none", async () => {
  expect((await ask("GET", "/api/specs/shop/head")).body).toEqual({ text: null, why: "outside" });
  git("init", "-q");
  expect((await ask("GET", "/api/specs/shop/head")).body).toEqual({ text: null, why: "new" });
  git("add", ".");
  git("commit", "-q", "-m", "first");
  await writeFile(join(root, "pipelines/shop.yaml"), `${SPEC}# more\n`);
  expect((await ask("GET", "/api/specs/shop/head")).body).toEqual({ text: SPEC });
  await writeFile(join(root, "pipelines/shop.yaml"), SPEC);
});

test("without a stack, results, dead letters and capture say what to do", async () => {
  const answers = [
    await ask("GET", "/api/results/shop/stored"),
    await ask("GET", "/api/dead-letters/shop"),
    await ask("POST", "/api/specs/shop/capture", { source: "orders" }),
  ];
  for (const { status, body } of answers) {
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: "api/no-stack", hint: expect.stringContaining("press Run") });
  }
});

test("a request without a body is told what it lacks", async () => {
  expect((await ask("POST", "/api/plan")).status).toBe(400);
  expect((await ask("POST", "/api/specs/shop/capture")).status).toBe(400);
});

test.each([
  ["GET", "/api/specs/..%2Fsecret/head"],
  ["GET", "/api/job/..%2Fsecret"],
  ["GET", "/api/results/..%2Fsecret/stored"],
  ["GET", "/api/dead-letters/..%2Fsecret"],
  ["POST", "/api/specs/..%2Fsecret/capture"],
])("%s %s leads nowhere", async (method, path) => {
  const { status } = await ask(method, path, method === "POST" ? { source: "orders" } : undefined);
  expect(status).toBe(404);
});

test("dead letters are grouped by node and code, each counted once, and shown as text", () => {
  const letter = (key: string, code: string, value: Buffer, offset: number) => ({
    ...{ key: Buffer.from(key), value, offset: String(offset), timestamp: String(offset), partition: 0 },
    headers: {
      "__connect.errors.stage": Buffer.from("stream"),
      "__connect.errors.class.name": Buffer.from(code),
      "__connect.errors.exception.message": Buffer.from("why"),
      "__connect.errors.topic": Buffer.from("shop.orders"),
      "__connect.errors.partition": Buffer.from("1"),
      "__connect.errors.offset": Buffer.from("7"),
    },
  });
  const { groups, read } = lettersByCode([
    letter("a", "record/parse", Buffer.from("{"), 1),
    letter("a", "record/parse", Buffer.from("{"), 2),
    letter("b", "record/parse", Buffer.from([0xff, 0x41]), 3),
    letter("c", "record/missing-required", Buffer.from("<b>\x1b[31m"), 4),
  ]);
  expect(read).toBe(3);
  expect(groups.map(({ code, count }) => [code, count])).toEqual([
    ["record/parse", 2],
    ["record/missing-required", 1],
  ]);
  expect(groups[0]?.examples[0]).toEqual({
    ...{ message: "why", value: "\\xffA", bytes: 2, at: "1970-01-01T00:00:00.003Z" },
    ...{ topic: "shop.orders", partition: 1, offset: "7" },
  });
  expect(groups[1]?.examples[0]?.value).toBe("<b>\\x1b[31m");
  expect(groups[1]?.why).toContain("lacks a column");
  expect(groups[0]).not.toHaveProperty("why");
});
