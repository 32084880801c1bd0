import type { KafkaTopicConfig } from "@pipeline-engine/schemas/types";
import { columnAt, showType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import { parseDuration } from "../../duration.ts";
import { byOrigin } from "../metadata.ts";
import type { NodeKind } from "../node-kind.ts";
import { columnPaths } from "../paths.ts";

/** A Kafka topic that holds a source's records as they came: the value stays the original bytes. */
export const kafkaTopic: NodeKind<KafkaTopicConfig> = {
  type: "kafka.topic",
  role: "topic",
  inputs: { roles: ["source"], min: 1, max: 1 },
  shapes: {},
  compile({ config, inputs, report }) {
    const columns = inputs[0]?.columns ?? [];
    const key = config.key === null ? undefined : config.key.split(".");
    const { inValue } = byOrigin(columns);
    const column = key && columnAt(inValue, key);
    if (column && (column.type.kind === "struct" || column.type.kind === "list" || column.type.kind === "map")) {
      report(["key"], {
        code: "kafka/key-not-single",
        message: `The key \`${config.key}\` is of type ${showType(column.type)}, but a key is a single value.`,
        hint: "choose a field of it, or another column",
      });
    }
    if (key !== undefined && column === undefined) {
      report(["key"], {
        code: "kafka/unknown-key",
        message: `The key \`${config.key}\` is no column of the records.`,
        hint: didYouMean(key.join("."), columnPaths(inValue)),
      });
    }
    return {
      output: { columns, changes: "append", origin: "record" },
      part: {
        kind: "topic",
        name: config.topic,
        own: {
          partitions: config.partitions,
          replication: config.replication,
          retentionMs: parseDuration(config.retention) ?? 0,
          ...(key && { key }),
        },
        maxBatch: config.maxBatch,
      },
    };
  },
};
