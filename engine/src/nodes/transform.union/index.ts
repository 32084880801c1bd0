import type { TransformUnionConfig } from "@pipeline-engine/schemas/types";
import { sparkType } from "../../column-type.ts";
import { parseDuration, showDuration, sparkInterval } from "../../duration.ts";
import { checkTimestamp } from "../event-time.ts";
import type { NodeContext, NodeKind, Stream } from "../node-kind.ts";
import { sqlPath } from "../paths.ts";
import { unitedColumns } from "./columns.ts";
import { previewUnion } from "./preview.ts";

type Context = NodeContext<TransformUnionConfig>;

/** Puts the rows of several nodes into one stream, columns matched by name. */
export const transformUnion: NodeKind<TransformUnionConfig> = {
  type: "transform.union",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 2, max: 20 },
  shapes: {},
  preview: previewUnion,
  compile(context) {
    const { config, inputs } = context;
    refuseUpdates(context);
    const columns = unitedColumns(context);
    const inherited = inheritedWatermark(context);
    const { watermark } = config;
    if (watermark !== null)
      checkTimestamp(context, ["watermark", "on"], watermark.on, columns, {
        unknown: { code: "union/unknown-column", purpose: "to tell the time by" },
        type: { code: "union/not-timestamp", needs: "A watermark needs a timestamp" },
      });
    const delay = watermark === null ? 0 : (parseDuration(watermark.delay) ?? 0);
    return {
      output: {
        columns,
        changes: "append",
        origin: inputs.every(({ origin }) => origin === "record") ? "record" : "derived",
        ...(inputs.some(({ final }) => final) && { final: true as const }),
        ...(inputs.some(({ joined }) => joined) && { joined: true as const }),
        ...shared("key", inputs),
        ...shared("index", inputs),
        ...unsteadyOf(inputs),
        ...inherited,
        ...(watermark && { eventTime: watermark.on, watermark: delay }),
      },
      part: {
        kind: "step",
        module: "union",
        arguments: {
          columns: Object.fromEntries(columns.map(({ name, type }) => [name, sparkType(type)])),
          ...(watermark && {
            on: sqlPath(watermark.on),
            watermark: sparkInterval(delay),
            max_ahead: sparkInterval(parseDuration(watermark.maxAhead) ?? 0),
          }),
        },
        refuses: watermark !== null,
      },
    };
  },
};

/** What may be another thing in one input may be so in all. */
function unsteadyOf(inputs: readonly Stream[]): Pick<Stream, "unsteady"> {
  const unsteady = [...new Set(inputs.flatMap((input) => input.unsteady ?? []))];
  return unsteady.length > 0 ? { unsteady } : {};
}

/** A trait that all inputs have alike. */
function shared<Trait extends "key" | "index">(trait: Trait, inputs: readonly Stream[]): Pick<Stream, Trait> {
  const [first, ...others] = inputs.map((input) => input[trait]);
  const isAlike = others.every((other) => JSON.stringify(other) === JSON.stringify(first));
  return (first !== undefined && isAlike ? { [trait]: first } : {}) as Pick<Stream, Trait>;
}

function refuseUpdates({ inputs, inputNames, report }: Context): void {
  const at = inputs.findIndex(({ changes }) => changes === "update");
  if (at === -1) return;
  report([], {
    code: "union/updates",
    message: `The rows of \`${inputNames[at]}\` replace earlier ones, and in a union nothing tells which rows those are.`,
    hint: "unite first, then aggregate",
  });
}

/** The watermark of the inputs, which they must have in common: Spark takes one alone. */
function inheritedWatermark({ config, inputs, inputNames, report }: Context): Pick<Stream, "eventTime" | "watermark"> {
  const at = inputs.findIndex(({ watermark }) => watermark !== undefined);
  const { watermark, eventTime } = inputs[at] ?? {};
  if (watermark === undefined) return {};
  const other = inputs.findIndex((input) => input.watermark !== watermark || input.eventTime !== eventTime);
  if (config.watermark === null && other === -1) return { watermark, ...(eventTime !== undefined && { eventTime }) };
  const its = `\`${inputNames[at]}\` has a watermark already, with ${showDuration(watermark)}`;
  report(config.watermark === null ? [] : ["watermark"], {
    code: "union/other-watermark",
    message:
      config.watermark === null
        ? `${its}, and \`${inputNames[other]}\` has not the same; Spark takes one alone.`
        : `${its}, and Spark takes one alone.`,
    hint: "unite first, and deduplicate below",
  });
  return {};
}
