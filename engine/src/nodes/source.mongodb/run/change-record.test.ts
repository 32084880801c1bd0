import { Binary, type ChangeStreamDocument, Decimal128, Long, ObjectId, Timestamp } from "mongodb";
import { describe, expect, it } from "vitest";
import { recordOf } from "./change-record.ts";
import { documentText } from "./document-text.ts";
import { placeOf, readToken, timeOf } from "./resume-token.ts";

const token = { _data: "82695BA5C0000000022B042C0100296E5A1004" };
const change = (event: object) => ({ _id: token, ...event }) as unknown as ChangeStreamDocument;

describe("the text of a document", () => {
  it("keeps what a value is, and every digit", () => {
    const document = {
      _id: new ObjectId("65a1b2c3d4e5f60718293a4b"),
      units: 2n ** 53n + 1n,
      more: Long.fromString("9007199254740993"),
      price: Decimal128.fromString("19.990"),
      at: new Date("2026-01-05T12:00:00.123Z"),
      stamp: new Timestamp({ t: 1_767_614_400, i: 7 }),
      photo: new Binary(Buffer.from("pipe")),
      list: [1.5, null, { name: 'a "b" ☕' }],
      gone: undefined,
    };
    expect(documentText(document)).toBe(
      '{"_id":"65a1b2c3d4e5f60718293a4b","units":9007199254740993,"more":9007199254740993,"price":19.990,' +
        '"at":"2026-01-05T12:00:00.123Z","stamp":"2026-01-05T12:00:00.000Z","photo":"cGlwZQ==",' +
        '"list":[1.5,null,{"name":"a \\"b\\" ☕"}],"gone":null}',
    );
  });

  it("makes text of what no JSON number is, so that no column takes it for another number", () => {
    const document = { a: Number.NaN, b: Decimal128.fromString("-Infinity"), c: new Date(Number.NaN) };
    expect(JSON.parse(documentText(document))).toEqual({ a: "NaN", b: "-Infinity", c: "no time" });
  });
});

describe("the record of a change", () => {
  const read = (event: object, operation?: string, longest = 1000) => {
    const item = recordOf(change(event), { longest, ...(operation && { operation }) });
    return item?.kind === "record" ? Buffer.from(item.bytes).toString() : item;
  };

  it("is the document after it, with what happened where that is asked for", () => {
    expect(read({ operationType: "update", fullDocument: { _id: 1, op: "x" } })).toBe('{"_id":1,"op":"x"}');
    expect(read({ operationType: "update", fullDocument: { _id: 1, op: "x" } }, "op")).toBe('{"_id":1,"op":"update"}');
    expect(read({ operationType: "delete", documentKey: { _id: 1 } }, "op")).toBe('{"_id":1,"op":"delete"}');
  });

  it("is left out where nothing is there to show", () => {
    expect(read({ operationType: "delete", documentKey: { _id: 1 } })).toBeUndefined();
    expect(read({ operationType: "update", fullDocument: null })).toBeUndefined();
    expect(read({ operationType: "drop" }, "op")).toBeUndefined();
  });

  it("is told by its head where it is too long", () => {
    const found = read({ operationType: "insert", fullDocument: { _id: "x".repeat(2000) } }, undefined, 1500);
    expect(found).toMatchObject({ kind: "oversized", length: 2010, cursor: JSON.stringify(token) });
  });
});

describe("a resume token", () => {
  it("says where in the oplog it stands", () => {
    expect(timeOf(placeOf(token) as Timestamp)).toBe("2026-01-05T11:51:28.000Z");
    expect(placeOf({ _data: "zz" })).toBeUndefined();
    expect(placeOf(null)).toBeUndefined();
  });

  it("is read from a cursor, and a cursor of something else is none", () => {
    expect(readToken(JSON.stringify(token))).toEqual(token);
    for (const other of [undefined, "", "17", "{}", '{"_data":1}', "null"]) expect(readToken(other)).toBeUndefined();
  });
});
