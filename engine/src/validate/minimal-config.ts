import type { NodeType } from "@pipeline-engine/schemas/types";
import { configExamples, configValidators } from "./catalogue.gen.ts";

/** The smallest config of a type: of its first example the settings that it must have. */
export function minimalConfig(type: NodeType): Record<string, unknown> {
  const isValid = (config: object) => configValidators[type](structuredClone(config));
  let config: Record<string, unknown> = { ...configExamples[type] };
  for (const name of Object.keys(config).toReversed()) {
    const { [name]: _, ...others } = config;
    if (isValid(others)) config = others;
  }
  return structuredClone(config);
}
