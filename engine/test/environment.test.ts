import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mayMount, onSmallDisk } from "./support/disk.ts";
import { fakePython, program } from "./support/fake-toolchain.ts";

const bin = fileURLToPath(new URL("../bin/engine.js", import.meta.url));

let dir: string;
let cache: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "environment-"));
  cache = join(dir, "cache");
  writeFileSync(join(dir, "targets.yaml"), "version: 1\ndefault: local\ntargets:\n  local: { kind: local }\n");
  fakePython(join(dir, "bin/python3"));
});

afterEach(() => rmSync(dir, { recursive: true }));

interface End {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `engine stack up` in a folder of its own, with no Python but the fake one; `disk` is mounted at the cache folder for it alone. */
function up(env: Record<string, string> = {}, disk?: string): Promise<End> {
  const path = join(dir, "bin");
  const args = ["stack", "up", "--format", "json"];
  const own = { ENGINE_TOOLCHAIN: cache, ...env };
  if (disk !== undefined) return onSmallDisk(disk, cache, args, { cwd: dir, env: own, path });
  return new Promise((resolve) => {
    const options = { cwd: dir, env: { ...process.env, ...own, PATH: path } };
    const child = execFile(process.execPath, [bin, ...args], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

/** Exit code 2, the problem as data and in words, what mends it, and no trace of a stack. */
function expectProblem({ code, stdout, stderr }: End, name: string, message: RegExp, hint: RegExp): void {
  expect({ code, stderr }).toMatchObject({ code: 2 });
  const problem = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  expect(problem).toMatchObject({
    event: "problem",
    code: name,
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
  expect(stderr).toContain(problem.hint);
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(existsSync(join(dir, ".engine"))).toBe(false);
}

it("a missing Python", async () => {
  rmSync(join(dir, "bin/python3"));
  expectProblem(
    await up(),
    "environment/python-missing",
    /No Python was found on PATH/,
    /apt-get install python3 python3-venv|brew install/,
  );
});

it("a Python without ensurepip", async () => {
  fakePython(join(dir, "bin/python3"), { pip: false });
  expectProblem(await up(), "environment/venv-missing", /has no ensurepip module/, /python3\.12-venv|brew install/);
});

it("a Python whose venv fails", async () => {
  const says =
    '{"executable": "%s", "major": 3, "minor": 12, "venv": true, "pip": true, "implementation": "cpython", "threads": false}';
  const file = join(dir, "bin/python3");
  program(file, `#!/bin/sh\nif [ "$1" = -c ]; then printf '${says}' ${file}; else echo "Error: no ensurepip" >&2; exit 1; fi\n`);
  expectProblem(
    await up(),
    "environment/venv-missing",
    /could not make a virtual environment: Error: no ensurepip/,
    /python3\.12-venv/,
  );
});

describe("an override that cannot be used costs no set-up first", () => {
  afterEach(() => expect(existsSync(cache)).toBe(false));

  it("ENGINE_MONGOD", async () => {
    const env = { ENGINE_MONGOD: join(dir, "targets.yaml") };
    expectProblem(
      await up(env),
      "environment/mongod-missing",
      /ENGINE_MONGOD=.*targets\.yaml is not a program/,
      /ENGINE_MONGOD=\/path/,
    );
  });

  it("ENGINE_MONGOD, a folder", async () => {
    expectProblem(await up({ ENGINE_MONGOD: dir }), "environment/mongod-missing", /is not a program/, /ENGINE_MONGOD=\/path/);
  });

  it("ENGINE_JAVA_HOME without Java", async () => {
    expectProblem(await up({ ENGINE_JAVA_HOME: dir }), "environment/java-home", /has no bin\/java/, /version 17 or newer/);
  });

  it("ENGINE_JAVA_HOME that is too old", async () => {
    program(join(dir, "jdk/bin/java"), "#!/bin/sh\n");
    writeFileSync(join(dir, "jdk/release"), 'JAVA_VERSION="1.8.0_392"\n');
    expectProblem(
      await up({ ENGINE_JAVA_HOME: join(dir, "jdk") }),
      "environment/java-home",
      /is Java 8, too old/,
      /version 17 or newer/,
    );
  });
});

describe("a cache folder that cannot be written", () => {
  it("because a file is in its way", async () => {
    const env = { ENGINE_TOOLCHAIN: join(dir, "targets.yaml/cache") };
    expectProblem(
      await up(env),
      "environment/cache-folder",
      /cannot be kept in .*targets\.yaml\/cache: not a directory/,
      /ENGINE_TOOLCHAIN=/,
    );
  });

  // Root may write everywhere but on a disk that is mounted to be read only.
  it.runIf(mayMount())("because it is on a disk to be read only", async () => {
    mkdirSync(cache);
    expectProblem(
      await up({}, "ro,size=1m"),
      "environment/cache-folder",
      /cannot be kept in .*cache: read-only file system/,
      /chown .*ENGINE_TOOLCHAIN=/,
    );
  });
});

it.runIf(mayMount())("too little disk space", async () => {
  mkdirSync(cache);
  expectProblem(
    await up({}, "size=64m"),
    "environment/disk-full",
    /needs 2\.5 GB in .*cache, where 0\.1 GB are free/,
    /Free some space, or .*ENGINE_TOOLCHAIN=/,
  );
  expect(readdirSync(cache)).toEqual([]);
});
