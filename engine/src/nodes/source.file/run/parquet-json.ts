import type { SchemaTree } from "hyparquet";

/** Writes a value as JSON. */
type Writer = (value: unknown) => string;

/** Writes rows as JSON objects: whole numbers and decimals with all of their digits, bytes as Base64, maps as objects. */
export function parquetJson(schema: SchemaTree): (row: Record<string, unknown>) => string {
  return structWriter(schema) as (row: Record<string, unknown>) => string;
}

function writerOf(node: SchemaTree): Writer {
  const { converted_type: converted, logical_type: logical } = node.element;
  const isRepeated = node.element.repetition_type === "REPEATED";
  if (converted === "LIST" || logical?.type === "LIST") return orNull(listWriter(elementOf(node)));
  if (converted === "MAP" || logical?.type === "MAP") return orNull(mapWriter(node.children[0]?.children[1]));
  const one = node.children.length > 0 ? structWriter(node) : scalarWriter(node);
  return orNull(isRepeated ? arrayWriter(orNull(one)) : one);
}

/** A list is a group of a repeated group of its element; older writers leave out one of the two. */
function elementOf(list: SchemaTree): SchemaTree | undefined {
  const repeated = list.children[0];
  return repeated?.children.length === 1 ? repeated.children[0] : repeated;
}

function orNull(writer: Writer): Writer {
  return (value) => (value === null || value === undefined ? "null" : writer(value));
}

function structWriter(node: SchemaTree): Writer {
  const fields = node.children.map(
    (child) => [child.element.name, `${JSON.stringify(child.element.name)}:`, writerOf(child)] as const,
  );
  return (value) => {
    const row = value as Record<string, unknown>;
    return `{${fields.flatMap(([name, key, write]) => (Object.hasOwn(row, name) ? [key + write(row[name])] : [])).join(",")}}`;
  };
}

function listWriter(element: SchemaTree | undefined): Writer {
  if (element === undefined) return JSON.stringify;
  const { repetition_type: repetition } = element.element;
  // Where the element is the repeated one, the list is already there.
  return repetition === "REPEATED"
    ? arrayWriter(orNull(element.children.length > 0 ? structWriter(element) : scalarWriter(element)))
    : arrayWriter(writerOf(element));
}

function arrayWriter(write: Writer): Writer {
  return (value) => `[${(value as unknown[]).map(write).join(",")}]`;
}

function mapWriter(node: SchemaTree | undefined): Writer {
  const write = node === undefined ? JSON.stringify : writerOf(node);
  return (value) => {
    const entries = Object.entries(value as Record<string, unknown>);
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${write(inner)}`).join(",")}}`;
  };
}

function scalarWriter({ element }: SchemaTree): Writer {
  const isDecimal = element.converted_type === "DECIMAL" || element.logical_type?.type === "DECIMAL";
  if (isDecimal) return (value) => decimalText(value, element.scale ?? 0);
  return (value) => {
    if (typeof value === "bigint") return String(value);
    if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString("base64"));
    // What JSON has no number for stays text, and is refused where the record is read.
    if (typeof value === "number" && !Number.isFinite(value)) return JSON.stringify(String(value));
    return JSON.stringify(value);
  };
}

function decimalText(value: unknown, scale: number): string {
  const digits = value instanceof Uint8Array ? wholeOf(value) : BigInt(value as number | bigint);
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, "0");
  const point = text.length - scale;
  return `${digits < 0n ? "-" : ""}${text.slice(0, point)}${scale > 0 ? `.${text.slice(point)}` : ""}`;
}

/** A whole number in two's complement, the highest byte first. */
function wholeOf(bytes: Uint8Array): bigint {
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x0${Buffer.from(bytes).toString("hex")}`));
}
