/** Tests of a pipeline in Spark: what it is asked, and what its answer says to what a test expects. */
import { type NodePreview, openPreview } from "../../preview/index.ts";
import type { TypedDag } from "../../types.ts";
import { resultOf, type TestResult, withoutAnswer } from "../run-tests.ts";
import type { Testable } from "../stand-ins.ts";
import type { PipelineTest } from "../test-file.ts";
import { nodesOf } from "./answer.ts";
import { planTest, type SparkPipeline, type SparkRequest, whyNotInSpark } from "./request.ts";
import type { SparkBatch } from "./told.ts";

/** What Spark answers. `error`: what it died of, in a sentence. `lacking`: which node asked for what the test does not give. */
export interface SparkAnswered {
  batches?: SparkBatch[];
  error?: string;
  lacking?: { node: string; message: string };
}

/** Has a test run in Spark. */
export type AskSpark = (request: SparkRequest) => Promise<SparkAnswered>;

/** The nodes of a pipeline before anything came, those too that the evaluator cannot run. */
function sparkNodes(typed: TypedDag): NodePreview[] {
  return openPreview(typed).nodes.map(({ missing: _, ...node }) => node);
}

/** A pipeline of which Spark tells. */
export function testableInSpark(typed: TypedDag): Testable {
  return { typed, nodes: () => sparkNodes(typed) };
}

/** Runs a test in Spark, from nothing. What differs is told as the evaluator tells it. */
export async function runTestInSpark(pipeline: SparkPipeline, test: PipelineTest, ask: AskSpark): Promise<TestResult> {
  const { name, pointer } = test;
  const { typed } = pipeline;
  const notRun = whyNotInSpark(pipeline, test);
  if (notRun !== undefined) return { name, pointer, failures: [], notRun };
  const planned = planTest(pipeline, test);
  const { batches = [], error, lacking } = await ask(planned.request);
  if (lacking !== undefined) return withoutAnswer(test, lacking.node, lacking.message);
  if (error !== undefined)
    return { name, pointer, failures: [{ pointer, stream: "Spark", message: error, missing: [], unexpected: [] }] };
  const nodes = sparkNodes(typed);
  return resultOf(
    test,
    batches.map((batch) => nodesOf(typed, planned, nodes, batch)),
  );
}

export type { SparkBatch } from "./told.ts";
