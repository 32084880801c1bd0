/** Ends an edit that cannot be made. Only `edited` catches it. */
export class Refused extends Error {}

/** Ends the edit; the sentence says why, and what to do. */
export function refuse(sentence: string): never {
  throw new Refused(sentence);
}
