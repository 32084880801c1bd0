import type { Plan } from "../plan/plan.ts";

/** What someone needs who has the folder and not the engine. */
export function renderReadme(plan: Plan, file: string): string {
  const topics = plan.topics.map((t) => `| ${t.name} | ${t.partitions} | ${t.replication} | ${t.retentionMs} |`).join("\n");
  const collections = plan.collections
    .map((c) => `| ${c.name} | ${c.indexes.map((index) => index.name).join(", ") || "none but _id"} |`)
    .join("\n");
  return `# ${plan.pipeline}

Generated from ${file}. Change the spec and render again; an edit here is lost.

Needs Python 3.10 or newer with pyspark 4.2, pyarrow, pandas 2.3, pymongo and confluent-kafka, and Java 17 or 21.

    export KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092
    export MONGODB_URI='mongodb://127.0.0.1:27017/?replicaSet=rs0' MONGODB_DATABASE=${plan.pipeline}
    spark-submit --packages org.apache.spark:spark-sql-kafka-0-10_2.13:4.2.0 job.py

The topics of \`topics.json\` and the collections of \`collections.json\` must exist. \`JOB_TRIGGER=available-now\` processes what the
topics hold and ends. Progress is kept in \`./checkpoints\`; \`CHECKPOINTS\`, a JSON object from query to folder, puts it elsewhere.
${existingNote(plan)}${packagesNote(plan)}${tablesNote(plan)}${secretsNote(plan)}
| topic | partitions | replication | retention.ms |
|---|---|---|---|
${topics}

| collection | indexes |
|---|---|
${collections}
`;
}

/** Which topics belong to somebody else. */
function existingNote({ existingTopics }: Plan): string {
  if (existingTopics === undefined) return "";
  const names = existingTopics.map(({ name }) => `\`${name}\``).join(", ");
  return `
The job reads topics that are not its own and must exist as well: ${names}.
`;
}

/** Which packages the job needs besides, wherever its Python workers run. */
function packagesNote({ packages }: Plan): string {
  if (packages === undefined) return "";
  const files = packages.map((name) => `\`engine/toolchain/packages/${name}.txt\``).join(", ");
  return `
Steps of this job need more Python packages, on every machine that runs Python workers: those of ${files} in the engine's repository.
`;
}

/** Where the tables of lookups stand, for the nodes whose rows do not stand in the script. */
function tablesNote({ streams }: Plan): string {
  const lookups = streams.filter(({ module, arguments: { rows } }) => module === "lookup" && rows === undefined);
  const inFiles = lookups.filter(({ arguments: { live } }) => live !== true);
  const collections = [...new Set(lookups.flatMap(({ arguments: { collection } }) => collection ?? []))];
  const read = `
The job reads collections that are not its own, of the same database: ${collections.map((name) => `\`${name}\``).join(", ")}.
`;
  const files = `
The tables that ${inFiles.map(({ node }) => node).join(", ")} look into stand in \`./tables\`; \`TABLES\`, a folder, puts them elsewhere. Every machine that runs Python workers must see it.
A file there may be replaced while the job runs; one that is made of a collection the job replaces itself.
`;
  return `${collections.length > 0 ? read : ""}${inFiles.length > 0 ? files : ""}`;
}

/** Which secrets the job must be given, for the nodes that have any. */
function secretsNote(plan: Plan): string {
  const named = plan.streams.flatMap(({ node, secrets }) => (secrets ? [[node, Object.keys(secrets)] as const] : []));
  if (named.length === 0) return "";
  const form = Object.fromEntries(
    named.map(([node, settings]) => [node, Object.fromEntries(settings.map((each) => [each, "…"]))]),
  );
  return `
Nodes of this job need secrets, in \`JOB_SECRETS\`: \`${JSON.stringify(form)}\`.
`;
}
