/** How a control is tied to its label, its description and what is wrong with it. Stands on the control itself. */
export interface Naming {
  id?: string;
  "aria-label"?: string;
  "aria-labelledby"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
  "aria-required"?: true;
}

/** The naming of a control whose typed text was refused for the reason in the element `id`. */
export function refusing(naming: Naming, id: string, refused: string | undefined): Naming {
  if (refused === undefined) return naming;
  return { ...naming, "aria-describedby": [naming["aria-describedby"], id].filter(Boolean).join(" "), "aria-invalid": true };
}
