import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServedEditor, serveEditor } from "./server.ts";

const SPEC = "version: 1\nname: shop\nnodes: []\n";
const OURS = { "x-pipeline-editor": "1", "content-type": "application/json" };

let root: string;
let editor: ServedEditor;
let cookie: string;

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A request as any program can send it: `fetch` would not let a Host or an Origin through. */
function send(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  const { port } = new URL(editor.origin);
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

const known = (method: string, path: string, body?: unknown, more: Record<string, string> = {}) =>
  send(
    method,
    path,
    { cookie, ...(method === "GET" ? {} : OURS), ...more },
    body === undefined ? undefined : JSON.stringify(body),
  );

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "editor-"));
  await mkdir(join(root, "pipelines"));
  await writeFile(join(root, "targets.yaml"), "version: 1\ndefault: local\ntargets:\n  local: { kind: local }\n");
  await writeFile(join(root, "pipelines/shop.yaml"), SPEC);
  await writeFile(join(root, "secret.yaml"), "a secret");
  await symlink(join(root, "secret.yaml"), join(root, "pipelines/linked.yaml"));
  await symlink(join(root, "nowhere"), join(root, "pipelines/nowhere.yaml"));
  editor = await serveEditor({ root });
  const opened = await send("GET", new URL(editor.invite()).pathname + new URL(editor.invite()).search);
  cookie = String(opened.headers["set-cookie"]).split(";")[0] ?? "";
});
afterAll(async () => {
  await editor.close();
  await rm(root, { recursive: true, force: true });
});

