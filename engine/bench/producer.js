// One process that produces live records at a steady rate: node producer.js BOOTSTRAP TOPIC RATE TOTAL SEED
import { kafkaAt, paced } from "./feed.js";

const [bootstrap = "", topic = "", rate, total, seed] = process.argv.slice(2);
const producer = kafkaAt(bootstrap).producer({ idempotent: false });
await producer.connect();
/** @type {Promise<unknown>[]} */
const sends = [];
let partition = 0;
await paced({
  rate: Number(rate),
  total: Number(total),
  seed: Number(seed),
  send(lines) {
    const messages = lines.map(({ id, line }) => ({ key: id, value: line, partition: partition++ % 2 }));
    sends.push(producer.send({ topic, messages }));
  },
});
await Promise.all(sends);
await producer.disconnect();
