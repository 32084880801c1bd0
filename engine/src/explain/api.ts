import type { Explanations } from "./explanation.ts";

const AGAIN = "Open the editor by the address that `engine edit` prints.";

/** What the server of the visual editor refuses. */
export const api: Explanations = {
  "api/foreign-host": {
    why: "A request came under another name than the server's own address. A page of somebody else may have bent that name to this machine.",
    mend: AGAIN,
  },
  "api/foreign-origin": {
    why: "A request came from another page. Only the editor's own may use its server.",
    mend: AGAIN,
  },
  "api/foreign-form": {
    why: "A change came without JSON, or without the header that only the editor's own page sends: a form of another page can send neither.",
    mend: "A program of yours sends `content-type: application/json` and `x-pipeline-editor: 1`.",
  },
  "api/no-session": {
    why: "The browser has no cookie of the editor. The address that is printed lets one in, once.",
    mend: "Start `engine edit` again and open the new address.",
  },
  "api/unknown": { why: "The server has nothing at this address.", mend: "Go back to the list of pipelines." },
  "api/unknown-spec": {
    why: "There is no pipeline of that name in `pipelines/`.",
    mend: "It may have been removed or renamed; go back to the list.",
  },
  "api/unknown-run": { why: "There is no such run, or it has ended.", mend: "Start it again." },
  "api/bad-name": {
    why: "The name of a pipeline becomes that of its file, so it is made of small letters, digits, `-` and `_`.",
    mend: "Choose another name.",
  },
  "api/bad-request": { why: "What was sent is no JSON, or lacks something.", mend: "Send what the message names." },
  "api/spec-exists": { why: "A new pipeline would be written over one that is there.", mend: "Choose another name." },
  "api/no-etag": {
    why: "A change must say which text it is made to, or it could write over somebody else's.",
    mend: "Send the `etag` that came with the text as `If-Match`.",
  },
  "api/conflict": {
    why: "The file has changed on disk since it was read: in another window, in another editor, or by git.",
    mend: "Take over what is there, or keep yours and save again.",
  },
  "api/link": {
    why: "The file is a symbolic link, which could lead out of the folder.",
    mend: "Put the file itself into `pipelines/`.",
  },
  "api/too-large": { why: "The editor reads and takes no more than 1 MiB.", mend: "Split the pipeline, or use a text editor." },
  "api/not-text": { why: "The file is not UTF-8 text.", mend: "Save it as UTF-8." },
  "api/has-errors": {
    why: "Only a pipeline without errors has a plan and a job, and runs; its target must allow what it does.",
    mend: "Mend the problems that the editor lists, or what the message names.",
  },
  "api/run-not-started": {
    why: "The process of a run could not be started.",
    mend: "See the message: memory, or a limit on processes.",
  },
  "api/no-stack": {
    why: "Results, dead letters and captured records are read from the services of the pipeline's target, and the local stack does not run.",
    mend: "Press Run, or start it with `engine stack up`.",
  },
  "api/bad-targets": {
    why: "`targets.yaml` has mistakes, so nobody knows where the services are.",
    mend: "The first of them is told; `engine plan` shows all.",
  },
  "api/unknown-sink": {
    why: "The pipeline as it was saved has no MongoDB sink of that name.",
    mend: "Save it first; only a `sink.mongodb` has a collection to show.",
  },
  "api/unknown-source": {
    why: "The pipeline as it was saved has no source of that name, or no topic reads it.",
    mend: "Save it first, with a topic that reads the source.",
  },
  "api/no-records": {
    why: "The source's topic is empty or not made yet, or its newest records are not lines of text, so there is nothing to capture.",
    mend: "Press Run first.",
  },
  "api/sample-exists": {
    why: "The source has a sample in `samples/` already, which capturing would write over.",
    mend: "Say that it may be replaced, or keep it.",
  },
  "api/too-slow": {
    why: "A command of the engine that the editor asked took longer than a minute.",
    mend: "Try it in a terminal, where it may take as long as it needs: `engine plan` or `engine render`.",
  },
  "api/runs-already": {
    why: "The pipeline runs already; two runs of one would disturb each other.",
    mend: "Stop the run first.",
  },
  "api/not-built": { why: "The editor's page is made by a build that has not been run.", mend: "Run `npm run build -w editor`." },
  "api/port-taken": { why: "Another program listens on the port.", mend: "Choose another with `--port`, or leave it out." },
  "api/unexpected": { why: "Something went wrong that should not have.", mend: "The terminal of `engine edit` says more." },
};
