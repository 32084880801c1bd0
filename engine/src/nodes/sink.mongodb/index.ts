import type { SinkMongodbConfig } from "@pipeline-engine/schemas/types";
import { parseDuration } from "../../duration.ts";
import type { NodeKind } from "../node-kind.ts";
import { keyOf } from "../sink-key.ts";
import { deletionOf } from "./delete.ts";
import { indexesOf } from "./indexes.ts";
import { checkIdColumn, historyOf, idSchema, keyHint } from "./key.ts";
import { documentColumns, previewMongodb } from "./preview.ts";
import { timeSeriesOf } from "./time-series.ts";
import { validatorOf } from "./validator.ts";

/** Writes each row as one document, replacing the one with the same key, or keeping both. */
export const sinkMongodb: NodeKind<SinkMongodbConfig> = {
  type: "sink.mongodb",
  role: "sink",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: {},
  preview: previewMongodb,
  shows: documentColumns,
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { config } = context;
    const key = keyOf(context, input.columns);
    if (key === undefined && input.origin === "derived") {
      context.report([], {
        code: "sink/missing-key",
        message: "One record became several of these rows, or several became one, so nothing but a key can tell them apart.",
        hint: keyHint(input),
      });
    }
    checkIdColumn(context, key, input.columns);
    const timeSeries = timeSeriesOf(context, input.columns);
    const every = config.every === null ? undefined : parseDuration(config.every);
    return {
      part: {
        kind: "sink",
        module: "mongodb",
        call: config.mode,
        arguments: {
          collection: config.collection,
          key: key ?? null,
          ...(config.mode === "insert" && { per: historyOf(input) }),
          ...(timeSeries && { time_field: timeSeries.timeField }),
          ...deletionOf(context),
          output_mode: input.changes,
        },
        ...(config.mode === "insert" && { keepsAll: true as const }),
        ...(every !== undefined && { every }),
        collection: {
          name: config.collection,
          indexes: indexesOf(context, input.columns),
          validator: validatorOf(input.columns, idSchema(config, key, input)),
          // MongoDB checks nothing of a time series.
          validatorAction: timeSeries === undefined ? config.validator : "off",
          ...(timeSeries && { timeSeries }),
        },
      },
    };
  },
};
