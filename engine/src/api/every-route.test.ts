import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cookieFor, documentedRoutes, OURS, routesOf, send } from "../../test/support/served-editor.ts";
import type { Mask } from "../runtime/masking/mask-told.ts";
import { editorApp } from "./app.ts";
import { EventHub } from "./events.ts";
import { Runs } from "./runs.ts";
import { createSessions } from "./security.ts";
import { type ServedEditor, serveEditor } from "./server.ts";
import { SpecFiles } from "./spec-files.ts";

/** Secrets as a project has them: of the environment, of a file, and one that a careless user wrote elsewhere too: into names, records and folders. */
const FROM_ENV = "hunter2-of-the-shop";
const FROM_FILE = 'pa$$w"rd of MongoDB';
const CARELESS = "careless-0815";
const FORMS = [FROM_ENV, FROM_FILE, encodeURIComponent(FROM_FILE), JSON.stringify(FROM_FILE).slice(1, -1)];

const SPEC = `version: 1
name: shop
nodes:
  - id: orders
    type: source.http
    config:
      url: https://shop.example/stream?token=\${env:SHOP_QUERY}
      headers: { authorization: "Bearer \${env:SHOP_ACCESS}" }
      columns: { id: string!, note: string }
  - { id: stream, type: kafka.topic, from: orders, config: { topic: ${CARELESS} } }
  - { id: stored, type: sink.mongodb, from: stream, config: { collection: orders, key: id } }
`;
const TARGETS = `version: 1
default: local
targets:
  local: { kind: local }
  away:
    kind: services
    start: sh ${CARELESS}
    kafka: { bootstrap: "127.0.0.1:1" }
    mongodb: { uri: "mongodb://engine:\${file:secrets/mongodb}@127.0.0.1:1/", database: shop }
`;
const ENV = { SHOP_QUERY: CARELESS, SHOP_ACCESS: FROM_ENV };

/** How each route is asked, with `:id` and the like filled in. `etag` is that of the spec. A route that is missing here fails the first test. */
type Asked = { path: string; body?: (etag: string) => unknown; isVerbatim?: boolean };
const CASES: Record<string, Asked> = {
  "GET /open": { path: "/open?token=guess" },
  "GET /": { path: "/" },
  "GET /specs/:id": { path: "/specs/shop" },
  "GET /api/events": { path: "/api/events" },
  "GET /api/specs": { path: "/api/specs" },
  "POST /api/specs": { path: "/api/specs", body: () => ({ id: "copied", text: SPEC }), isVerbatim: true },
  "GET /api/specs/:id": { path: "/api/specs/shop", isVerbatim: true },
  "PUT /api/specs/:id": { path: "/api/specs/shop", body: () => ({ text: SPEC }) },
  "DELETE /api/specs/:id": { path: "/api/specs/copied" },
  "GET /api/specs/:id/samples": { path: "/api/specs/shop/samples" },
  "GET /api/specs/:id/head": { path: "/api/specs/shop/head", isVerbatim: true },
  "POST /api/specs/:id/capture": { path: "/api/specs/shop/capture", body: () => ({ source: "orders" }) },
  "GET /api/runs": { path: "/api/runs" },
  "POST /api/runs": { path: "/api/runs", body: (etag) => ({ spec: "shop", etag, records: 1, target: "away" }) },
  "GET /api/runs/:run": { path: "/api/runs/RUN" },
  "GET /api/runs/:run/logs": { path: "/api/runs/RUN/logs" },
  "GET /api/runs/:run/events": { path: "/api/runs/RUN/events" },
  "POST /api/runs/:run/stop": { path: "/api/runs/RUN/stop", body: () => ({}) },
  "POST /api/plan": { path: "/api/plan", body: (etag) => ({ spec: "shop", etag }) },
  "GET /api/job/:id": { path: "/api/job/shop" },
  "GET /api/results/:id/:sink": { path: "/api/results/shop/stored" },
  "GET /api/dead-letters/:id": { path: "/api/dead-letters/shop" },
  "GET /api/project": { path: "/api/project" },
};
const ROUTES = Object.entries(CASES).map(([route, asked]) => [route, route.split(" ")[0] ?? "", asked] as const);
const CHANGES = ROUTES.filter(([, method]) => method !== "GET");

let root: string;
let editor: ServedEditor;
let cookie: string;
let etag: string;

const ask = (method: string, { path, body }: Asked, headers: Record<string, string> = {}) =>
  send(
    editor,
    method,
    path,
    { cookie, ...(method !== "GET" && { ...OURS, "if-match": etag }), ...headers },
    body && JSON.stringify(body(etag)),
  );
const pipeline = (name: string) => join(root, "pipelines", name);

