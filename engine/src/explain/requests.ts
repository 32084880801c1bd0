import { type Explanations, node } from "./explanation.ts";

const ask = (url: string, more = "", columns = "manager: string") =>
  node("transform.http", `{ url: "${url}", columns: { ${columns} }${more} }`);

const SHOPS = "https://api.example.com/shops";
const CITY = `${SHOPS}/{shop.city}`;
const BATCH = "body: { id: id, city: shop.city }, batch: 10";
const keyed = (key: string) => `- id: node
  type: transform.http
  from: stream
  config: { url: "${CITY}", columns: { manager: string! } }
- { id: kept, type: sink.mongodb, from: node, config: { collection: kept, key: ${key} } }`;

/** What `transform.http` has of its own. */
export const requests: Explanations = {
  "http/unknown-column": {
    why: "The address or the body names a column that the rows do not have.",
    mend: "Take the spelling of the hint; a field of a structure is named by its path, such as `shop.city`.",
    wrong: ask(`${SHOPS}/{shop.town}`),
    right: ask(CITY),
  },
  "http/address-column": {
    why: "The address holds a column that has no single text: a time may be written in many ways, a list or a structure in none.",
    mend: "Make a text of it with transform.select, or send it in `body`.",
    wrong: ask(`${SHOPS}?at={at}`),
    right: ask(`${SHOPS}?id={id}`),
  },
  "http/wrong-address": {
    why: "Which server is asked stands in the pipeline, and no row may decide it. So the address begins with a server, and columns and what follows them with its path.",
    mend: "Write the whole address with references first, then the path, then columns.",
    wrong: ask("https://{shop.city}.example.com/shops"),
    right: ask(CITY),
  },
  "http/unknown-field": {
    why: "`paths` names a column that the node does not add, or `key` a field that `body` does not send.",
    mend: "Take the spelling of the hint, or add the column or the field.",
    wrong: ask(SHOPS, `, ${BATCH}, key: idd`),
    right: ask(SHOPS, `, ${BATCH}, key: id`),
  },
  "http/duplicate-column": {
    why: "The node adds a column whose name the rows have already.",
    mend: "Choose another name, and say in `paths` where it stands in the answer.",
    wrong: ask(CITY, "", "total: double"),
    right: ask(CITY, ", paths: { target: total }", "target: double"),
  },
  "sink/unsteady-key": {
    why: "The key holds what an endpoint answered, or a table held that may change. A batch that is computed again asks again, and another value makes another key: the row is then written twice.",
    mend: "Make the key of columns of the record.",
    wrong: keyed("[id, manager]"),
    right: keyed("id"),
  },
};
