import { type ColumnType, sameType } from "../column-type.ts";
import { commonType } from "./type-rules.ts";
import type { TypedExpression } from "./typed.ts";

/** The node as a value of a type that it widens to: itself, a folded literal, or wrapped in an implicit cast. */
export function coerce(node: TypedExpression, type: ColumnType): TypedExpression {
  if (node.type.kind !== "null" && sameType(node.type, type)) return node;
  if (node.kind === "literal") {
    if (node.value === null) return { ...node, type };
    if (typeof node.value === "number" && type.kind === "long") return { ...node, type, value: BigInt(node.value) };
    if (type.kind === "double") return { ...node, type, value: Number(node.value) };
  }
  const { from, to, nullable } = node;
  return { kind: "cast", operand: node, implicit: true, type, nullable, from, to };
}

/** All nodes brought to their common type, or the first two that do not go together. */
export function coerceAll(
  nodes: readonly TypedExpression[],
): { type: ColumnType; nodes: TypedExpression[] } | { clash: [TypedExpression, TypedExpression] } {
  let type: ColumnType = { kind: "null" };
  let widest: TypedExpression | undefined;
  for (const node of nodes) {
    const next = commonType(type, node.type);
    if (next === undefined) return { clash: [widest ?? node, node] };
    if (widest === undefined || !sameType(type, next) || type.kind === "null") widest = node;
    type = next;
  }
  return { type, nodes: nodes.map((node) => coerce(node, type)) };
}
