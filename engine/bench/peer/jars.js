// Fetches the peer's jars once, into a folder beside the toolchains.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../../dist/runtime/toolchain/command.js";
import { IVY_SETTINGS, ivyModule } from "../../dist/runtime/toolchain/ivy.js";
import { TRUST_STORE_PASSWORD } from "../../dist/runtime/toolchain/trust-store.js";

const LOCK = readFileSync(new URL("./jars.lock.json", import.meta.url), "utf8");

/** @typedef {import("../../dist/runtime/toolchain/index.js").Toolchain} Toolchain */

/**
 * Paths of the peer's jars, fetched by Ivy where they are not there yet; every file's hash is checked before it is used.
 * @param {Toolchain} toolchain
 * @returns {Promise<string[]>}
 */
export async function peerJars(toolchain) {
  const { jars } = JSON.parse(LOCK);
  const dir = join(dirname(toolchain.dir), `bench-${createHash("sha256").update(LOCK).digest("hex").slice(0, 12)}`);
  if (!existsSync(dir)) await fetchInto(dir, toolchain, jars);
  return jars.map((/** @type {{artifact: string, version: string}} */ jar) => join(dir, `${jar.artifact}-${jar.version}.jar`));
}

/**
 * @param {string} dir
 * @param {Toolchain} toolchain
 * @param {any[]} jars
 */
async function fetchInto(dir, toolchain, jars) {
  const partial = `${dir}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await writeFile(join(partial, "ivy.xml"), ivyModule(jars));
  await writeFile(join(partial, "ivysettings.xml"), IVY_SETTINGS);
  const { code, tail } = await run({ file: toolchain.java, args: ivyArguments(partial, toolchain) });
  if (code !== 0) throw new Error(`the MongoDB Spark Connector could not be fetched\n${tail.join("\n")}`);
  for (const { artifact, version, sha256 } of jars) {
    const file = join(partial, `${artifact}-${version}.jar`);
    const found = createHash("sha256").update(readFileSync(file)).digest("hex");
    if (found !== sha256) throw new Error(`${file} is not the file in jars.lock.json: its SHA-256 is ${found}`);
  }
  await rename(partial, dir);
}

/**
 * @param {string} dir
 * @param {Toolchain} toolchain
 */
function ivyArguments(dir, toolchain) {
  return [
    `-Djavax.net.ssl.trustStore=${toolchain.trustStore}`,
    "-Djavax.net.ssl.trustStoreType=JKS",
    `-Djavax.net.ssl.trustStorePassword=${TRUST_STORE_PASSWORD}`,
    "-Djava.net.useSystemProxies=true",
    ...["-cp", join(toolchain.sparkHome, "jars/*"), "org.apache.ivy.Main"],
    ...["-settings", process.env.ENGINE_IVY_SETTINGS || join(dir, "ivysettings.xml"), "-ivy", join(dir, "ivy.xml")],
    ...["-cache", join(dir, "ivy"), "-retrieve", join(dir, "[artifact]-[revision].[ext]")],
  ];
}
