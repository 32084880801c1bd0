/** Letters whose form at the head of a word is neither their capital nor made from it. */
const TITLES = new Map<string, string>([
  ..."ǄǅǆǇǈǉǊǋǌǱǲǳ".split("").map((letter, i): [string, string] => [letter, "ǅǈǋǲ"[Math.floor(i / 3)] ?? letter]),
  ["ŉ", "ʼN"],
]);

/** Every word (what stands between spaces) with a capital in front and small letters behind, as Spark does it. */
export function titleCase(text: string): string {
  return text
    .split(" ")
    .map((word) => {
      const first = String.fromCodePoint(word.codePointAt(0) ?? 0x20);
      // the rest is lowered in its surroundings, for the sake of the final sigma
      return word === "" ? "" : headOf(first) + word.toLowerCase().slice(first.toLowerCase().length);
    })
    .join(" ");
}

function headOf(letter: string): string {
  const title = TITLES.get(letter);
  if (title !== undefined) return title;
  // Georgian has capitals, but none at the head of a word
  if (/[ა-ჿ]/u.test(letter)) return letter;
  const [first = "", ...rest] = letter.toUpperCase();
  // a Greek iota below the letter stays below it
  if (/[\u1f80-\u1fff]/u.test(letter) && rest.at(-1) === "Ι")
    return `${first}${rest.slice(0, -1).join("")}\u0345`.normalize("NFC");
  return first + rest.join("").toLowerCase();
}
