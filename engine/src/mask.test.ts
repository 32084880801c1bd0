import { expect, test } from "vitest";
import { maskSecrets } from "./mask.ts";

test.each([
  ["url: https://reader:hunter2@example.com/stream", "url: https://reader:•••••••@example.com/stream"],
  ["uri: mongodb://u:hun/ter2@h1,h2/?a=b", "uri: mongodb://u:••••••••@h1,h2/?a=b"],
  ["uri: mongodb://u:hun?ter#2@h1,h2/?a=b", "uri: mongodb://u:•••••••••@h1,h2/?a=b"],
  ["url: https://host/stream?token=hunter2&rate=1", "url: https://host/stream?token=•••••••&rate=1"],
  ["{ protocol: SASL_SSL, username: me, password: hunter2 }", "{ protocol: SASL_SSL, username: me, password: ••••••• }"],
  ["Authorization: Bearer hunter2 # a comment", "Authorization: •••••• ••••••• # a comment"],
  ['x-api-key: "hunter2', "x-api-key: ••••••••"],
  ['{"said":"{\\"password\\": \\"hunter2\\"}"}', '{"said":"{\\"password\\": •••••••••••}"}'],
  ["password: ${env:PW:-hunter2}", "password: ••••••••••••••••••"],
])("covers the secret of %s", (text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
  expect(maskSecrets(text)).toHaveLength(text.length);
});

test.each([
  "url: https://example.com:8080/stream?from=3",
  "url: https://example.com:8080/stream?from=a@b",
  "uri: mongodb://h1:27017,h2:27017/?tag=a@b",
  "uri: mongodb://u:${env:PW}@h/",
  "authorization: Bearer ${env:TOKEN}",
  "password: ${file:/run/secrets/kafka}",
  "key: customer.id",
  "by: [tokens, region]",
])("leaves %s as it is", (text) => {
  expect(maskSecrets(text)).toBe(text);
});
