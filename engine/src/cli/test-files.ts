import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { UserMistake } from "../runtime/user-mistake.ts";

/** A spec and the tests beside it. */
export interface Paths {
  spec: string;
  tests: string;
}

/** The files of tests that are named, or stand in the folders that are. Throws a UserMistake where there are none. */
export async function testFiles(paths: readonly string[]): Promise<Paths[]> {
  const found = await Promise.all(paths.map(testFilesOf));
  const files = found.flat();
  if (files.length === 0)
    throw new UserMistake(
      "test/no-tests",
      `There are no tests in ${paths.join(", ")}.`,
      "write them beside the spec: `retail.test.yaml` for `retail.yaml`",
    );
  return files;
}

async function testFilesOf(path: string): Promise<Paths[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) {
    const names = (await readdir(path)).filter(isTests).sort();
    return names.map((name) => pathsOf(join(path, name)));
  }
  const paths = pathsOf(path);
  const isThere = await stat(paths.tests).then(
    () => true,
    () => false,
  );
  if (isThere) return [paths];
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
