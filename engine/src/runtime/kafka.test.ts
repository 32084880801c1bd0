import type { Admin } from "kafkajs";
import { expect, test, vi } from "vitest";
import { createTopic } from "./kafka.ts";

/** An admin client whose questions about offsets are answered with these errors first. */
function answering(...errors: Error[]) {
  const createTopics = vi.fn(async () => true);
  const fetchTopicOffsets = vi.fn(async () => {
    const error = errors.shift();
    if (error) throw error;
    return [];
  });
  return { createTopics, fetchTopicOffsets, admin: { createTopics, fetchTopicOffsets } as unknown as Admin };
}

const refusal = (type: string) => Object.assign(new Error("refused"), { type });

test("a topic that the broker has not heard of yet is waited for", async () => {
  const unknown = new Error("gave up", { cause: refusal("UNKNOWN_TOPIC_OR_PARTITION") });
  const { admin, createTopics, fetchTopicOffsets } = answering(unknown, refusal("LEADER_NOT_AVAILABLE"));
  await createTopic(admin, { topic: "sales" });
  expect(createTopics).toHaveBeenCalledExactlyOnceWith({ topics: [{ topic: "sales" }], waitForLeaders: false });
  expect(fetchTopicOffsets).toHaveBeenCalledTimes(3);
});

test("what waiting does not mend is told at once", async () => {
  const { admin, fetchTopicOffsets } = answering(refusal("TOPIC_AUTHORIZATION_FAILED"));
  await expect(createTopic(admin, { topic: "sales" })).rejects.toThrow("refused");
  expect(fetchTopicOffsets).toHaveBeenCalledTimes(1);
});
