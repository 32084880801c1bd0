import type { SinkMongodbConfig } from "@pipeline-engine/schemas/types";
import type { Column } from "../../column-type.ts";
import type { Row, Value } from "../../expression/index.ts";
import { lastStep } from "../paths.ts";
import { type Drop, isTrue, type PreviewContext, type PreviewRow, type PreviewStep, valueAlong } from "../preview.ts";
import { keyFields } from "../sink-key.ts";

/** The columns of the documents. Where `_id` is made of a place in Kafka or of a batch, which a sample has not, they have none. */
export function documentColumns({ key, mode }: SinkMongodbConfig, columns: readonly Column[]): Column[] {
  const fields = key === null || mode === "insert" ? [] : keyFields([key].flat(), columns);
  const [only] = fields;
  if (only === undefined) return [...columns];
  const type = fields.length === 1 ? only.type : ({ kind: "struct", fields } as const);
  return [{ name: "_id", type, required: true }, ...columns.filter(({ name }) => name !== "_id")];
}

/** Shows the document of every row, and drops those without a key. */
export function previewMongodb(context: PreviewContext<SinkMongodbConfig>): PreviewStep {
  const { config } = context;
  const deletes = config.delete === null ? undefined : context.row(["delete"]);
  const key = config.key === null ? undefined : [config.key].flat();
  return ([batch]) => {
    const main: PreviewRow[] = [];
    const dropped: Drop[] = [];
    for (const row of batch?.rows ?? []) {
      const deletion = deletes?.(row.values);
      if (deletion !== undefined && "failed" in deletion) {
        const message = `the condition of \`delete\` has no value for this row: ${deletion.failed}`;
        dropped.push({ row, input: 0, why: "dead-letter", code: "mongodb/delete-failed", message });
        continue;
      }
      const id = key && idOf(row.values, key);
      if (id === null) {
        dropped.push({ row, input: 0, why: "dead-letter", code: "mongodb/null-key", message: "the key is null" });
        continue;
      }
      if (deletion !== undefined && isTrue(deletion)) {
        dropped.push({ row, input: 0, why: "filtered", message: "it deletes the document of its key" });
        continue;
      }
      const timeField = config.timeSeries?.timeField;
      if (timeField !== undefined && row.values[timeField] === null) {
        dropped.push({ row, input: 0, why: "dead-letter", code: "mongodb/null-time", message: `${timeField} is null` });
        continue;
      }
      const values = Object.create(null) as Row;
      if (id !== undefined && config.mode === "upsert") values._id = id;
      main.push({ ...row, values: Object.assign(values, row.values) });
    }
    return { outputs: { main }, dropped };
  };
}

function idOf(row: Row, key: readonly string[]): Value {
  const [only] = key;
  if (key.length === 1 && only !== undefined) return valueAlong(row, only);
  const id = Object.create(null) as Row;
  for (const path of key) {
    const part = valueAlong(row, path);
    if (part === null) return null;
    id[lastStep(path)] = part;
  }
  return id;
}
