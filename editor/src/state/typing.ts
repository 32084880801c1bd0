/** What writes the fields in which somebody types into the text: they do that by themselves only after a pause. */
export const typing = new Set<() => void>();

/** Writes what is being typed into the text, for what needs all of it. */
export function writeTyped(): void {
  for (const write of [...typing]) write();
}
