import type { Path } from "./plain-data.ts";
import { readSpecText } from "./spec-text.ts";

/** The innermost value whose key or text stands at an offset; undefined where there is none, and in a text that cannot be read. */
export function pathAt(text: string, offset: number): { path: Path; isKey: boolean; from: number; to: number } | undefined {
  const spec = readSpecText(text);
  if (typeof spec === "string") return undefined;
  const within = (path: Path, value: unknown): ReturnType<typeof pathAt> => {
    if (typeof value !== "object" || value === null) return undefined;
    for (const [name, inner] of Object.entries(value)) {
      const own = [...path, Array.isArray(value) ? Number(name) : name];
      const place = spec.place(own);
      if (place === undefined || offset < place.start || offset > place.end) continue;
      const { key } = place;
      if (key !== undefined && offset >= key.from && offset <= key.to)
        return { path: own, isKey: true, from: key.from, to: key.to };
      return within(own, inner) ?? { path: own, isKey: false, from: place.from, to: place.end };
    }
    return undefined;
  };
  return within([], spec.value);
}
