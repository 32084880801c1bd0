import { parseDuration } from "../duration.ts";
import type { Windowed } from "./windows.ts";

/** From (inclusive) and to (exclusive), in microseconds since 1970. */
export interface WindowBounds {
  start: bigint;
  end: bigint;
}

type Window = NonNullable<Windowed["window"]>;

const micros = (duration: string) => BigInt(parseDuration(duration) ?? 0) * 1000n;

/** The windows that a time lies in, the earliest first; for sessions the one that it begins by itself. */
export function windowsAt({ size, slide, gap }: Window, time: bigint): WindowBounds[] {
  if (size === null) return [{ start: time, end: time + micros(gap ?? "") }];
  const [length, step] = [micros(size), micros(slide ?? size)];
  const found: WindowBounds[] = [];
  for (let start = floorTo(time, step); start + length > time; start -= step) found.unshift({ start, end: start + length });
  return found;
}

/** True where Spark makes one session of two. */
export function touch(a: WindowBounds, b: WindowBounds): boolean {
  return a.start <= b.end && b.start <= a.end;
}

function floorTo(time: bigint, step: bigint): bigint {
  const rest = time % step;
  return time - (rest < 0n ? rest + step : rest);
}
