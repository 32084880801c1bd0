/** What writes the fields in which somebody types into the text, by field: they do that by themselves only after a pause. */
export const typing = new Map<object, () => void>();

/** Writes what is being typed into the text, for what needs all of it. */
export function writeTyped(): void {
  for (const write of [...typing.values()]) write();
}
