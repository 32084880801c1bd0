/** A sentence, with what stands in backticks as code. */
export function WithCode({ text }: { text: string }) {
  return text.split(/(`[^`]+`)/).map((part, at) =>
    part.startsWith("`") && part.length > 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never move.
      <code key={at}>{part.slice(1, -1)}</code>
    ) : (
      part
    ),
  );
}
