import { BSON, Long, ObjectId, Timestamp } from "mongodb";

/** A document as the JSON text that the job reads: every digit kept, times in ISO 8601, binary data in Base64. */
export function documentText(value: unknown): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return Number.isFinite(value) ? JSON.stringify(value) : JSON.stringify(String(value));
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(documentText).join(",")}]`;
  if (value instanceof Date) return timeText(value);
  return "_bsontype" in value && typeof value._bsontype === "string" ? bsonText(value) : objectText(value);
}

function objectText(value: object): string {
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${documentText(field)}`);
  return `{${fields.join(",")}}`;
}

/** A time beyond what JavaScript can print has no year that a column could hold, and is told by its milliseconds. */
function timeText(time: Date): string {
  return Number.isNaN(time.getTime()) ? JSON.stringify("no time") : JSON.stringify(time.toISOString());
}

function bsonText(value: object & { _bsontype?: unknown }): string {
  if (value instanceof ObjectId) return JSON.stringify(value.toHexString());
  if (value instanceof Timestamp) return JSON.stringify(new Date(value.getHighBitsUnsigned() * 1000).toISOString());
  if (value instanceof Long) return value.toString();
  switch (value._bsontype) {
    case "Decimal128":
      return decimalText(String(value));
    case "Int32":
    case "Double":
      return documentText(Number(value));
    case "Binary":
      return JSON.stringify((value as { toString(encoding: "base64"): string }).toString("base64"));
    default:
      return BSON.EJSON.stringify(value);
  }
}

/** A number, with all of its digits; infinity and NaN are none in JSON. */
function decimalText(text: string): string {
  return /^-?\d/.test(text) ? text : JSON.stringify(text);
}
