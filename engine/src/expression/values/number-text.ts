/** A double as Java writes it: `1.0`, `1.0E10`, `NaN`, `Infinity`. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [mantissa = "", exponent = "0"] = shortest(value).split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  const power = Number(exponent);
  if (power >= 7 || power < -3) return `${sign}${digits[0]}.${digits.slice(1) || "0"}E${power}`;
  if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, "0");
  return `${sign}${whole}.${digits.slice(power + 1) || "0"}`;
}

/** The fewest digits that name the double; of two digits Java takes the nearest, where JavaScript would give one. */
function shortest(value: number): string {
  const text = value.toExponential();
  if (text.includes(".")) return text;
  const two = value.toExponential(1);
  return Number(two) === value && !two.includes(".0") ? two : text;
}

/** Spaces and control characters as Spark strips them around a number or a time. */
export function stripped(text: string): string {
  return text.replace(/^[\0-\x20\x7f]+|[\0-\x20\x7f]+$/g, "");
}

/** Spaces and control characters as Java's `trim` strips them. */
export function trimmed(text: string): string {
  return text.replace(/^[\0-\x20]+|[\0-\x20]+$/g, "");
}

const SPECIAL: Record<string, number> = {
  inf: Number.POSITIVE_INFINITY,
  "+inf": Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  "+infinity": Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
  "-infinity": Number.NEGATIVE_INFINITY,
  nan: Number.NaN,
};

/** A text as the double that Spark's cast reads, undefined where it reads none. */
export function readDouble(text: string): number | undefined {
  const inner = trimmed(text);
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/.test(inner)) return Number(inner.replace(/[dDfF]$/, ""));
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d{1,9})[dDfF]?$/.exec(inner);
  if (hex !== null) return readHex(hex);
  if (/^[+-]NaN$/.test(inner)) return Number.NaN;
  return SPECIAL[inner.toLowerCase()];
}

function readHex([, sign, whole = "", fraction = "", power = "0"]: RegExpExecArray): number | undefined {
  if (whole + fraction === "") return undefined;
  const digits = Number(BigInt(`0x${whole}${fraction}`));
  // in two steps, since 2 to the power alone may be beyond a double
  const exponent = Math.max(-3000, Math.min(3000, Number(power) - 4 * fraction.length));
  const half = Math.trunc(exponent / 2);
  return (sign === "-" ? -1 : 1) * digits * 2 ** half * 2 ** (exponent - half);
}

/** A text as a whole number within the bounds, undefined where it is none. */
export function readWhole(text: string, low: bigint, high: bigint): bigint | undefined {
  const inner = stripped(text);
  if (!/^[+-]?\d+$/.test(inner)) return undefined;
  const value = BigInt(inner.replace("+", ""));
  return value >= low && value <= high ? value : undefined;
}

const YES = new Set(["t", "true", "y", "yes", "1"]);
const NO = new Set(["f", "false", "n", "no", "0"]);

/** A text as the boolean that Spark's cast reads, undefined where it reads none. */
export function readBoolean(text: string): boolean | undefined {
  const word = stripped(text).toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : undefined;
}
