import { readFile, writeFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { createPatch } from "diff";
import { hasErrors } from "../../diagnostic.ts";
import { UserMistake } from "../../runtime/user-mistake.ts";
import type { TestResult } from "../../testing/run-tests.ts";
import { readTests, type TestFile } from "../../testing/test-file.ts";
import { updatedText } from "../../testing/update.ts";
import { count } from "../count.ts";
import { endWith } from "../failure.ts";
import { untilInterrupted } from "../interrupted.ts";
import { type LoadedSpec, loadSpec, shownPath } from "../load.ts";
import { type Output, openOutput } from "../output.ts";
import { paperOf, plural, printable } from "../print.ts";
import { printTest } from "../print-tests.ts";
import { recordTest } from "../record-test.ts";
import { evaluator, spark, type TestEngine } from "../test-engines.ts";
import { testFiles } from "../test-files.ts";

interface Options {
  name?: string;
  engine: "evaluator" | "spark";
  update?: true;
  record?: true;
  records: number;
  target?: string;
  format: "text" | "json";
}

/** `engine test`: runs the tests of pipelines on the evaluator, which needs no service, or in Spark, which needs none but itself. */
export function testCommand(): Command {
  return new Command("test")
    .description("run the tests of pipelines; no service is started")
    .argument("[path...]", "specs, files of tests, or folders with them", ["pipelines"])
    .option("--name <text>", "run only the tests in whose name the text stands")
    .addOption(new Option("--engine <name>", "what runs them").choices(["evaluator", "spark"]).default("evaluator"))
    .option("--update", "write the rows that came where others were expected, and show the difference")
    .addOption(
      new Option("--record", "take the newest records of each source's topic, and write them as a test").conflicts([
        "update",
        "name",
      ]),
    )
    .option("--records <n>", "how many records of each source `--record` takes", count, 10)
    .option("--target <name>", "the target of targets.yaml whose Kafka `--record` reads")
    .action((paths: string[], options: Options) =>
      untilInterrupted((signal) => (options.record ? record(paths, options, signal) : runFiles(paths, options, signal))),
    );
}

async function record(paths: readonly string[], options: Options, signal: AbortSignal): Promise<void> {
  const [path] = paths;
  if (paths.length !== 1 || path === undefined || !/\.ya?ml$/.test(path))
    throw new UserMistake(
      "test/record-one",
      "`--record` writes a test of one pipeline.",
      "name its spec: engine test pipelines/retail.yaml --record",
    );
  endWith((await recordTest(path, options, openOutput(options.format), signal)) ? 0 : 1);
}

/** A file of tests, and the spec beside it. */
interface TestedSpec {
  path: string;
  spec: LoadedSpec;
}

async function runFiles(paths: readonly string[], options: Options, signal: AbortSignal): Promise<void> {
  const output = openOutput(options.format);
  const files: TestedSpec[] = [];
  const found = await testFiles(paths);
  for (const { spec, tests } of found.files) files.push({ path: tests, spec: await loadSpec(spec, output) });
  const specs = files.map(({ spec }) => spec);
  const engine = options.engine === "spark" ? await spark(specs, output, signal) : evaluator(output);
  const counts = { passed: 0, failed: 0, notRun: 0, files: 0, invalid: 0 };
  try {
    for (const file of files) {
      const results = await runFile(file, engine, options, output);
      counts.files += 1;
      if (results === undefined) counts.invalid += 1;
      for (const result of results ?? []) counts[outcomeOf(result)] += 1;
    }
  } finally {
    await engine.close();
  }
  output.event({ event: "tested", ...counts, untested: found.untested });
  const others = [
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(counts.notRun > 0 ? [`${counts.notRun} not run`] : []),
    ...(counts.invalid > 0 ? [`${plural(counts.invalid, "file")} with mistakes`] : []),
  ];
  output.say(`\n${[`${counts.passed} passed`, ...others].join(", ")} in ${plural(counts.files, "file")}`);
  if (found.untested.length > 0) output.say(`no tests: ${found.untested.map(printable).join(", ")}`);
  endWith(counts.failed + counts.invalid === 0 && counts.passed > 0 ? 0 : 1);
}

function outcomeOf({ failures, notRun }: TestResult): "passed" | "failed" | "notRun" {
  if (notRun !== undefined) return "notRun";
  return failures.length === 0 ? "passed" : "failed";
}

/** Runs the tests of one file; undefined where it or its spec has mistakes. */
async function runFile({ path, spec }: TestedSpec, engine: TestEngine, options: Options, output: Output) {
  const { typed, diagnostics } = spec.compilation;
  if (typed === undefined || hasErrors(diagnostics)) return undefined;
  const text = await readFile(path, "utf8");
  const pipeline = await engine.open(typed, spec);
  try {
    const file = readTests(text, shownPath(path), pipeline.tested);
    output.diagnostics(file.diagnostics, text);
    if (hasErrors(file.diagnostics)) return undefined;
    output.say(`\n${printable(shownPath(path))}`);
    const results: TestResult[] = [];
    for (const test of file.tests.filter(({ name }) => name.includes(options.name ?? ""))) {
      const result = await pipeline.run(test);
      results.push(result);
      tell(path, file, result, output);
    }
    if (options.update === true) await update(path, text, file, results, output);
    return results;
  } finally {
    pipeline.close();
  }
}

function tell(path: string, { document }: TestFile, result: TestResult, output: Output): void {
  const { name, notRun, failures } = result;
  output.event({
    ...{ event: "test", file: path, name, passed: outcomeOf(result) === "passed" },
    ...(notRun !== undefined && { notRun }),
    failures: failures.map(({ pointer, ...failure }) => ({ ...failure, at: document.locate(pointer, { on: "key" }) })),
  });
  output.say(printTest(result, document, paperOf(output.people)));
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
