import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { filesBeside, LARGEST_FILE } from "./files-beside.ts";

const root = mkdtempSync(join(tmpdir(), "beside-"));
afterAll(() => rmSync(root, { recursive: true }));

it("reads files below the folder of the spec, and none elsewhere", () => {
  mkdirSync(join(root, "p/models/deep"), { recursive: true });
  writeFileSync(join(root, "secret"), "s");
  writeFileSync(join(root, "p/models/m"), "m");
  writeFileSync(join(root, "p/large"), "");
  truncateSync(join(root, "p/large"), LARGEST_FILE + 1);
  symlinkSync("../secret", join(root, "p/out"));
  symlinkSync("models/m", join(root, "p/in"));
  const beside = filesBeside(join(root, "p/spec.yaml"));
  const found = (path: string) => {
    const file = beside(path);
    return "bytes" in file ? Buffer.from(file.bytes).toString() : file.problem;
  };
  expect(["models/m", "in", "out", "../secret", "models", "models/none", "models/m/none", "large"].map(found)).toEqual([
    ...["m", "m", "outside", "outside", "unreadable", "missing", "missing", "too-large"],
  ]);
});
