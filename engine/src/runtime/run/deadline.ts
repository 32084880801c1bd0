/** The longest time that `setTimeout` can wait, in ms; a longer one would be over at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * A signal that aborts after `ms`. Its timer holds it, so it fires though nothing but `AbortSignal.any` refers to it:
 * `AbortSignal.timeout` is lost there to garbage collection.
 */
export function deadline(ms: number): { signal: AbortSignal; cancel(): void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout;
  const arm = (left: number) => {
    const next = () => (left > LONGEST_MS ? arm(left - LONGEST_MS) : controller.abort());
    timer = setTimeout(next, Math.min(left, LONGEST_MS));
  };
  arm(ms);
  return { signal: controller.signal, cancel: () => clearTimeout(timer) };
}
