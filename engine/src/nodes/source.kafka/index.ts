import type { SourceKafkaConfig } from "@pipeline-engine/schemas/types";
import { parseColumns } from "../../columns-notation.ts";
import { parseByteSize } from "../../duration.ts";
import { withMetadata } from "../metadata.ts";
import type { NodeKind } from "../node-kind.ts";

/** A topic of somebody else, which Spark reads where it is. */
export const sourceKafka: NodeKind<SourceKafkaConfig> = {
  type: "source.kafka",
  role: "topic",
  inputs: { roles: [], min: 0, max: 0 },
  shapes: { columns: "named", metadata: "named" },
  compile(context) {
    const { config } = context;
    const columns = parseColumns(config.columns, "").value ?? [];
    return {
      output: { columns: withMetadata(columns, context), changes: "append", origin: "record" },
      part: {
        kind: "topic",
        name: config.topic,
        existing: { start: config.start, largestRecord: parseByteSize(config.maxRecord) ?? 0 },
        maxBatch: config.maxBatch,
      },
    };
  },
};
