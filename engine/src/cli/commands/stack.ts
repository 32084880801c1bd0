import { Command } from "commander";
import { projectOf } from "../../runtime/project.ts";
import { stackDir } from "../../runtime/run/open-target.ts";
import { findStack, startStack, stopStack } from "../../runtime/stack/index.ts";
import { ensureToolchain } from "../../runtime/toolchain/index.ts";
import { endWith } from "../failure.ts";
import { openOutput } from "../output.ts";
import { setupProgress } from "../progress.ts";

type Options = { format: "text" | "json" };

/** `engine stack up|down|status`: keeps the local services running between runs. */
export function stackCommand(): Command {
  const dir = stackDir(projectOf(process.cwd()));
  const stack = new Command("stack").description("the local Kafka and MongoDB");
  stack
    .command("up")
    .description("start them and leave them running")
    .action(async ({ format }: Options) => {
      const output = openOutput(format);
      const progress = setupProgress(output.people);
      const signal = new AbortController().signal;
      try {
        const toolchain = await ensureToolchain({ report: (step) => progress.show({ event: "setup", ...step }), signal });
        const started = await startStack({
          toolchain,
          dir,
          signal,
          report: (news) => output.event({ event: "service", ...news }),
        });
        started.detach();
        progress.stop();
        output.event({ event: "stack", ...statusOf(started) });
        if (format === "text") output.say(describe(started));
      } finally {
        progress.stop();
      }
    });
  stack
    .command("down")
    .description("stop them; their data stays")
    .action(async ({ format }: Options) => {
      const output = openOutput(format);
      const stopped = await stopStack(dir);
      output.event({ event: "stack", stopped });
      if (format === "text") output.say(stopped ? "stopped; the data stays in .engine/stack" : "nothing was running");
    });
  stack
    .command("status")
    .description("their addresses; exit code 2 when they do not run")
    .action(async ({ format }: Options) => {
      const output = openOutput(format);
      const found = await findStack(dir);
      output.event(found === undefined ? { kafka: null, mongodb: null } : statusOf(found));
      if (format === "text") output.say(found === undefined ? "not running; `engine stack up` starts it" : describe(found));
      endWith(found === undefined ? 2 : 0);
    });
  return stack;
}

type Addresses = { kafka: { bootstrap: string; pid: number }; mongodb: { uri: string; pid: number } };

function statusOf({ kafka, mongodb }: Addresses) {
  return { kafka: { bootstrap: kafka.bootstrap, pid: kafka.pid }, mongodb: { uri: mongodb.uri, pid: mongodb.pid } };
}

function describe({ kafka, mongodb }: Addresses): string {
  return `Kafka    ${kafka.bootstrap}  (process ${kafka.pid})\nMongoDB  ${mongodb.uri}  (process ${mongodb.pid})`;
}
