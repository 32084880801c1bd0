import { Timestamp } from "mongodb";

/** What MongoDB calls a resume token. */
export interface ResumeToken {
  _data: string;
}

/** `82` and then the place in the oplog, seconds and a number, each of four bytes (MongoDB's KeyString of a timestamp). */
const PLACE = /^82([0-9A-F]{8})([0-9A-F]{8})/i;

/** A cursor that is no token counts as none. */
export function readToken(cursor: string | undefined): ResumeToken | undefined {
  try {
    const token: unknown = JSON.parse(cursor ?? "null");
    const isToken = typeof token === "object" && token !== null && "_data" in token && typeof token._data === "string";
    return isToken ? (token as ResumeToken) : undefined;
  } catch {
    return undefined;
  }
}

/** The place in the oplog for which a token stands; undefined where it is written in a way that is not known here. */
export function placeOf(token: unknown): Timestamp | undefined {
  const data = typeof token === "object" && token !== null && "_data" in token ? String(token._data) : "";
  const [, seconds, number] = PLACE.exec(data) ?? [];
  if (seconds === undefined || number === undefined) return undefined;
  return new Timestamp({ t: Number.parseInt(seconds, 16), i: Number.parseInt(number, 16) });
}

/** The time of a place in the oplog, ISO 8601. */
export function timeOf(place: Timestamp): string {
  return new Date(place.getHighBitsUnsigned() * 1000).toISOString();
}
