import { contractOf, resolved, type Schema } from "./contracts.ts";

/** The contract of a setting of a node type, by the path to it below `config`; undefined where there is none. */
export function schemaAt(type: string, path: readonly (string | number)[]): Schema | undefined {
  return path.reduce<Schema | undefined>((outer, step) => {
    if (outer === undefined) return undefined;
    const { properties, additionalProperties, items } = outer;
    const inner = typeof step === "number" ? items : (properties?.[step] ?? additionalProperties);
    return typeof inner === "object" ? resolved(inner) : undefined;
  }, contractOf(type));
}
