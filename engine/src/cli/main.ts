import { createRequire } from "node:module";
import { Command, CommanderError, Option } from "commander";
import { demoCommand } from "./commands/demo.ts";
import { editCommand } from "./commands/edit.ts";
import { explainCommand } from "./commands/explain.ts";
import { inferCommand } from "./commands/infer.ts";
import { planCommand } from "./commands/plan.ts";
import { previewCommand } from "./commands/preview.ts";
import { renderCommand } from "./commands/render.ts";
import { runCommand } from "./commands/run.ts";
import { stackCommand } from "./commands/stack.ts";
import { statusCommand } from "./commands/status.ts";
import { stopCommand } from "./commands/stop.ts";
import { testCommand } from "./commands/test.ts";
import { toolchainCommand } from "./commands/toolchain.ts";
import { validateCommand } from "./commands/validate.ts";
import { endWith, reportFailure } from "./failure.ts";

const EXAMPLES = `
To begin with:
  engine validate pipelines/retail.yaml             every mistake with its line
  engine preview pipelines/retail.yaml              what each node makes of sample rows
  engine test pipelines/retail.yaml                 run its tests, without a service
  engine plan pipelines/retail.yaml                 what a run would create or change
  engine run pipelines/retail.yaml --records 1000   run it, with a live view

Exit codes: 0 done, 1 your mistake, 2 something of this machine or a service, 130 interrupted.`;

/** `engine`: parses the command line, runs one command and ends with its exit code. */
async function main(argv: string[]): Promise<void> {
  const program = new Command("engine")
    .description("Declarative streaming pipelines: YAML DAGs to Kafka, Spark and MongoDB")
    .version(engineVersion(), "-V, --version", "print the version")
    .showHelpAfterError("(engine --help shows what there is)")
    .addHelpText("after", EXAMPLES)
    .exitOverride();
  const commands = [
    () => validateCommand(engineVersion()),
    explainCommand,
    inferCommand,
    previewCommand,
    testCommand,
    planCommand,
    runCommand,
    statusCommand,
    stopCommand,
    renderCommand,
    editCommand,
    stackCommand,
    demoCommand,
    toolchainCommand,
  ];
  for (const command of commands) program.addCommand(withFormat(command()).exitOverride());
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) endWith(error.exitCode === 0 ? 0 : 1);
    else endWith(reportFailure(error, wantsJson(argv) ? "json" : "text"));
  }
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
