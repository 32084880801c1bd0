// Sets the toolchain up while the image is built, and leaves its places to the shell scripts beside this file.
import { writeFileSync } from "node:fs";
import { ensureToolchain } from "../../engine/dist/runtime/toolchain/index.js";

const toolchain = await ensureToolchain({ report: ({ label, done, total }) => done === total && console.log(label) });
const kafkaJars = toolchain.sparkClasspath.split(":").filter((path) => !path.startsWith(toolchain.sparkHome));
writeFileSync(
  "/opt/toolchain/spark.env",
  [`SPARK_HOME=${toolchain.sparkHome}`, `PYSPARK_PYTHON=${toolchain.python}`, `KAFKA_JARS='${kafkaJars.join(":")}'`, ""].join(
    "\n",
  ),
);
