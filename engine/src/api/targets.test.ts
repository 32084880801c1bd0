import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cookieFor, OURS, send } from "../../test/support/served-editor.ts";
import { type ServedEditor, serveEditor } from "./server.ts";

const SPEC = `version: 1
name: shop
nodes:
  - { id: orders, type: source.http, config: { url: demo://retail, columns: { id: string! } } }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: shop.orders } }
  - { id: stored, type: sink.mongodb, from: stream, config: { collection: orders, key: id } }
`;
const TARGETS = `version: 1
default: away
targets:
  local: { kind: local }
  away:
    kind: services
    kafka: { bootstrap: "127.0.0.1:1" }
    mongodb: { uri: "mongodb://127.0.0.1:1/", database: shop }
  company:
    kind: services
    kafka: { bootstrap: kafka.example:9092 }
    mongodb: { uri: "\${env:SHOP_MONGODB_UNSET}", database: shop }
`;

let root: string;
let editor: ServedEditor;
let cookie: string;

const ask = async (method: string, path: string, body?: unknown) => {
  const answer = await send(editor, method, path, { cookie, ...OURS }, body === undefined ? undefined : JSON.stringify(body));
  return { status: answer.status, body: JSON.parse(answer.text) };
};
const targetsFile = () => join(root, "targets.yaml");

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "editor-"));
  await mkdir(join(root, "pipelines"));
  await writeFile(targetsFile(), TARGETS);
  await writeFile(join(root, "pipelines/shop.yaml"), SPEC);
  editor = await serveEditor({ root });
  cookie = await cookieFor(editor);
});
afterAll(async () => {
  await editor.close();
  await rm(root, { recursive: true, force: true });
});

test("the project tells its targets by name and kind, and which is meant where none is named, but no address", async () => {
  expect(await ask("GET", "/api/project")).toEqual({
    status: 200,
    body: {
      root,
      default: "away",
      targets: [
        { name: "local", kind: "local" },
        { name: "away", kind: "services" },
        { name: "company", kind: "services" },
      ],
    },
  });
});

test("a run tells the target that was named for it", async () => {
  const { etag } = (await ask("GET", "/api/specs/shop")).body;
  const named = await ask("POST", "/api/runs", { spec: "shop", etag, target: "away" });
  expect(named).toMatchObject({ status: 201, body: { target: "away" } });
  expect((await ask("GET", `/api/runs/${named.body.run}`)).body.target).toBe("away");
});

test("a secret that nobody has set is told by its name", async () => {
  expect(await ask("GET", "/api/results/shop/stored?target=company")).toMatchObject({
    status: 503,
    body: { code: "reference/unresolved", message: expect.stringContaining("SHOP_MONGODB_UNSET") },
  });
});

test("a targets.yaml with mistakes is told by the first of them, and the project is still told", async () => {
  await writeFile(targetsFile(), "version: 1\ndefault: local\ntargets:\n  local: { kind: lokal }\n");
  const problem = {
    code: "api/bad-targets",
    message: expect.stringMatching(/^targets\.yaml has mistakes\. \S*targets\.yaml:4:18: There is no kind of target `lokal`\.$/),
    hint: "did you mean `local`?",
  };
  expect(await ask("GET", "/api/project")).toEqual({ status: 200, body: { root, targets: [], problem } });
  expect(await ask("GET", "/api/results/shop/stored")).toMatchObject({ status: 422, body: problem });
});

test("a mistake beside a password tells no password", async () => {
  const uri = "mongodb://engine:Orchid-77-Lantern@mongo.example/";
  await writeFile(targetsFile(), `version: 1\ntargets:\n  away: { kind: services, kafka: 1, mongodb: { uri: "${uri}" } }\n`);
  const { body } = await ask("GET", "/api/project");
  expect(body.problem.code).toBe("api/bad-targets");
  expect(JSON.stringify(body)).not.toContain("Orchid");
});

test("what cannot be read is told too, and without the file there is the local stack", async () => {
  await rm(targetsFile());
  expect((await ask("GET", "/api/project")).body).toEqual({
    ...{ root, default: "local", targets: [{ name: "local", kind: "local" }] },
  });
  await mkdir(targetsFile());
  expect(await ask("GET", "/api/project")).toMatchObject({
    status: 200,
    body: { root, targets: [], problem: { code: "target/unreadable", message: expect.stringContaining("EISDIR") } },
  });
});
