import { createRequire } from "node:module";
import { Command, CommanderError, Option } from "commander";
import { endWith, reportFailure } from "./failure.ts";

const EXAMPLES = `
To begin with:
  engine validate pipelines/retail.yaml             every mistake with its line
  engine preview pipelines/retail.yaml              what each node makes of sample rows
  engine test pipelines/retail.yaml                 run its tests, without a service
  engine plan pipelines/retail.yaml                 what a run would create or change
  engine run pipelines/retail.yaml --records 1000   run it, with a live view

Exit codes: 0 done, 1 your mistake, 2 something of this machine or a service, 130 interrupted.`;

/**
 * Every command, in the order of the help. Only the one that is asked for is loaded: what all of them need together takes most of a second
 * to load, and each needs little of it.
 */
const COMMANDS: Record<string, () => Promise<Command>> = {
  validate: async () => (await import("./commands/validate.ts")).validateCommand(engineVersion()),
  explain: async () => (await import("./commands/explain.ts")).explainCommand(),
  infer: async () => (await import("./commands/infer.ts")).inferCommand(),
  preview: async () => (await import("./commands/preview.ts")).previewCommand(),
  test: async () => (await import("./commands/test.ts")).testCommand(),
  plan: async () => (await import("./commands/plan.ts")).planCommand(),
  run: async () => (await import("./commands/run.ts")).runCommand(),
  status: async () => (await import("./commands/status.ts")).statusCommand(),
  stop: async () => (await import("./commands/stop.ts")).stopCommand(),
  render: async () => (await import("./commands/render.ts")).renderCommand(),
  edit: async () => (await import("./commands/edit.ts")).editCommand(),
  stack: async () => (await import("./commands/stack.ts")).stackCommand(),
  demo: async () => (await import("./commands/demo.ts")).demoCommand(),
  toolchain: async () => (await import("./commands/toolchain.ts")).toolchainCommand(),
};

/** `engine`: parses the command line, runs one command and ends with its exit code. */
async function main(argv: string[]): Promise<void> {
  const program = new Command("engine")
    .description("Declarative streaming pipelines: YAML DAGs to Kafka, Spark and MongoDB")
    .version(engineVersion(), "-V, --version", "print the version")
    .showHelpAfterError("(engine --help shows what there is)")
    .addHelpText("after", EXAMPLES)
    .exitOverride();
  for (const command of await commandsFor(argv)) program.addCommand(withFormat(command).exitOverride());
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) endWith(error.exitCode === 0 ? 0 : 1);
    else endWith(reportFailure(error, wantsJson(argv) ? "json" : "text"));
  }
}

/** The command that is asked for by its name, else all: for help, a version, or a guess at what was meant. */
async function commandsFor([, , name = ""]: string[]): Promise<Command[]> {
  const asked = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return asked === undefined ? Promise.all(Object.values(COMMANDS).map((load) => load())) : [await asked()];
}

/** Every command prints for people or, one JSON event a line, for machines. */
function withFormat(command: Command): Command {
  for (const inner of command.commands) withFormat(inner.exitOverride());
  if (command.commands.length > 0 || command.options.some(({ long }) => long === "--format")) return command;
  return command.addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"));
}

/** The command line itself may be what is wrong, so its parser cannot be asked. */
function wantsJson(argv: string[]): boolean {
  return argv.includes("--format=json") || argv[argv.indexOf("--format") + 1] === "json";
}

function engineVersion(): string {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  return version;
}

/** A connection that a library forgot must not keep a command alive that has ended. */
async function leave(): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) await new Promise<void>((resolve) => stream.write("", () => resolve()));
  process.exit();
}

await main(process.argv);
await leave();
