import type { TransformHttpConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt } from "../../column-type.ts";
import { parseColumns } from "../../columns-notation.ts";
import { parseDuration } from "../../duration.ts";
import { checkAuth } from "../http-auth.ts";
import type { Arguments, NodeKind, Stream } from "../node-kind.ts";
import { ddl, unitsOf } from "../spark-columns.ts";
import { type Address, addressOf } from "./address.ts";
import { askedOf } from "./asked.ts";
import { previewHttp } from "./preview.ts";
import { checkRequest, refuseClash } from "./request.ts";
import { headersOf, secretsOf } from "./secrets.ts";

/** Adds columns that an HTTP endpoint answers. */
export const transformHttp: NodeKind<TransformHttpConfig> = {
  type: "transform.http",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { columns: "named" },
  previewNeeds: "the answers of its endpoint, which nothing but a test can give",
  noTest: "a test asks no endpoint, and gives it no answers",
  preview: previewHttp,
  given: { what: "answers", asked: askedOf },
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { config } = context;
    const columns = parseColumns(config.columns, "").value ?? [];
    const address = addressOf(context);
    checkRequest(context, address, columns);
    checkAuth(context);
    refuseClash(context, columns);
    const secrets = secretsOf(config, address);
    return {
      output: outputOf(input, config, columns, address),
      part: {
        kind: "step",
        module: "http",
        arguments: argumentsOf(config, address, columns, Object.keys(secrets)),
        refuses: true,
        ...(Object.keys(secrets).length > 0 && { secrets }),
        packages: ["http"],
      },
    };
  },
};

function outputOf(input: Stream, config: TransformHttpConfig, columns: readonly Column[], address: Address): Stream {
  const isAsked = address.columns.every((path) => columnAt(input.columns, path.split("."))?.required ?? true);
  const isThere = isAsked && config.onError !== "keep" && config.whenAway !== "keep";
  return {
    ...input,
    columns: [...input.columns, ...columns.map((column) => ({ ...column, required: column.required && isThere }))],
    unsteady: [...(input.unsteady ?? []), ...columns.map(({ name }) => name)],
  };
}

/** What is not set does not stand in the job. */
function argumentsOf(config: TransformHttpConfig, { rest }: Address, columns: readonly Column[], secrets: string[]): Arguments {
  const { body, batch, answer, key, rate, cache, auth } = config;
  const headers = headersOf(config);
  return {
    url: rest,
    columns: ddl(columns),
    ...unitsOf(columns),
    paths: Object.fromEntries(columns.map(({ name }) => [name, config.paths[name] ?? name])),
    method: config.method ?? (body === null ? "GET" : "POST"),
    ...(body !== null && { body: { ...body } }),
    ...(batch > 1 && { batch }),
    ...(answer !== null && { answer }),
    ...(key !== null && { key }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(auth !== null && { auth: authOf(auth) }),
    ...(secrets.length > 0 && { secrets }),
    timeout_ms: parseDuration(config.timeout) ?? 0,
    retries: config.retries,
    ...(rate !== null && { rate }),
    ...(cache !== null && { cache: { size: cache.size, ttl_ms: parseDuration(cache.ttl) ?? 0 } }),
    on_error: config.onError,
    when_away: config.whenAway,
  };
}

function authOf({ type, user, header }: NonNullable<TransformHttpConfig["auth"]>): Record<string, string> {
  return {
    type,
    ...(type === "basic" && user !== null && !user.includes("${") && { user }),
    ...(type === "header" && header !== null && { header }),
  };
}
