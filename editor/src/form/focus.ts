const CONTROLS = "input, select, textarea, .cm-content";

/** Focuses the first control in a part of the form. One that is still to come takes the focus once it is there. */
export function focusIn(part: HTMLElement): void {
  for (const other of document.querySelectorAll("[data-wanted]")) other.removeAttribute("data-wanted");
  part.dataset.wanted = "";
  for (let fold = part.closest("details"); fold !== null; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
  const control = part.querySelector<HTMLElement>(CONTROLS) ?? part.querySelector<HTMLElement>("button");
  const target = control ?? part;
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
}

/** True for an element in the part that was asked for, as long as the user has not gone elsewhere. */
export function isWanted(element: HTMLElement): boolean {
  return (
    element.closest("[data-wanted]") !== null && [document.body, null].includes(document.activeElement as HTMLElement | null)
  );
}

/** Focuses the field for a place of the text: the one that is closest around it. Where the pointer ends in a slash it is the first within. */
export function focusField(pointer: string): void {
  const fields = [...document.querySelectorAll<HTMLElement>("[data-field], [data-part]")];
  const isAround = ({ dataset: { pointer: own = "" } }: HTMLElement) => pointer === own || pointer.startsWith(`${own}/`);
  const closest = pointer.endsWith("/")
    ? fields.find(({ dataset }) => dataset.pointer?.startsWith(pointer))
    : fields.filter(isAround).at(-1);
  if (closest !== undefined) focusIn(closest);
}
