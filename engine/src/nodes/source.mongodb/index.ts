import type { SourceMongodbConfig } from "@pipeline-engine/schemas/types";
import type { Column } from "../../column-type.ts";
import { parseColumns } from "../../columns-notation.ts";
import { parseByteSize } from "../../duration.ts";
import { withMetadata } from "../metadata.ts";
import type { NodeContext, NodeKind } from "../node-kind.ts";

type Context = NodeContext<SourceMongodbConfig>;

/** The changes of a collection, with a cursor: a restart goes on behind the last change that Kafka has. */
export const sourceMongodb: NodeKind<SourceMongodbConfig> = {
  type: "source.mongodb",
  role: "source",
  inputs: { roles: [], min: 0, max: 0 },
  shapes: { columns: "named", operation: "all", metadata: "named" },
  compile(context) {
    const { columns: _columns, metadata: _metadata, operation, ...settings } = context.config;
    const columns = parseColumns(context.config.columns, "").value ?? [];
    if (operation !== null) checkOperation(context, operation, columns);
    const told: Column[] = operation === null ? [] : [{ name: operation, type: { kind: "string" }, required: true }];
    const others = columns.filter(({ name }) => name !== operation);
    return {
      output: { columns: withMetadata([...others, ...told], context), changes: "append", origin: "record" },
      part: {
        kind: "source",
        settings: { ...settings, ...(operation !== null && { operation }) },
        largestRecord: parseByteSize(settings.maxRecord) ?? 0,
      },
    };
  },
};

function checkOperation({ report }: Context, operation: string, columns: readonly Column[]): void {
  if (columns.some(({ name }) => name === operation))
    report(["operation"], {
      code: "changes/operation-column",
      message: `\`operation\` would make a column \`${operation}\`, and the documents have one of that name.`,
      hint: "choose another name",
    });
  const required = columns.find((column) => column.required && column.name !== "_id");
  if (required !== undefined)
    report(["operation"], {
      code: "changes/required-of-deleted",
      severity: "warning",
      message: `With \`operation\` deletions are read, and of a deleted document only \`_id\` is known: as \`${required.name}\` is required, each becomes a dead letter.`,
      hint: `let \`${required.name}\` be null: take away its \`!\``,
    });
}
