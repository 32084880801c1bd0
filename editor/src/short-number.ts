const numbers = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** `12,345` as `12.3K`. */
export function shortNumber(value: number): string {
  return numbers.format(value);
}
