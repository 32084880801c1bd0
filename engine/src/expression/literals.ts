import type { ColumnType } from "../column-type.ts";
import type { LiteralValue, Span } from "./tree.ts";
import type { TypedLiteral } from "./typed.ts";

const MAX_INT = 2n ** 31n - 1n;
const MAX_LONG = 2n ** 63n - 1n;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:\d{2})?$/;

/** A literal with its type, or why it has none. A number with a point or an exponent is a double; a time without a zone is UTC. */
export function typeLiteral(literal: LiteralValue, { from, to }: Span): TypedLiteral | { mistake: string; hint?: string } {
  const typed = (type: ColumnType, value: TypedLiteral["value"]): TypedLiteral => {
    return { kind: "literal", type, value, nullable: value === null, from, to };
  };
  switch (literal.of) {
    case "null":
      return typed({ kind: "null" }, null);
    case "boolean":
      return typed({ kind: "boolean" }, literal.value);
    case "string":
      return typed({ kind: "string" }, literal.value);
    case "number":
      return numberLiteral(literal.text, typed);
    case "decimal":
      return decimalLiteral(literal.text.trim(), typed);
    case "date":
      if (isDay(literal.text)) return typed({ kind: "date" }, literal.text);
      return { mistake: `\`${literal.text}\` is no date.`, hint: "write `date '2024-01-31'`" };
    case "timestamp": {
      const value = instant(literal.text);
      if (value !== undefined) return typed({ kind: "timestamp" }, value);
      return { mistake: `\`${literal.text}\` is no timestamp.`, hint: "write `timestamp '2024-01-31T12:00:00Z'`" };
    }
  }
}

type Typed = (type: ColumnType, value: TypedLiteral["value"]) => TypedLiteral;

function numberLiteral(text: string, typed: Typed): TypedLiteral | { mistake: string; hint?: string } {
  if (/[.eE]/.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? typed({ kind: "double" }, value) : { mistake: `\`${text}\` is larger than any double.` };
  }
  const value = BigInt(text);
  if (value <= MAX_INT && value >= -MAX_INT - 1n) return typed({ kind: "int" }, Number(value));
  if (value <= MAX_LONG && value >= -MAX_LONG - 1n) return typed({ kind: "long" }, value);
  return { mistake: `\`${text}\` is larger than any long.`, hint: `write \`${text}.0\` for a double or \`decimal '${text}'\`` };
}

function decimalLiteral(text: string, typed: Typed): TypedLiteral | { mistake: string; hint?: string } {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (parts === null) return { mistake: `\`${text}\` is no decimal.`, hint: "write `decimal '12.50'`" };
  const whole = (parts[2] ?? "").replace(/^0+(?=\d)/, "");
  const scale = parts[3]?.length ?? 0;
  const precision = Math.max((whole === "0" ? 0 : whole.length) + scale, 1);
  if (precision > 38) return { mistake: `\`${text}\` has more than the 38 digits that a decimal holds.` };
  return typed({ kind: "decimal", precision, scale }, `${parts[1]}${whole}${scale === 0 ? "" : `.${parts[3]}`}`);
}

function isDay(text: string): boolean {
  const parts = DATE.exec(text);
  if (parts === null || parts[1] === "0000") return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** The instant in UTC, microseconds kept, or undefined. Years 0001 to 9999. */
function instant(text: string): string | undefined {
  const [, day = "", hour = "", minute = "", second = "00", fraction = "", zone = "Z"] = TIMESTAMP.exec(text) ?? [];
  if (!isDay(day) || Number(hour) > 23) return undefined;
  const date = new Date(`${day}T${hour}:${minute}:${second}${zone}`);
  if (Number.isNaN(date.getTime())) return undefined;
  const shown = date.toISOString().slice(0, -5);
  const digits = fraction.replace(/0+$/, "");
  return /^\d{4}-/.test(shown) && !shown.startsWith("0000") ? `${shown}${digits === "" ? "" : `.${digits}`}Z` : undefined;
}
