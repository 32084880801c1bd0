import type { Picture } from "../compile/picture.ts";
import { useEditor } from "../state/editor.ts";
import { showPlace } from "../state/session.ts";

type Problem = Picture["diagnostics"][number];

let last: Problem | undefined;

/** Selects the node of a problem, and leads to its field where the form is open, else to its place in the text. */
export function goToProblem(problem: Problem): void {
  last = problem;
  const { picture, side, isStale } = useEditor.getState();
  const { pointer, from, to } = problem.at;
  const node = picture?.nodes.find((one) => `${pointer}/`.startsWith(`${one.pointer}/`));
  if (node !== undefined) useEditor.setState({ selected: [node.id] });
  if (node === undefined || isStale || side === "yaml") showPlace(from, to);
  else useEditor.setState({ asked: { pointer } });
}

/** Goes to the problem behind the one that was shown last, or before it; round and round. */
export function goToNextProblem(step: 1 | -1): void {
  const { diagnostics } = useEditor.getState();
  const at = diagnostics.findIndex(({ at: { from }, code }) => from === last?.at.from && code === last.code);
  const start = at === -1 && step === -1 ? 0 : at;
  const next = diagnostics.at((start + step) % diagnostics.length);
  if (next !== undefined) goToProblem(next);
}
