import { afterEach, expect, test, vi } from "vitest";
import { compile } from "../../core.ts";
import { secretsOf } from "./secrets.ts";

const SPEC = `version: 1
name: masks
nodes:
  - { id: people, type: source.http, config: { url: demo://retail, columns: { id: string! } } }
  - { id: stream, type: kafka.topic, from: people, config: { topic: masks.people } }
  - { id: masked, type: transform.mask, from: stream, config: { salt: "\${env:SECRETS_TEST_SALT}", hash: [id] } }
  - { id: kept, type: sink.mongodb, from: masked, config: { collection: kept } }
`;

const planOf = () => {
  const { plan, diagnostics } = compile(SPEC, "masks.yaml");
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join(" "));
  return plan;
};
const project = { root: "/" } as Parameters<typeof secretsOf>[1];

afterEach(() => {
  vi.unstubAllEnvs();
});

test("a secret is found by node and setting, and the plan holds only its reference", () => {
  vi.stubEnv("SECRETS_TEST_SALT", "hunter2");
  const plan = planOf();
  expect(secretsOf(plan, project)).toEqual({ masked: { salt: "hunter2" } });
  expect(JSON.stringify(plan)).not.toContain("hunter2");
  expect(plan.streams.find(({ node }) => node === "masked")?.arguments).toEqual({ hash: ["id"] });
});

test("a secret that is missing or empty is named before anything starts", () => {
  expect(() => secretsOf(planOf(), project)).toThrow(expect.objectContaining({ code: "reference/unresolved" }));
  vi.stubEnv("SECRETS_TEST_SALT", "");
  expect(() => secretsOf(planOf(), project)).toThrow(expect.objectContaining({ code: "reference/empty-secret" }));
});