describe("who is let in", () => {
  test("the address that is printed, once, by a cookie that no script can read and no other page sends", async () => {
    const { pathname, search } = new URL(editor.invite());
    const first = await send("GET", pathname + search);
    expect(first).toMatchObject({ status: 303, headers: { location: "/" } });
    expect(String(first.headers["set-cookie"])).toMatch(/HttpOnly/);
    expect(String(first.headers["set-cookie"])).toMatch(/SameSite=Strict/);
    expect(await send("GET", pathname + search)).toMatchObject({ status: 401 });
    expect(await send("GET", "/open?token=guess")).toMatchObject({ status: 401 });
  });

  test.each(["/", "/specs/shop", "/api/specs", "/api/specs/shop", "/api/events", "/api/runs", "/assets/x.js"])(
    "nobody without a cookie: %s",
    async (path) => {
      expect(await send("GET", path)).toMatchObject({ status: 401 });
      expect(await send("GET", path, { cookie: `${cookie.split("=")[0]}=guess` })).toMatchObject({ status: 401 });
    },
  );

  test.each(["/", "/api/specs", "/api/events", "/open?token=x"])(
    "nobody by another name, or from another page: %s",
    async (path) => {
      const { host } = new URL(editor.origin);
      const port = host.split(":")[1];
      for (const other of ["evil.example", `localhost:${port}`, `evil.example:${port}`, `127.0.0.1.evil.example:${port}`])
        expect(await send("GET", path, { cookie, host: other })).toMatchObject({ status: 421 });
      for (const origin of ["http://evil.example", "null", `${editor.origin}.evil.example`, `http://localhost:${port}`])
        expect(await send("GET", path, { cookie, origin })).toMatchObject({ status: 403 });
      expect(await send("GET", path, { cookie, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toMatchObject({
        status: 403,
      });
    },
  );

  test("no form of another page: changes need JSON and our header", async () => {
    const etag = { "if-match": "x" };
    expect(
      await send("POST", "/api/specs", { cookie, "content-type": "application/x-www-form-urlencoded" }, "id=x&text=y"),
    ).toMatchObject({ status: 403 });
    expect(await send("POST", "/api/specs", { cookie, "content-type": "text/plain" }, "{}")).toMatchObject({ status: 403 });
    expect(await send("PUT", "/api/specs/shop", { cookie, ...etag, "content-type": "application/json" }, "{}")).toMatchObject({
      status: 403,
    });
    expect(await send("DELETE", "/api/specs/shop", { cookie, ...etag })).toMatchObject({ status: 403 });
  });
});

describe("what can be reached", () => {
  const TRICKS = [
    "..%2f..%2fsecret",
    "%2e%2e%2fsecret",
    "..%5csecret",
    "shop%00",
    "Shop",
    ".git",
    "shop.test",
    "%2fetc%2fpasswd",
    "a".repeat(65),
  ];

  test.each(TRICKS)("no path as an id: %s", async (id) => {
    for (const path of [`/api/specs/${id}`, `/api/specs/${id}/samples`, `/api/runs/${id}`, `/api/runs/${id}/logs`]) {
      const { status, text } = await known("GET", path);
      expect(status).toBe(404);
      expect(text).not.toContain("a secret");
    }
    expect((await known("PUT", `/api/specs/${id}`, { text: "x" }, { "if-match": "x" })).status).toBe(404);
    expect((await known("POST", "/api/specs", { id: decodeURIComponent(id), text: "x" })).status).toBe(400);
  });

  test("no link, neither to read nor to write", async () => {
    expect((await known("GET", "/api/specs/linked")).status).toBe(403);
    expect((await known("PUT", "/api/specs/linked", { text: "x" }, { "if-match": "x" })).status).toBe(403);
    expect(await readFile(join(root, "secret.yaml"), "utf8")).toBe("a secret");
  });

  test("no more than 1 MiB", async () => {
    expect((await known("POST", "/api/specs", { id: "large", text: "x".repeat(1024 * 1024) })).status).toBe(413);
  });

  test("nothing that another page could frame, run or sniff", async () => {
    const { headers } = await known("GET", "/api/specs");
    expect(headers["content-security-policy"]).toMatch(/script-src 'self'; .*object-src 'none'.*frame-ancestors 'none'/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("specs", () => {
  test("are listed with what is wrong with them", async () => {
    const list = JSON.parse((await known("GET", "/api/specs")).text) as { id: string; errors: number }[];
    expect(list.map(({ id }) => id)).toEqual(["linked", "nowhere", "shop"]);
    expect(list.find(({ id }) => id === "shop")).toMatchObject({ name: "shop", errors: expect.any(Number) });
  });

  test("are created, read, written and removed, and no one's change is written over", async () => {
    expect((await known("POST", "/api/specs", { id: "mine", text: SPEC })).status).toBe(201);
    expect((await known("POST", "/api/specs", { id: "mine", text: SPEC })).status).toBe(409);
    const read = JSON.parse((await known("GET", "/api/specs/mine")).text) as { etag: string };
    const written = await known("PUT", "/api/specs/mine", { text: "# mine\n", layout: "{}" }, { "if-match": read.etag });
    expect(written.status).toBe(200);
    expect(await readFile(join(root, "pipelines/mine.yaml"), "utf8")).toBe("# mine\n");
    const late = await known("PUT", "/api/specs/mine", { text: "# late\n" }, { "if-match": read.etag });
    expect(late).toMatchObject({ status: 412 });
    expect(JSON.parse(late.text)).toMatchObject({ text: "# mine\n" });
    expect((await known("PUT", "/api/specs/mine", { text: "x" })).status).toBe(428);
    const { etag } = JSON.parse(late.text) as { etag: string };
    expect((await known("PUT", "/api/specs/mine", { text: "# mine\n", layout: null }, { "if-match": etag })).status).toBe(200);
    await expect(readFile(join(root, "pipelines/mine.layout.json"))).rejects.toThrow();
    expect((await known("DELETE", "/api/specs/mine", undefined, { "if-match": etag })).status).toBe(204);
    expect((await known("GET", "/api/specs/mine")).status).toBe(404);
  });

  test("two changes of one text: one is made, the other is told", async () => {
    const { etag } = JSON.parse((await known("GET", "/api/specs/shop")).text) as { etag: string };
    const [a, b] = await Promise.all(
      ["# a\n", "# b\n"].map((more) => known("PUT", "/api/specs/shop", { text: SPEC + more }, { "if-match": etag })),
    );
    expect([a?.status, b?.status].sort()).toEqual([200, 412]);
    const now = JSON.parse((await known("GET", "/api/specs/shop")).text) as { etag: string };
    expect((await known("PUT", "/api/specs/shop", { text: SPEC }, { "if-match": now.etag })).status).toBe(200);
    expect((await known("PUT", "/api/specs/shop", { text: 1 }, { "if-match": etag })).status).toBe(400);
    expect((await readdir(join(root, "pipelines"))).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("run only as they are saved, and only without errors", async () => {
    expect((await known("POST", "/api/runs", { spec: "shop", etag: "another" })).status).toBe(412);
    const { etag } = JSON.parse((await known("GET", "/api/specs/shop")).text) as { etag: string };
    expect((await known("POST", "/api/runs", { spec: "shop", etag })).status).toBe(422);
  });
});

describe("events", () => {
  /** The events of a stream until one fits. */
  async function follow(
    fits: (text: string) => boolean,
    headers: Record<string, string> = {},
    then?: () => Promise<unknown>,
  ): Promise<string> {
    const response = await fetch(`${editor.origin}/api/events`, { headers: { cookie, ...headers } });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    let begun = false;
    for (;;) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
      if (done) return text;
      text += value ?? "";
      if (!begun) {
        begun = true;
        await then?.();
      }
      if (fits(text)) {
        await reader?.cancel();
        return text;
      }
    }
  }

  test("tell of files that change, and a page that was away gets what it missed", async () => {
    const first = await follow(
      (text) => text.includes('"spec":"shop"'),
      {},
      () => writeFile(join(root, "pipelines/shop.yaml"), `${SPEC}# changed\n`),
    );
    const id = Number(/id: (\d+)\nevent: file\ndata: .*"spec":"shop"/.exec(first)?.[1]);
    expect(id).toBeGreaterThan(0);
    const again = await follow((text) => text.includes('"spec":"shop"'), { "last-event-id": String(id - 1) });
    expect(again).toContain(`id: ${id}\n`);
  });
});
