import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cookieFor, OURS, send } from "../../test/support/served-editor.ts";
import { type ServedEditor, serveEditor } from "./server.ts";

const SPEC = "version: 1\nname: shop\nnodes: []\n";

let root: string;
let editor: ServedEditor;
let cookie: string;

const known = (method: string, path: string, body?: unknown, more: Record<string, string> = {}) =>
  send(
    editor,
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
  cookie = await cookieFor(editor);
});
afterAll(async () => {
  await editor.close();
  await rm(root, { recursive: true, force: true });
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
    const [, server, number] = /id: (\w+)-(\d+)\nevent: file\ndata: .*"spec":"shop"/.exec(first) ?? [];
    const again = await follow((text) => text.includes('"spec":"shop"'), { "last-event-id": `${server}-${Number(number) - 1}` });
    expect(again).toContain(`id: ${server}-${number}\n`);
    expect(again).not.toContain("event: gap");
  });

  test.each(["another-1", "17", "", "x-y-z"])("tell a page of the gap that has heard of another server: %s", async (id) => {
    const text = await follow((told) => told.includes("event: gap") && told.endsWith("\n\n"), { "last-event-id": id });
    expect(text).toMatch(/id: \w+-\d+\nevent: gap\ndata: \{\}\n\n/);
  });
});
