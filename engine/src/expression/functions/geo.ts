import { type Evaluated, failure } from "../values/value.ts";
import { always, by, type FunctionEntry, type Parameter, strict } from "./entry.ts";

/** The mean radius of the earth in kilometres (IUGG). */
const RADIUS = 6371.0088;
const parameters: Parameter[] = ["latitude1", "longitude1", "latitude2", "longitude2"].map((name) => ({
  name,
  accepts: "double",
}));

function radians(degrees: number): number {
  return degrees * 0.017453292519943295;
}

function distance(latitude1: number, longitude1: number, latitude2: number, longitude2: number): Evaluated {
  const fits =
    Math.abs(latitude1) <= 90 && Math.abs(latitude2) <= 90 && Math.abs(longitude1) <= 180 && Math.abs(longitude2) <= 180;
  if (!fits) return failure("there is no such place on earth");
  const north = Math.sin(radians(latitude2 - latitude1) / 2);
  const east = Math.sin(radians(longitude2 - longitude1) / 2);
  const half = north * north + Math.cos(radians(latitude1)) * Math.cos(radians(latitude2)) * (east * east);
  const metres = 2 * RADIUS * 1000 * Math.asin(Math.sqrt(Math.min(half, 1)));
  return Math.floor(metres + 0.5) / 1000;
}

/** Functions on places. */
export const GEO: FunctionEntry[] = [
  strict(
    "geo",
    "distance_km",
    "The distance over the earth's surface (a sphere) between two places in degrees, in kilometres to the metre. Fails outside of ±90 and ±180.",
    parameters,
    always("double"),
    {
      // a lambda, since each argument may stand here only once; whole metres, since Java's sine and JavaScript's differ in the last bit
      spark: ([a, b, c, d]) => {
        const half =
          "power(sin(radians(v.c - v.a) / 2D), 2D) + cos(radians(v.a)) * cos(radians(v.c)) * power(sin(radians(v.d - v.b) / 2D), 2D)";
        const metres = `floor(${2 * RADIUS * 1000}D * asin(sqrt(least(${half}, 1D))) + 0.5D) / 1000D`;
        const fits = "abs(v.a) <= 90D AND abs(v.c) <= 90D AND abs(v.b) <= 180D AND abs(v.d) <= 180D";
        const place = `named_struct('a', ${a}, 'b', ${b}, 'c', ${c}, 'd', ${d})`;
        return `get(transform(array(${place}), v -> CASE WHEN ${fits} THEN ${metres} END), 0)`;
      },
      fails: "null-result",
      evaluate: by(distance),
      examples: [
        { text: "distance_km(52.52, 13.405, 48.8566, 2.3522)", value: 877.465 },
        { text: "distance_km(0, 0, 0, 0)", value: 0 },
        { text: "distance_km(d, 0, 0, 0)", row: { d: 91 }, failed: true },
      ],
    },
  ),
];
