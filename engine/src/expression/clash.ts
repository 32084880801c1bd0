import { isNumeric, showType } from "../column-type.ts";
import { isScalar } from "./type-rules.ts";
import type { TypedExpression } from "./typed.ts";

/** How two types that do not go together could be brought together. */
export function clashHint(a: TypedExpression, b: TypedExpression): string | undefined {
  const [text, other] = a.type.kind === "string" ? [a, b.type] : [b, a.type];
  const kind = other.kind;
  if (text.type.kind === "string") {
    const literal = text.kind === "literal" && typeof text.value === "string" ? text.value : undefined;
    if (kind === "timestamp" || kind === "date")
      return literal === undefined ? `write \`to_${kind}(…)\`` : `write \`${kind} '${literal}'\``;
    if (isNumeric(other) && literal !== undefined && /^-?\d+(\.\d+)?$/.test(literal)) return `write ${literal} without quotes`;
    return isScalar(other) ? `write \`cast(… as ${showType(other)})\`` : undefined;
  }
  const kinds = [a.type.kind, b.type.kind];
  if (kinds.includes("date") && kinds.includes("timestamp")) return "write `cast(… as date)` around the timestamp";
  return kinds.includes("timestamp") && (isNumeric(a.type) || isNumeric(b.type))
    ? "write `unix_seconds(…)` or `from_unix_seconds(…)`"
    : undefined;
}
