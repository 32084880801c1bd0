import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { Command } from "commander";
import { createPatch } from "diff";
import { hasErrors } from "../../diagnostic.ts";
import { openPreview } from "../../preview/index.ts";
import { rowsByNode } from "../../runtime/samples.ts";
import { UserMistake } from "../../runtime/user-mistake.ts";
import { runTest, type TestResult } from "../../testing/run-tests.ts";
import { readTests, type TestFile } from "../../testing/test-file.ts";
import { updatedText } from "../../testing/update.ts";
import { endWith } from "../failure.ts";
import { loadSpec } from "../load.ts";
import { type Output, openOutput } from "../output.ts";
import { preparePython } from "../preview-python.ts";
import { paperOf, plural, printable } from "../print.ts";
import { printTest } from "../print-tests.ts";

interface Options {
  name?: string;
  update?: true;
  format: "text" | "json";
}

/** `engine test`: runs the tests of pipelines on the evaluator; no service is needed. */
export function testCommand(): Command {
  return new Command("test")
    .description("run the tests of pipelines; nothing is started")
    .argument("[path...]", "specs, files of tests, or folders with them", ["pipelines"])
    .option("--name <text>", "run only the tests in whose name the text stands")
    .option("--update", "write the rows that came where others were expected, and show the difference")
    .action(async (paths: string[], options: Options) => {
      const output = openOutput(options.format);
      const counts = { passed: 0, failed: 0, files: 0, invalid: 0 };
      for (const file of await testFiles(paths)) {
        const results = await runFile(file, options, output);
        counts.files += 1;
        if (results === undefined) counts.invalid += 1;
        for (const { failures } of results ?? []) counts[failures.length === 0 ? "passed" : "failed"] += 1;
      }
      output.event({ event: "tested", ...counts });
      const failed = [
        ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
        ...(counts.invalid > 0 ? [`${plural(counts.invalid, "file")} with mistakes`] : []),
      ];
      output.say(`\n${[`${counts.passed} passed`, ...failed].join(", ")} in ${plural(counts.files, "file")}`);
      endWith(failed.length === 0 && counts.passed > 0 ? 0 : 1);
    });
}

/** Runs the tests of one file; undefined where it or its spec has mistakes. */
async function runFile({ spec, tests: path }: Paths, options: Options, output: Output): Promise<TestResult[] | undefined> {
  const loaded = await loadSpec(spec, output);
  const { compilation } = loaded;
  const { typed, diagnostics } = compilation;
  if (typed === undefined || hasErrors(diagnostics)) return undefined;
  const text = await readFile(path, "utf8");
  const tables = rowsByNode(loaded.tables);
  const python = await preparePython(loaded, output);
  const file = readTests(text, relative(process.cwd(), path) || path, openPreview(typed, python, tables).nodes);
  output.diagnostics(file.diagnostics, text);
  if (hasErrors(file.diagnostics)) return undefined;
  output.say(`\n${printable(relative(process.cwd(), path) || path)}`);
  const results: TestResult[] = [];
  for (const test of file.tests.filter(({ name }) => name.includes(options.name ?? ""))) {
    const result = await runTest(typed, test, python, tables);
    results.push(result);
    output.event({
      event: "test",
      file: path,
      name: test.name,
      passed: result.failures.length === 0,
      failures: placed(result, file),
    });
    output.say(printTest(result, file.document, paperOf(output.people)));
  }
  python?.close();
  if (options.update === true) await update(path, text, file, results, output);
  return results;
}

function placed({ failures }: TestResult, { document }: TestFile): object[] {
  return failures.map(({ pointer, ...failure }) => ({ ...failure, at: document.locate(pointer, { on: "key" }) }));
}

async function update(path: string, text: string, file: TestFile, results: readonly TestResult[], output: Output): Promise<void> {
  const changed = updatedText(text, file.tests, results);
  if (changed === text) return;
  await writeFile(path, changed);
  output.event({ event: "updated", file: path });
  output.say(
    `\n${printable(createPatch(file.document.file, text, changed))
      .split("\n")
      .slice(2)
      .join("\n")}`,
  );
}

interface Paths {
  spec: string;
  tests: string;
}

async function testFiles(paths: readonly string[]): Promise<Paths[]> {
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
    const names = (await readdir(path)).filter((name) => /\.test\.ya?ml$/.test(name)).sort();
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

/** `retail.yaml` and `retail.test.yaml`, whichever of them is named. */
function pathsOf(path: string): Paths {
  const isTests = /\.test\.ya?ml$/.test(path);
  return isTests
    ? { spec: path.replace(/\.test(\.ya?ml)$/, "$1"), tests: path }
    : { spec: path, tests: path.replace(/(\.ya?ml)?$/, (end) => `.test${end || ".yaml"}`) };
}
