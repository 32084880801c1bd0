import type { SinkKafkaConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt } from "../../column-type.ts";
import type { Row } from "../../expression/index.ts";
import { dateText } from "../../expression/values/calendar.ts";
import { lastStep } from "../paths.ts";
import { type Drop, type PreviewContext, type PreviewRow, type PreviewStep, valueAlong } from "../preview.ts";
import { keyFields } from "../sink-key.ts";
import { piecesOf } from "./template.ts";

/** The parts of the records. A key of one column is shown as its value, and not as the text that it becomes. */
export function recordColumns({ key }: SinkKafkaConfig, columns: readonly Column[]): Column[] {
  const fields = key === null ? [] : keyFields([key].flat(), columns);
  const [only] = fields;
  const type = fields.length === 1 && only !== undefined ? only.type : ({ kind: "struct", fields } as const);
  return [
    { name: "topic", type: { kind: "string" }, required: true },
    ...(only === undefined ? [] : [{ name: "key", type, required: false }]),
    { name: "value", type: { kind: "struct", fields: [...columns] }, required: true },
  ];
}

/** Shows the record of every row, and drops those whose topic is not listed. */
export function previewKafka({ config, inputs }: PreviewContext<SinkKafkaConfig>): PreviewStep {
  const pieces = piecesOf(config.topic);
  const topics = new Set(config.topics);
  const columns = inputs[0]?.columns ?? [];
  const isFixed = pieces.every((piece) => "text" in piece);
  return ([batch]) => {
    const main: PreviewRow[] = [];
    const dropped: Drop[] = [];
    for (const row of batch?.rows ?? []) {
      const parts = pieces.map((piece) => ("text" in piece ? piece.text : textAt(columns, row.values, piece.column)));
      const topic = parts.includes(null) ? null : parts.join("");
      if (topic === null || (!isFixed && !topics.has(topic))) dropped.push(refused(row, topic));
      else main.push({ ...row, values: record(config, row.values, topic) });
    }
    return { outputs: { main }, dropped };
  };
}

function refused(row: PreviewRow, topic: string | null): Drop {
  const why = { row, input: 0, why: "dead-letter" } as const;
  if (topic === null) return { ...why, code: "kafka/null-topic", message: "a column of the topic's name is null" };
  return { ...why, code: "kafka/unlisted-topic", message: `\`${topic}\` is not among the topics of this sink` };
}

function textAt(columns: readonly Column[], row: Row, path: string): string | null {
  const value = valueAlong(row, path);
  if (value === null) return null;
  // A date is held as its day since 1970.
  return columnAt(columns, path.split("."))?.type.kind === "date" ? dateText(Number(value)) : String(value);
}

function record({ key }: SinkKafkaConfig, row: Row, topic: string): Row {
  const values = Object.create(null) as Row;
  values.topic = topic;
  const paths = key === null ? [] : [key].flat();
  const [only] = paths;
  if (only !== undefined) values.key = paths.length === 1 ? valueAlong(row, only) : keyOf(row, paths);
  values.value = row;
  return values;
}

function keyOf(row: Row, paths: readonly string[]): Row {
  const key = Object.create(null) as Row;
  for (const path of paths) key[lastStep(path)] = valueAlong(row, path);
  return key;
}
