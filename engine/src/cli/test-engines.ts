import { dirname, resolve } from "node:path";
import { rowsByNode } from "../runtime/samples.ts";
import { openSparkTests } from "../runtime/spark-tests.ts";
import { textsByNode } from "../runtime/tables.ts";
import type { Progress } from "../runtime/toolchain/index.ts";
import { runTest, type TestResult } from "../testing/run-tests.ts";
import { type AskSpark, runTestInSpark, testableInSpark } from "../testing/spark/index.ts";
import { type Testable, testable } from "../testing/stand-ins.ts";
import type { PipelineTest } from "../testing/test-file.ts";
import type { TypedDag } from "../types.ts";
import type { LoadedSpec } from "./load.ts";
import type { Output } from "./output.ts";
import { preparePython } from "./preview-python.ts";
import { setupProgress } from "./progress.ts";

/** A pipeline on which tests can be run. */
export interface OpenPipeline {
  tested: Testable;
  run(test: PipelineTest): Promise<TestResult>;
  close(): void;
}

/** What runs tests. */
export interface TestEngine {
  open(typed: TypedDag, spec: LoadedSpec): Promise<OpenPipeline>;
  close(): Promise<void>;
}

/** The core's own evaluator: nothing is started. */
export function evaluator(output: Output): TestEngine {
  return {
    async open(typed, spec) {
      const python = await preparePython(spec, output);
      const tables = rowsByNode(spec.tables);
      return {
        tested: testable(typed, python, tables),
        run: (test) => runTest(typed, test, python, tables),
        close: () => python?.close(),
      };
    },
    close: async () => {},
  };
}

/** One Spark for all specs, and how far its start has come on the terminal. */
export async function spark(specs: readonly LoadedSpec[], output: Output, signal: AbortSignal): Promise<TestEngine> {
  const packages = [...new Set(specs.flatMap(({ compilation }) => compilation.plan?.packages ?? []))].sort();
  const progress = setupProgress(process.stderr);
  const report = (step: Progress) => {
    output.event({ event: "setup", ...step });
    progress.show({ event: "setup", ...step });
  };
  const open = await openSparkTests({ packages, report, signal }).finally(() => progress.stop());
  return {
    async open(typed, { path, tables, compilation: { plan } }) {
      if (plan === undefined) throw new Error("a spec with mistakes has no tests to run");
      const pipeline = { typed, plan, folder: resolve(dirname(path)), tables: textsByNode(tables) };
      const run = (test: PipelineTest) => runTestInSpark(pipeline, test, open.run as AskSpark);
      return { tested: testableInSpark(typed), run, close: () => {} };
    },
    close: open.close,
  };
}
