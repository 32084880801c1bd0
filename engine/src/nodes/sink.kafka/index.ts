import type { SinkKafkaConfig } from "@pipeline-engine/schemas/types";
import { parseDuration } from "../../duration.ts";
import type { NodeKind } from "../node-kind.ts";
import { keyOf } from "../sink-key.ts";
import { previewKafka, recordColumns } from "./preview.ts";
import { topicsOf } from "./template.ts";

/** Sends each row as a JSON object to a topic. */
export const sinkKafka: NodeKind<SinkKafkaConfig> = {
  type: "sink.kafka",
  role: "sink",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: {},
  preview: previewKafka,
  shows: recordColumns,
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { topic, acks, partitions, replication, retention, every } = context.config;
    const key = keyOf(context, input.columns);
    const topics = topicsOf(context, input.columns);
    const interval = every === null ? undefined : parseDuration(every);
    const retentionMs = parseDuration(retention) ?? 0;
    return {
      part: {
        kind: "sink",
        module: "kafka",
        call: "send",
        arguments: { topic, topics, key: key ?? null, acks, output_mode: input.changes },
        keepsAll: true,
        topics: topics.map((name) => ({ name, partitions, replication, retentionMs })),
        ...(interval !== undefined && { every: interval }),
      },
    };
  },
};