beforeAll(async () => {
  Object.assign(process.env, ENV);
  root = await mkdtemp(join(tmpdir(), `editor-${CARELESS}-`));
  for (const folder of ["pipelines/samples", "secrets", "elsewhere"]) await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, "secrets/mongodb"), `${FROM_FILE}\n`);
  await writeFile(join(root, "targets.yaml"), TARGETS);
  await writeFile(pipeline("shop.yaml"), SPEC);
  const record = { id: "1", note: `${FROM_ENV} and ${FROM_FILE}` };
  await writeFile(pipeline("samples/shop.ndjson"), `${JSON.stringify(record)}\n`);
  editor = await serveEditor({ root });
  cookie = await cookieFor(editor);
  etag = String((await ask("GET", { path: "/api/specs/shop" })).headers.etag);
});
afterAll(async () => {
  await editor.close();
  await rm(root, { recursive: true, force: true });
  for (const name of Object.keys(ENV)) delete process.env[name];
});

describe("every route", () => {
  test("has a case here and a line in the API's README, with the codes that it may refuse with", async () => {
    const mask: Mask = (told) => told;
    const hub = new EventHub(mask);
    const parts = { mask, origin: editor.origin, sessions: createSessions(), files: new SpecFiles(root), root };
    const routes = routesOf(editorApp({ ...parts, hub, runs: new Runs(root, hub, mask) }), "/api").sort();
    expect(Object.keys(CASES).sort()).toEqual(routes);
    expect((await documentedRoutes()).sort()).toEqual(routes);
    const here = new URL("./", import.meta.url);
    const sources = (await readdir(here)).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
    const texts = await Promise.all(sources.map((name) => readFile(new URL(name, here), "utf8")));
    const codes = texts.join("\n").matchAll(/"(api\/[a-z-]+)"/g);
    const readme = await readFile(new URL("README.md", here), "utf8");
    for (const [, code] of codes) expect(readme.includes(`\`${code}\``), code).toBe(true);
  });

  test.each(ROUTES)("%s tells no secret", async (route, method, asked) => {
    const { status, headers, text } = await ask(method, await withRun(asked));
    expect(status, text).not.toBe(500);
    for (const form of [...FORMS, ...(asked.isVerbatim ? [] : [CARELESS])])
      expect((JSON.stringify(headers) + text).includes(form), `${route} tells ${form}`).toBe(false);
  });

  test("what a run says is masked, in its events and its log", async () => {
    const stream = await fetch(`${editor.origin}/api/events`, { headers: { cookie, "last-event-id": "0" } });
    const { run } = JSON.parse((await ask("POST", CASES["POST /api/runs"] as Asked)).text) as { run: string };
    let told = "";
    for await (const chunk of (stream.body as ReadableStream).pipeThrough(new TextDecoderStream())) {
      told += chunk;
      if (told.includes(`{"run":"${run}","spec":"shop","event":{"event":"exit"`)) break;
    }
    const { text: log } = await ask("GET", { path: `/api/runs/${run}/logs` });
    expect(log).toContain("•");
    const { text: again } = await ask("GET", { path: `/api/runs/${run}/events` });
    expect(again).toContain('{"event":"exit"');
    for (const form of [...FORMS, CARELESS]) expect((told + log + again).includes(form), form).toBe(false);
  });

  test("a file that somebody else has changed comes as it is, to be merged", async () => {
    const { status, text } = await ask("POST", { path: "/api/plan", body: () => ({ spec: "shop", etag: "old" }) });
    expect(status).toBe(412);
    expect(JSON.parse(text)).toMatchObject({ text: SPEC });
  });
});

/** The case with the id of a run that is there. */
async function withRun(asked: Asked): Promise<Asked> {
  if (!asked.path.includes("RUN")) return asked;
  const runs = JSON.parse((await ask("GET", { path: "/api/runs" })).text) as { run: string }[];
  return { ...asked, path: asked.path.replace("RUN", runs[0]?.run ?? "none") };
}

