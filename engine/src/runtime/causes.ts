/** An error, and what it says was its cause, and so on: kafkajs wraps the broker's answer once for each layer. */
export function* causes(error: unknown): Generator<Error> {
  for (let each = error; each instanceof Error; each = each.cause) yield each;
}
