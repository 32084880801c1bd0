import common from "../../schemas/common.schema.json";
import type { Facts, FunctionFacts, TypeFacts } from "./compile/facts.ts";

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
  "x-expects"?: string;
  "x-widget"?: string;
  "x-reference"?: boolean;
}

/** A node type as the palette and the form show it. */
export interface CatalogueEntry extends TypeFacts {
  title: string;
  description: string;
  schema: Schema;
}

const contracts = import.meta.glob<Schema>("../../schemas/nodes/*.schema.json", { eager: true, import: "default" });

let entries: readonly CatalogueEntry[] = [];
let byType = new Map<string, CatalogueEntry>();
let functions: readonly FunctionFacts[] = [];

/** Takes what the core knows of its types; before that the catalogue is empty. */
export function fillCatalogue(facts: Facts): void {
  functions = facts.functions;
  entries = facts.types.map((known) => {
    const schema = contracts[`../../schemas/nodes/${known.type}.schema.json`] ?? {};
    return { ...known, title: schema.title ?? known.type, description: schema.description ?? "", schema };
  });
  byType = new Map(entries.map((entry) => [entry.type, entry]));
}

/** Every node type, in the order of the engine's catalogue. */
export function catalogue(): readonly CatalogueEntry[] {
  return entries;
}

/** Every function of an expression. */
export function functionTable(): readonly FunctionFacts[] {
  return functions;
}

/** What is known of a type; undefined for one that does not exist. */
export function entryOf(type: string): CatalogueEntry | undefined {
  return byType.get(type);
}

const definitions = common.definitions as unknown as Record<string, Schema>;

/** A schema with what its `$ref` says; what stands beside the reference wins. */
export function resolved(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.split("/").at(-1) ?? "";
  const { $ref: _, ...own } = schema;
  return { ...resolved(definitions[name] ?? {}), ...own };
}

/** Why a node of a role may not read one of another; undefined where it may. */
export function connectionRefusal(from: string, to: string): string | undefined {
  const [source, target] = [entryOf(from), entryOf(to)];
  if (source === undefined || target === undefined) return "This node has a type that does not exist.";
  const { reads, most } = target;
  if (most === 0) return `A ${target.title} brings rows from outside and reads no other node.`;
  if (source.role === "sink") return `A ${source.title} writes rows away; nothing reads it.`;
  if (reads.includes(source.role)) return undefined;
  if (source.role === "source") return "Records of a source rest in a Kafka topic first: put a Topic between them.";
  return `A ${target.title} reads a ${reads.join(" or a ")}, and a ${source.title} is a ${source.role}.`;
}
