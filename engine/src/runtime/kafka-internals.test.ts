import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import "./kafka-internals.ts";
import { kafkaConfig } from "./kafka.ts";

const require = createRequire(import.meta.url);

interface Queue {
  throttleCheckTimeoutId: unknown;
  push(request: object): void;
  fulfillRequest(answer: object): void;
  destroy(): void;
}

describe("the request queue of kafkajs", () => {
  const RequestQueue = require("kafkajs/src/network/requestQueue") as new (options: object) => Queue;
  const logger = { debug() {}, warn() {} };
  const entry = (correlationId: number) => ({ correlationId, resolve() {}, reject() {} });

  test("is the version that was mended", () => {
    expect(require("kafkajs/package.json").version).toBe("2.2.4");
  });

  test("arms no timer with nothing waiting", () => {
    const queue = new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1000, clientId: "c", broker: "b", logger });
    queue.push({ entry: entry(1), expectResponse: true, sendRequest() {} });
    queue.fulfillRequest({ correlationId: 1, payload: Buffer.alloc(0), size: 0 });
    expect(queue.throttleCheckTimeoutId).toBeNull();
    queue.destroy();
  });

  test("sends what waits once there is room", () => {
    const queue = new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1000, clientId: "c", broker: "b", logger });
    const sent: number[] = [];
    for (const id of [1, 2]) queue.push({ entry: entry(id), expectResponse: true, sendRequest: () => sent.push(id) });
    expect(sent).toEqual([1]);
    expect(queue.throttleCheckTimeoutId).not.toBeNull();
    queue.fulfillRequest({ correlationId: 1, payload: Buffer.alloc(0), size: 0 });
    expect(sent).toEqual([1, 2]);
    queue.destroy();
  });
});

describe("Kafka's settings in Java's spelling", () => {
  test("become those of the client", () => {
    const options = {
      "security.protocol": "SASL_SSL",
      "sasl.mechanism": "SCRAM-SHA-512",
      "sasl.username": "me",
      "sasl.password": "x",
    };
    expect(kafkaConfig({ bootstrap: "a:1, b:2", options })).toMatchObject({
      brokers: ["a:1", "b:2"],
      ssl: {},
      sasl: { mechanism: "scram-sha-512", username: "me", password: "x" },
    });
    const plain = kafkaConfig({ bootstrap: "a:1" });
    expect([plain.ssl, plain.sasl]).toEqual([undefined, undefined]);
  });

  test("are refused where they cannot be honoured", () => {
    expect(() =>
      kafkaConfig({ bootstrap: "a:1", options: { "security.protocol": "SASL_SSL", "sasl.mechanism": "GSSAPI" } }),
    ).toThrow(/GSSAPI/);
    expect(() => kafkaConfig({ bootstrap: "a:1", options: { "security.protocol": "TLS" } })).toThrow(/TLS/);
  });
});
