import { sparkType } from "../../column-type.ts";
import { toPlain } from "../../expression/index.ts";
import type { GivenAnswer, TableTexts } from "../../nodes/given.ts";
import type { TypedDag } from "../../types.ts";
import { firstStandIns, givenNodes, givenOf } from "../stand-ins.ts";
import type { PipelineTest } from "../test-file.ts";

/** An answer: what the row must hold (path, type and text of the value), and what comes back, or why nothing does. */
export interface SparkAnswer {
  when: [path: string, type: string, value: string | null][];
  text?: string;
  code?: string;
  message?: string;
}

/** What stands in for what steps would ask elsewhere, batch by batch: tables that are new in it, and which answers hold. */
export interface SparkStandIns {
  /** Node → the columns that its endpoint is told, and all answers of the test. */
  answers: Record<string, { told: string[]; answers: SparkAnswer[] }>;
  batches: { tables: Record<string, TableTexts>; holds: Record<string, number[]> }[];
}

/** What a test gives to nodes, as Spark is told it. `own`: the tables that nodes have without it. */
export function sparkStandIns(typed: TypedDag, test: PipelineTest, own: ReadonlyMap<string, TableTexts>): SparkStandIns {
  const first = firstStandIns(typed, test, own);
  const answers: SparkStandIns["answers"] = {};
  for (const id of givenNodes(test)) {
    const given = givenOf(typed, id);
    if (given?.what !== "answers") continue;
    const config = typed.nodes.find(({ node }) => node.id === id)?.node.config;
    answers[id] = { told: given.asked(config as never).told, answers: [] };
  }
  const batches = test.batches.map(({ standIns }, at) => {
    const tables: Record<string, TableTexts> = at === 0 ? Object.fromEntries(own) : {};
    const holds: Record<string, number[]> = {};
    for (const [id, standIn] of at === 0 ? first : standIns) {
      if ("rows" in standIn) tables[id] = standIn.texts;
      else holds[id] = standIn.answers.map((answer) => (answers[id]?.answers.push(sparkAnswer(answer)) ?? 0) - 1);
    }
    return { tables, holds };
  });
  return { answers, batches };
}

function sparkAnswer({ when, text, outcome }: GivenAnswer): SparkAnswer {
  const conditions = when.map(({ path, type, value }): SparkAnswer["when"][number] => {
    const plain = toPlain(type, value);
    return [path, sparkType(type), plain === null ? null : String(plain)];
  });
  return { when: conditions, ...(text !== undefined ? { text } : "code" in outcome && outcome) };
}
