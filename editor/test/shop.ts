/** A pipeline as people write one: a comment before it and behind a line, blank lines, quotes, flow and block style. */
export const SHOP = `# The web shop's orders.
version: 1
name: shop

nodes:
  - id: orders   # the shop sends them
    type: source.http
    config: { url: demo://retail, columns: { id: string!, total: double! } }

  - id: stream
    type: kafka.topic
    from: orders
    config:
      topic: shop.orders # one for all shops
      key: "id"

  - id: stored
    type: sink.mongodb
    from: stream
    config: { collection: orders, key: id }
`;
