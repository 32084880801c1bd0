import { cover, maskSecrets, SECRET_FIELD } from "../../mask.ts";
import type { MaskText } from "./mask-values.ts";

/** Covers secrets in whatever is told: texts inside of lists and objects too, names of fields too. The same shape comes back. */
export type Mask = <T>(told: T) => T;

/** A mask of all texts. */
export function maskTold(mask: MaskText): Mask {
  return (told) => walk(told, mask, false) as typeof told;
}

/** As `mask`, and covers what looks like a secret as well: for what programs say, where nobody knows what they quote. */
export function maskSaid(mask: Mask): Mask {
  return (told) => walk(mask(told), saidMask, false) as typeof told;
}

const saidMask: MaskText = (text, isSecret) => (isSecret ? cover(text) : maskSecrets(text));

function walk(value: unknown, mask: MaskText, isSecret: boolean): unknown {
  if (typeof value === "string") return mask(value, isSecret);
  if (Array.isArray(value)) return value.map((item) => walk(item, mask, isSecret));
  if (typeof value !== "object" || value === null) return value;
  if ("toJSON" in value && typeof value.toJSON === "function") return walk(value.toJSON(), mask, isSecret);
  const fields = new Map<string, unknown>();
  for (const [name, item] of Object.entries(value)) {
    let told = mask(name);
    // Two names may look the same once they are covered, and neither field may be lost.
    while (told !== name && (fields.has(told) || Object.hasOwn(value, told))) told += "•";
    fields.set(told, walk(item, mask, SECRET_FIELD.test(name)));
  }
  return Object.fromEntries(fields);
}
