// Sets the toolchain and the packages of all steps up while the image is built, and leaves its places to the shell scripts beside this file.
import { readdirSync, writeFileSync } from "node:fs";
import { ensurePackages, ensureToolchain, siteOf } from "../../engine/dist/runtime/toolchain/index.js";

const report = ({ label, done, total }) => done === total && console.log(label);
const toolchain = await ensureToolchain({ report });
const sets = readdirSync(new URL("../../engine/toolchain/packages", import.meta.url)).map((name) => name.replace(".txt", ""));
const sites = (await ensurePackages(toolchain, sets.sort(), { report })).map(siteOf);
const kafkaJars = toolchain.sparkClasspath.split(":").filter((path) => !path.startsWith(toolchain.sparkHome));
writeFileSync(
  "/opt/toolchain/spark.env",
  [
    `SPARK_HOME=${toolchain.sparkHome}`,
    `PYSPARK_PYTHON=${toolchain.python}`,
    `PYTHONPATH=${sites.join(":")}`,
    `KAFKA_JARS='${kafkaJars.join(":")}'`,
    "",
  ].join("\n"),
);
