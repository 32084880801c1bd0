// Writes what is generated from the contracts in schemas/, from the table of functions, and by the simulators; with --check it writes nothing and fails where a file would change.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readContracts, root } from "./generate/contracts.js";
import { functionsText } from "./generate/functions.js";
import { referenceText } from "./generate/reference.js";
import { sampleFiles } from "./generate/samples.js";
import { typesText } from "./generate/types.js";
import { catalogueText, validatorsText } from "./generate/validators.js";

const contracts = readContracts();
const outputs = {
  "schemas/types.gen.d.ts": await typesText(contracts),
  "schemas/REFERENCE.md": referenceText(contracts),
  "schemas/FUNCTIONS.md": functionsText(),
  "engine/src/validate/validators.gen.ts": validatorsText(contracts),
  "engine/src/validate/catalogue.gen.ts": catalogueText(contracts),
  ...sampleFiles(),
};

const check = process.argv.includes("--check");
let drifted = 0;
for (const [name, text] of Object.entries(outputs)) {
  const file = path.join(root, name);
  if (existsSync(file) && readFileSync(file).equals(Buffer.from(text))) continue;
  drifted += 1;
  if (!check) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  process.stderr.write(check ? `${name} does not match the contracts: run npm run generate\n` : `wrote ${name}\n`);
}
if (check && drifted > 0) process.exitCode = 1;
