import type { TransformHttpConfig } from "@pipeline-engine/schemas/types";
import { parseColumns } from "../../columns-notation.ts";
import type { Asked } from "../given.ts";
import { columnsOf } from "./address.ts";

/** What the endpoint is told of a row, and what is read of its answer. */
export function askedOf(config: TransformHttpConfig): Asked {
  const columns = parseColumns(config.columns, "").value ?? [];
  const inAddress = columnsOf(config.url);
  return {
    told: [...new Set([...inAddress, ...Object.values(config.body ?? {})])],
    inAddress,
    columns,
    places: Object.fromEntries(columns.map(({ name }) => [name, config.paths[name] ?? name])),
    onError: config.onError,
    whenAway: config.whenAway,
  };
}
