import common from "../../schemas/common.schema.json";

/** A JSON Schema as the contracts are written. */
export interface Schema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  minimum?: number;
  maximum?: number;
  pattern?: string | undefined;
  propertyNames?: Schema;
  "x-expects"?: string;
  "x-widget"?: string;
  "x-reference"?: boolean;
  "x-secret"?: boolean;
}

const contracts = import.meta.glob<Schema>("../../schemas/nodes/*.schema.json", { eager: true, import: "default" });
const definitions = common.definitions as unknown as Record<string, Schema>;

/** The contract of a node type's settings; undefined for one that does not exist. All of them are large: only what is loaded when asked for imports this. */
export function contractOf(type: string): Schema | undefined {
  return contracts[`../../schemas/nodes/${type}.schema.json`];
}

/** A schema with what its `$ref` says; what stands beside the reference wins. */
export function resolved(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.split("/").at(-1) ?? "";
  const { $ref: _, ...own } = schema;
  return { ...resolved(definitions[name] ?? {}), ...own };
}
