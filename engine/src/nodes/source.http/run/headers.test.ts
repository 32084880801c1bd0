import { expect, test } from "vitest";
import { headersOf } from "./headers.ts";

test("credentials become a header", () => {
  const auth = { secret: "s3", user: null, header: null };
  const headers = { accept: "x" };
  expect(headersOf({ headers, auth: null })).toEqual(headers);
  expect(headersOf({ headers, auth: { ...auth, type: "bearer" } })).toEqual({ accept: "x", authorization: "Bearer s3" });
  expect(headersOf({ headers: {}, auth: { ...auth, type: "basic", user: "mé" } })).toEqual({
    authorization: `Basic ${Buffer.from("mé:s3").toString("base64")}`,
  });
  expect(headersOf({ headers: {}, auth: { ...auth, type: "header", header: "X-Key" } })).toEqual({ "X-Key": "s3" });
});