describe("every route refuses", () => {
  test.each(ROUTES)("whoever comes by another name, from another page or without a cookie: %s", async (_route, method, asked) => {
    const port = editor.origin.split(":")[2];
    for (const one of [{ cookie: "" }, { cookie: `${cookie.split("=")[0]}=guess` }])
      expect((await ask(method, asked, one)).status).toBe(401);
    for (const host of ["evil.example", `localhost:${port}`, `evil.example:${port}`, `127.0.0.1.evil.example:${port}`])
      expect((await ask(method, asked, { host })).status).toBe(421);
    for (const origin of ["http://evil.example", "null", `${editor.origin}.evil.example`, `http://localhost:${port}`])
      expect((await ask(method, asked, { origin })).status).toBe(403);
    expect((await ask(method, asked, { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).status).toBe(403);
    expect((await ask(method, asked, { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" })).status).toBe(403);
  });

  test.each(CHANGES)(
    "a form of another page, a missing header, what is no JSON, what is too large: %s",
    async (_route, method, asked) => {
      const { "x-pipeline-editor": _ours, ...bare } = OURS;
      const sent = (headers: Record<string, string>, body = "{}") =>
        send(editor, method, asked.path, { cookie, "if-match": etag, ...headers }, body);
      expect((await sent({ "content-type": "application/x-www-form-urlencoded" }, "id=x&text=y")).status).toBe(403);
      expect((await sent({ "content-type": "text/plain" })).status).toBe(403);
      expect((await sent({ ...OURS, "content-type": "multipart/form-data; boundary=x" })).status).toBe(403);
      expect((await sent(bare)).status).toBe(403);
      expect((await sent(OURS, "{")).status).toBe(400);
      expect((await sent(OURS, JSON.stringify({ text: "x".repeat(1024 * 1024) }))).status).toBe(413);
    },
  );

  test.each(ROUTES)("nothing that another page could frame, run or sniff: %s", async (_route, method, asked) => {
    const { headers } = await ask(method, asked, { cookie: "" });
    const { headers: known } = await ask(method, { ...asked, path: asked.path.replace("copied", "nobody") });
    for (const { "content-security-policy": policy, ...others } of [headers, known]) {
      expect(policy).toMatch(/default-src 'self'; script-src 'self'.*object-src 'none'; base-uri 'none'.*frame-ancestors 'none'/);
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(others).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
      expect(others["access-control-allow-origin"]).toBeUndefined();
      expect(others["set-cookie"]).toBeUndefined();
    }
  });

  const TRICKS = [
    "..%2f..%2fsecrets%2fmongodb",
    "%2e%2e%2fsecrets",
    "..%5csecrets",
    "shop%00",
    "Shop",
    ".git",
    "shop.test",
    "%2fetc",
    "a".repeat(65),
  ];
  const WITH_ID = ROUTES.filter(([route]) => route.includes(":") && !route.startsWith("GET /specs"));
  test.each(WITH_ID)("a path in place of a name: %s", async (route, method, asked) => {
    for (const trick of TRICKS) {
      const path = (route.split(" ")[1] ?? "").replace(/:(id|run)/, trick).replace(":sink", "stored");
      const { status, text } = await ask(method, { ...asked, path });
      expect(status).toBe(404);
      expect(text).not.toContain("of MongoDB");
    }
  });

  test.each(["POST /api/runs", "POST /api/plan", "POST /api/specs"])("a path in place of a name inside: %s", async (route) => {
    const path = route.split(" ")[1] ?? "";
    for (const trick of TRICKS.map(decodeURIComponent)) {
      const { status } = await ask("POST", { path, body: () => ({ spec: trick, id: trick, text: "x", etag }) });
      expect([400, 404]).toContain(status);
    }
    expect((await readdir(join(root, "elsewhere"))).length).toBe(0);
  });
});

describe("no link is followed", () => {
  const OUTSIDE = "nobody's business\n";
  const BESIDE = { ".yaml": "linked", ".layout.json": "layout", ".test.yaml": "tested" };

  beforeAll(async () => {
    await writeFile(join(root, "elsewhere/file"), OUTSIDE);
    for (const [ending, id] of Object.entries(BESIDE)) {
      if (ending !== ".yaml") await writeFile(pipeline(`${id}.yaml`), SPEC);
      await symlink(join(root, "elsewhere/file"), pipeline(id + ending));
    }
    await writeFile(pipeline("sampled.yaml"), SPEC);
    await symlink(join(root, "elsewhere/file"), pipeline("samples/sampled.ndjson"));
  });

  const NAMING = ROUTES.filter(([route]) => /:id|POST .*(runs|plan)$/.test(route) && !route.startsWith("GET /specs"));
  test.each(NAMING)("by %s", async (_route, method, asked) => {
    for (const id of Object.values(BESIDE)) {
      const path = asked.path.replace(/shop|copied/, id);
      const body = { spec: id, text: "# written\n", layout: "{}", tests: "# written\n", etag, source: "orders" };
      const { status, text } = await ask(method, { path, ...(asked.body && { body: () => body }) });
      expect(status, `${id}: ${text}`).toBe(403);
      expect(text).not.toContain("nobody's");
      if (id !== "linked") expect(await readFile(pipeline(`${id}.yaml`), "utf8")).toBe(SPEC);
    }
    expect(await readFile(join(root, "elsewhere/file"), "utf8")).toBe(OUTSIDE);
  });

  test("to a sample, or a folder of samples", async () => {
    const { status, text } = await ask("GET", { path: "/api/specs/sampled/samples" });
    expect(status).toBe(200);
    expect(text).not.toContain("nobody's");
    expect(JSON.parse(text)).toMatchObject({ samples: {}, missing: { orders: expect.stringContaining("link") } });
  });
});

test("the address is good once, for a cookie that no script reads and no other page sends", async () => {
  const { pathname, search } = new URL(editor.invite());
  const first = await send(editor, "GET", pathname + search);
  expect(first).toMatchObject({ status: 303, headers: { location: "/", "cache-control": "no-store" } });
  expect(String(first.headers["set-cookie"])).toMatch(/^pipeline_editor_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  expect((await send(editor, "GET", pathname + search)).status).toBe(401);
  expect((await send(editor, "GET", "/open?token=guess")).status).toBe(401);
  expect((await send(editor, "GET", "/open?token=a&token=b")).status).toBe(401);
});
