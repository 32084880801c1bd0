import { Command } from "commander";
import { projectOf } from "../../runtime/project.ts";
import { stackDir } from "../../runtime/run/open-target.ts";
import { type StackStatus, stackStatus, startStack, stopStack } from "../../runtime/stack/index.ts";
import { ensureToolchain, type Progress } from "../../runtime/toolchain/index.ts";
import { endWith } from "../failure.ts";
import { untilInterrupted } from "../interrupted.ts";
import { type Output, openOutput } from "../output.ts";
import { setupProgress } from "../progress.ts";

type Options = { format: "text" | "json" };

/** `engine stack up|down|status`: keeps the local services running between runs. */
export function stackCommand(): Command {
  const stack = new Command("stack").description("the local Kafka and MongoDB");
  stack
    .command("up")
    .description("start them and leave them running")
    .action(({ format }: Options) => untilInterrupted((signal) => up(openOutput(format), signal)));
  stack
    .command("down")
    .description("stop them; their data stays")
    .action(async ({ format }: Options) => {
      const output = openOutput(format);
      const stopped = await stopStack(dirOfStack());
      output.event({ event: "stack", stopped });
      if (format === "text") output.say(stopped ? "stopped; the data stays in .engine/stack" : "nothing was running");
    });
  stack
    .command("status")
    .description("their addresses; exit code 2 unless both run")
    .action(({ format }: Options) => {
      const output = openOutput(format);
      const found = stackStatus(dirOfStack());
      output.event(statusOf(found));
      if (format === "text") output.say(describe(found));
      endWith(found.kafka && found.mongodb ? 0 : 2);
    });
  return stack;
}

const dirOfStack = () => stackDir(projectOf(process.cwd()));

async function up(output: Output, signal: AbortSignal): Promise<void> {
  const progress = setupProgress(output.people);
  try {
    const report = (step: Progress) => {
      output.event({ event: "setup", ...step });
      progress.show({ event: "setup", ...step });
    };
    const toolchain = await ensureToolchain({ report, signal });
    progress.stop();
    const stack = await startStack({
      toolchain,
      dir: dirOfStack(),
      signal,
      report: (news) => {
        output.event({ event: "service", ...news });
        if (output.format === "text" && news.message !== undefined) output.say(`${news.service}: ${news.message}`);
      },
    });
    if (signal.aborted && !stack.adopted) await stack.stop();
    signal.throwIfAborted();
    await stack.detach();
    output.event({ event: "stack", ...statusOf(stack) });
    if (output.format === "text") output.say(describe(stack));
  } finally {
    progress.stop();
  }
}

function statusOf({ kafka, mongodb }: Partial<StackStatus>) {
  return {
    kafka: kafka ? { bootstrap: kafka.bootstrap, pid: kafka.pid } : null,
    mongodb: mongodb ? { uri: mongodb.uri, pid: mongodb.pid } : null,
  };
}

function describe({ kafka, mongodb }: Partial<StackStatus>): string {
  if (!kafka && !mongodb) return "not running; `engine stack up` starts it";
  const line = (name: string, address: string | undefined, pid: number | undefined) =>
    `${name}  ${address === undefined ? "not running; `engine stack up` starts it again" : `${address}  (process ${pid})`}`;
  return `${line("Kafka  ", kafka?.bootstrap, kafka?.pid)}\n${line("MongoDB", mongodb?.uri, mongodb?.pid)}`;
}
