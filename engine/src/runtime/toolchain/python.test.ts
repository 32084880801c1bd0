import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakePython, fakePython, program } from "../../../test/support/fake-toolchain.ts";
import { findPython } from "./python.ts";

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "python-"));
});

afterEach(() => rmSync(dir, { recursive: true }));

const find = (env: NodeJS.ProcessEnv = {}) => findPython({ PATH: dir, ...env });

it("says how to install Python where there is none", async () => {
  await expect(find()).rejects.toMatchObject({
    code: "environment/python-missing",
    message: "No Python was found on PATH.",
    hint: expect.stringMatching(/Install Python 3\.10 or newer .*ENGINE_PYTHON=/),
  });
});

describe.each<[string, FakePython, string, RegExp, RegExp]>([
  ["is too old", { minor: 9 }, "environment/python-missing", /is Python 3\.9, too old/, /Install Python 3\.10/],
  ["is Python 2", { major: 2, minor: 7 }, "environment/python-missing", /is Python 2\.7, too old/, /Install Python 3\.10/],
  ["has no venv", { venv: false }, "environment/venv-missing", /3\.12\) has no venv module/, /python3\.12-venv/],
  ["has no ensurepip", { pip: false }, "environment/venv-missing", /has no ensurepip module/, /python3\.12-venv/],
  ["is no CPython", { implementation: "pypy" }, "environment/python-missing", /is pypy/, /ENGINE_PYTHON=/],
  ["has no lock", { threads: true }, "environment/python-missing", /free-threaded/, /ENGINE_PYTHON=/],
])("a Python that %s", (_, says, code, message, hint) => {
  it("is refused in words, with what mends it", async () => {
    fakePython(join(dir, "python3"), says);
    await expect(find()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it("does not stand in the way of a better one", async () => {
    fakePython(join(dir, "python3"), says);
    const better = fakePython(join(dir, "python3.13"), { minor: 13 });
    expect(await find()).toEqual({ executable: better, version: "3.13" });
  });

  it("is refused, too, when ENGINE_PYTHON names it", async () => {
    fakePython(join(dir, "python3"));
    const named = fakePython(join(dir, "own/python"), says);
    await expect(find({ ENGINE_PYTHON: named })).rejects.toMatchObject({ code });
  });
});

it("takes the Python that ENGINE_PYTHON names", async () => {
  fakePython(join(dir, "python3"));
  const own = fakePython(join(dir, "own/python"), { minor: 11 });
  expect(await find({ ENGINE_PYTHON: own })).toEqual({ executable: own, version: "3.11" });
});

it.each([
  ["is not there", undefined],
  ["does not run", "#!/nowhere\n"],
  ["fails", "#!/bin/sh\nexit 1\n"],
  ["says something else", "#!/bin/sh\necho hello\n"],
])("a named Python that %s is no Python", async (_, text) => {
  const own = join(dir, "own/python");
  if (text !== undefined) program(own, text);
  await expect(find({ ENGINE_PYTHON: own })).rejects.toMatchObject({
    code: "environment/python-missing",
    message: `${own} does not run as Python.`,
  });
});
