import { dirname, resolve } from "node:path";
import { type NodePreview, openPreview } from "../preview/index.ts";
import { rowsByNode } from "../runtime/samples.ts";
import { openSparkTests } from "../runtime/spark-tests.ts";
import type { Progress } from "../runtime/toolchain/index.ts";
import { runTest, type TestResult } from "../testing/run-tests.ts";
import { type AskSpark, runTestInSpark, sparkNodes } from "../testing/spark/index.ts";
import type { PipelineTest } from "../testing/test-file.ts";
import type { TypedDag } from "../types.ts";
import type { LoadedSpec } from "./load.ts";
import type { Output } from "./output.ts";
import { preparePython } from "./preview-python.ts";
import { setupProgress } from "./progress.ts";

/** A pipeline on which tests can be run. */
export interface OpenPipeline {
  /** Its nodes before anything came. */
  nodes: NodePreview[];
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
        nodes: openPreview(typed, python, tables).nodes,
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
    async open(typed, { path, compilation: { plan } }) {
      if (plan === undefined) throw new Error("a spec with mistakes has no tests to run");
      const run = (test: PipelineTest) =>
        runTestInSpark({ typed, plan, folder: resolve(dirname(path)) }, test, open.run as AskSpark);
      return { nodes: sparkNodes(typed), run, close: () => {} };
    },
    close: open.close,
  };
}
