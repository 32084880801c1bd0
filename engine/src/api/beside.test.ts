import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cookieFor, OURS, send } from "../../test/support/served-editor.ts";
import { type ServedEditor, serveEditor } from "./server.ts";

const SPEC = `version: 1
name: shop
nodes:
  - { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string!, store_id: int } } }
  - { id: others, type: source.http, config: { url: https://shop.example, columns: { id: string!, store_id: int } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: shop.orders } }
  - { id: second, type: kafka.topic, from: others, config: { topic: shop.others } }
  - id: named
    type: transform.lookup
    from: stream
    config: { on: { store_id: id }, columns: { id: int!, manager: string }, file: stores.csv }
  - { id: stored, type: sink.mongodb, from: named, config: { collection: orders, key: id } }
  - { id: kept, type: sink.mongodb, from: second, config: { collection: others, key: id } }
`;

let root: string;
let editor: ServedEditor;
let cookie: string;

const ask = async (method: string, path: string, body?: unknown) => {
  const answer = await send(editor, method, path, { cookie, ...OURS }, body === undefined ? undefined : JSON.stringify(body));
  return { status: answer.status, body: JSON.parse(answer.text) };
};
const table = (text: string) => writeFile(join(root, "pipelines/stores.csv"), text);
const run = async () => ask("POST", "/api/runs", { spec: "shop", etag: (await ask("GET", "/api/specs/shop")).body.etag });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "editor-"));
  await mkdir(join(root, "pipelines"));
  await writeFile(
    join(root, "targets.yaml"),
    `version: 1
targets:
  local: { kind: local }
  away: { kind: services, kafka: { bootstrap: "127.0.0.1:1" }, mongodb: { uri: "mongodb://127.0.0.1:1/", database: shop } }
`,
  );
  await writeFile(join(root, "pipelines/shop.yaml"), SPEC);
  editor = await serveEditor({ root });
  cookie = await cookieFor(editor);
});
afterAll(async () => {
  await editor.close();
  await rm(root, { recursive: true, force: true });
});

test("a table beside the spec counts as the spec's own: missing, with a mistake, and right", async () => {
  const errors = async () => (await ask("GET", "/api/specs")).body[0].errors;
  expect(await errors()).toBe(1);
  const refused = await run();
  expect(refused).toMatchObject({ status: 422, body: { code: "api/has-errors", hint: expect.any(String) } });
  expect(refused.body.message).toMatch(/^The pipeline has errors, so it cannot run\. shop\.yaml:11:\d+: .*stores\.csv/);
  await table("id,manager\nx,Okafor\n");
  expect(await errors()).toBe(1);
  expect(await ask("GET", "/api/results/shop/stored")).toMatchObject({ status: 422, body: { code: "api/has-errors" } });
  await table("id,manager\n1,Okafor\n");
  expect(await errors()).toBe(0);
  expect(await ask("GET", "/api/results/shop/stored")).toMatchObject({ status: 409, body: { code: "api/no-stack" } });
});

test("of two that ask at once to run it, one is told that it runs already", async () => {
  const { etag } = (await ask("GET", "/api/specs/shop")).body;
  const runs = await Promise.all([1, 2].map(() => ask("POST", "/api/runs", { spec: "shop", etag, target: "away" })));
  expect(runs.map(({ status }) => status).sort()).toEqual([201, 409]);
});

test("a source without a sample leaves the sample of another alone", async () => {
  const { body } = await ask("GET", "/api/specs/shop/samples");
  expect(Object.keys(body.samples)).toEqual(["orders"]);
  expect(body.from).toEqual({});
  expect(body.missing).toEqual({
    others: expect.stringMatching(/^There is no sample of the source `others`\. .*capture records/),
  });
});

test.each([
  ["GET", "/api/results/shop/stored?target=TARGET"],
  ["GET", "/api/dead-letters/shop?target=TARGET"],
  ["POST", "/api/specs/shop/capture"],
])("%s %s looks at the target that is named", async (method, path) => {
  const at = (target: string) =>
    ask(method, path.replace("TARGET", encodeURIComponent(target)), method === "POST" ? { source: "orders", target } : undefined);
  expect(await at("nowhere")).toMatchObject({ status: 422, body: { code: "target/unknown" } });
  expect(await at("away")).toMatchObject({ status: 503, body: { code: "target/unanswered" } });
  expect(await at("local")).toMatchObject({ status: 409, body: { code: "api/no-stack" } });
  expect(await at("--help")).toMatchObject({ status: 400, body: { code: "api/bad-request" } });
});
