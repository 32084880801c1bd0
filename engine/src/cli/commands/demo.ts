import { once } from "node:events";
import { Command } from "commander";
import { demoAt, demos } from "../../demo/index.ts";
import { UserMistake } from "../../runtime/user-mistake.ts";
import { openOutput } from "../output.ts";

/** `engine demo retail`, `engine demo reddit`: serves a simulator until interrupted. */
export function demoCommand(): Command {
  return new Command("demo")
    .description("serve a simulator of the retail API or of Reddit on 127.0.0.1 until interrupted")
    .argument("<name>", Object.keys(demos).join(" or "))
    .argument(
      "[options...]",
      `what it sends, as name=value; ${Object.entries(demos)
        .map(([name, { optionNames }]) => `${name}: ${optionNames.join(", ")}`)
        .join("; ")}`,
    )
    .option("--port <port>", "the port to listen on, 0 for any free one", "0")
    .option("--host <address>", "the address to listen on", "127.0.0.1")
    .action(async (name: string, pairs: string[], options: { port: string; host: string; format: "text" | "json" }) => {
      const output = openOutput(options.format);
      const found = demoAt(`demo://${name}?${pairs.map(encodePair).join("&")}`);
      if ("problems" in found) throw new UserMistake("demo/bad-option", found.problems.join("; "), "see `engine demo --help`");
      const server = await found.demo.start(found.query, { port: Number(options.port), host: options.host });
      output.event({ event: "demo", url: server.url });
      if (output.format === "text")
        output.say(`The ${name} simulator answers at ${server.url}: ${found.demo.routes}. Ctrl-C ends it.`);
      await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
      await server.stop();
    });
}

function encodePair(pair: string): string {
  return pair.split("=").map(encodeURIComponent).join("=");
}
