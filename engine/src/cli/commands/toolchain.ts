import { Command } from "commander";
import { ensureToolchain } from "../../runtime/toolchain/index.ts";
import { trainToolchain } from "../../runtime/training.ts";
import { openOutput } from "../output.ts";
import { setupProgress } from "../progress.ts";

/** `engine toolchain train`: teaches the bundled JVMs to start faster. A first run does it by itself, afterwards. */
export function toolchainCommand(): Command {
  const toolchain = new Command("toolchain").description("the bundled Java, Kafka, Spark and MongoDB in your cache folder");
  toolchain
    .command("train")
    .description("make the AOT caches by which Spark and Kafka start faster; every first run does so when it has ended")
    .action(async ({ format }: { format: "text" | "json" }) => {
      const output = openOutput(format);
      const progress = setupProgress(output.people);
      const interrupted = new AbortController();
      process.once("SIGINT", () => interrupted.abort(new DOMException("interrupted", "AbortError")));
      try {
        const { signal } = interrupted;
        const found = await ensureToolchain({ report: (step) => progress.show({ event: "setup", ...step }), signal });
        progress.stop();
        if (format === "text") output.say("Training Spark and Kafka by a short run; this takes about a minute.");
        const trained = await trainToolchain(found, signal);
        output.event({ event: "trained", ...trained });
        if (format === "text")
          output.say(trained.spark && trained.kafka ? "Trained." : "No cache was made: everything works, starts are slower.");
      } finally {
        progress.stop();
      }
    });
  return toolchain;
}
