import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { UserMistake } from "../runtime/user-mistake.ts";

/** A spec and the tests beside it. */
export interface Paths {
  spec: string;
  tests: string;
}

/** The files of tests that are named, or stand in the folders that are, and the specs of those folders that have none. Throws a UserMistake where there are no tests. */
export async function testFiles(paths: readonly string[]): Promise<{ files: Paths[]; untested: string[] }> {
  const found = await Promise.all(paths.map(testFilesOf));
  const files = found.flatMap((one) => one.files);
  if (files.length === 0)
    throw new UserMistake(
      "test/no-tests",
      `There are no tests in ${paths.join(", ")}.`,
      "write them beside the spec: `retail.test.yaml` for `retail.yaml`",
    );
  return { files, untested: found.flatMap((one) => one.untested) };
}

async function testFilesOf(path: string): Promise<{ files: Paths[]; untested: string[] }> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) {
    const names = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort();
    const isUntested = (name: string) => !isTests(name) && !names.includes(pathsOf(name).tests);
    return {
      files: names.filter(isTests).map((name) => pathsOf(join(path, name))),
      untested: names.filter(isUntested).map((name) => join(path, name)),
    };
  }
  const paths = pathsOf(path);
  const isThere = await stat(paths.tests).then(
    () => true,
    () => false,
  );
  if (isThere) return { files: [paths], untested: [] };
  throw new UserMistake(
    "test/no-tests",
    `There is no ${paths.tests}.`,
    `write the tests of ${basename(paths.spec)} into it; \`version: 1\` and \`tests:\` is how it begins`,
  );
}

/** Whether a path is that of tests. */
export const isTests = (path: string): boolean => /\.test\.ya?ml$/.test(path);

/** `retail.yaml` and `retail.test.yaml`, whichever of them is named. */
export function pathsOf(path: string): Paths {
  return isTests(path)
    ? { spec: path.replace(/\.test(\.ya?ml)$/, "$1"), tests: path }
    : { spec: path, tests: path.replace(/(\.ya?ml)?$/, (end) => `.test${end || ".yaml"}`) };
}
