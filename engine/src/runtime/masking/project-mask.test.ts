import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { maskSaid } from "./mask-told.ts";
import { projectMask } from "./project-mask.ts";

const ENV = {
  SHOP_TOKEN: "token-of-the-shop",
  SHOP_PLACE: "behind-a-header",
  SHOP_URI: "mongodb://engine:p%40ss-word@host/",
  SHOP_REGION: "north-by-northwest",
};
const SPEC = `nodes:
  - config:
      url: https://\${env:SHOP_REGION}.example/?a=\${env:SHOP_TOKEN}
      headers: { authorization: "Bearer \${env:SHOP_PLACE}" }
`;
const targets = (path: string) => `targets: { away: { mongodb: { uri: "\${env:SHOP_URI}", ca: "\${file:${path}}" } } }\n`;

let root: string;
const roots: string[] = [];
const file = (name: string) => join(root, name);

beforeEach(async () => {
  Object.assign(process.env, ENV);
  root = await mkdtemp(join(tmpdir(), "mask-"));
  roots.push(root);
  await mkdir(file("pipelines"));
  await writeFile(file("targets.yaml"), targets("secret"));
  await writeFile(file("pipelines/shop.yaml"), SPEC);
  await writeFile(file("secret"), "first secret\n");
});
afterEach(() => vi.useRealTimers());
afterAll(async () => {
  for (const name of Object.keys(ENV)) delete process.env[name];
  for (const each of roots) await rm(each, { recursive: true });
});

test("what stands behind a secret's name or place, in a file or in an address is covered, and nothing else", () => {
  const mask = projectMask({ root });
  const told = mask({ a: Object.values(ENV), "first secret": ["p@ss-word", 7, null, new Date(0)] });
  expect(told).toEqual({
    a: ["•••••••••••••••••", "•••••••••••••••", "mongodb://engine:•••••••••••@host/", "north-by-northwest"],
    "••••• ••••••": ["•••••••••", 7, null, "1970-01-01T00:00:00.000Z"],
  });
});

test("two fields whose names look the same once they are covered are both there", async () => {
  await writeFile(file("secret"), "secret-1\nsecret-2\n");
  expect(projectMask({ root })({ "secret-1": 1, "secret-2": 2, "••••••••": 3 })).toEqual({
    "•••••••••": 1,
    "••••••••••": 2,
    "••••••••": 3,
  });
});

test("every change of a file is known when something is told next, and what was known once stays covered", async () => {
  const mask = projectMask({ root });
  expect(mask("first secret")).not.toContain("first");
  const { atime, mtime } = await stat(file("secret"));
  await writeFile(file("secret"), "other secret\n");
  await utimes(file("secret"), atime, mtime);
  expect(mask("other secret, first secret")).toBe("••••• ••••••, ••••• ••••••");
  // Everything has been left alone for so long that it is not read again.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
  expect(mask("third secret")).toBe("third secret");
  await writeFile(file("secret"), "third secret\n");
  await utimes(file("secret"), atime, mtime);
  expect(mask("third secret")).toBe("••••• ••••••");
  await writeFile(file("moved"), "moved secret\n");
  await rename(file("moved"), file("secret"));
  expect(mask("moved secret")).toBe("••••• ••••••");
  await writeFile(file("another"), "fifth secret\n");
  expect(mask("fifth secret")).toBe("fifth secret");
  await writeFile(file("targets.yaml"), targets("another"));
  expect(mask("fifth secret")).toBe("••••• ••••••");
  await writeFile(file("pipelines/new.yaml"), "salt: ${env:SHOP_REGION}\n");
  expect(mask("north-by-northwest")).toBe("••••••••••••••••••");
  await rm(file("secret"));
  expect(mask("moved secret")).toBe("••••• ••••••");
});

test("a file is read again until it has been left alone for a while: two changes in one tick look the same", () => {
  const read = vi.spyOn(fs, "openSync");
  syncBuiltinESMExports();
  try {
    const mask = projectMask({ root });
    const readsOf = (told: string) => {
      read.mockClear();
      mask(told);
      return read.mock.calls.length;
    };
    expect([readsOf("a"), readsOf("b")]).toEqual([3, 3]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    expect([readsOf("c"), readsOf("d")]).toEqual([3, 0]);
  } finally {
    read.mockRestore();
    syncBuiltinESMExports();
  }
});

test("a pipe, a folder and what is not there are waited for by nobody", async () => {
  execFileSync("mkfifo", [file("pipe")]);
  for (const path of ["pipe", "pipelines", "nowhere"]) {
    await writeFile(file("targets.yaml"), targets(path));
    expect(projectMask({ root })("token-of-the-shop")).toBe("•••••••••••••••••");
  }
});

test("a certificate is no secret, the key beside it is", async () => {
  const pem = (what: string, line: string) => `-----BEGIN ${what}-----\n${line}\nabcd==\n-----END ${what}-----\n`;
  await writeFile(file("secret"), pem("CERTIFICATE", "everybody/sees/this") + pem("PRIVATE KEY", "nobody/sees/that"));
  expect(projectMask({ root })("everybody/sees/this nobody/sees/that")).toBe("everybody/sees/this ••••••••••••••••");
});

test("a short secret is told of once, and covered where secrets stand", async () => {
  const told: string[] = [];
  const mask = projectMask({ root, onShort: (reference) => told.push(reference) });
  await writeFile(file("secret"), '{\n  "key": "another"\n}\n');
  mask("");
  expect(told).toEqual([]);
  await writeFile(file("secret"), "cat\n");
  expect(mask({ a: "a cat", password: "cat", url: "mongodb://me:cat@cat/" })).toEqual({
    a: "a cat",
    password: "•••",
    url: "mongodb://me:•••@cat/",
  });
  mask("");
  expect(told).toEqual(["${file:secret}"]);
});

test("what is said has all covered that looks like a secret", () => {
  const mask = maskSaid(projectMask({ root }));
  expect(mask({ said: "password=hunter2", token: "hunter2", at: "first secret" })).toEqual({
    said: "password=•••••••",
    token: "•••••••",
    at: "••••• ••••••",
  });
});
