import { once } from "node:events";
import { Command, InvalidArgumentError } from "commander";
import { serveEditor } from "../../api/server.ts";
import { projectOf } from "../../runtime/project.ts";
import { endWith } from "../failure.ts";
import { openOutput } from "../output.ts";

interface Options {
  port?: number;
  open: boolean;
  format: "text" | "json";
}

/** `engine edit`: serves the visual editor for the pipelines of this folder, until interrupted. */
export function editCommand(): Command {
  return new Command("edit")
    .description("open the visual editor for the pipelines in `pipelines/`")
    .option("--port <n>", "listen on this port of 127.0.0.1 instead of a free one", port)
    .option("--no-open", "do not open a browser")
    .action(async ({ port, open, format }: Options) => {
      const output = openOutput(format);
      const editor = await serveEditor({ root: projectOf(process.cwd()).root, ...(port !== undefined && { port }) });
      const url = editor.invite();
      output.event({ event: "editor", url });
      if (format === "text")
        output.say(
          `The editor is at ${url}\nThe address lets one browser in, once. Ctrl-C ends it and the runs that it started.`,
        );
      if (open) await openBrowser(url).catch(() => output.say("No browser could be opened; open the address yourself."));
      await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
      output.say("Ending: runs drain. Ctrl-C again ends them at once.");
      process.on("SIGINT", () => editor.hurry());
      await editor.close();
      endWith(0);
    });
}

async function openBrowser(url: string): Promise<void> {
  const { default: openUrl } = await import("open");
  const child = await openUrl(url);
  child.on("error", () => {});
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError("It must be a port: 0 to 65535.");
  return number;
}
