import type { TransformHttpConfig } from "@pipeline-engine/schemas/types";
import type { Address } from "./address.ts";

const isReferred = (text: string) => text.includes("${");

/** What the job is given by JOB_SECRETS, since it is no secret what else stands in it: texts with references, by the names that `steps/http.py` knows. */
export function secretsOf({ auth, headers }: TransformHttpConfig, { beginning }: Address): Record<string, string> {
  const named = Object.entries(headers).filter(([, value]) => isReferred(value));
  return {
    ...(beginning !== "" && { url: beginning }),
    ...(auth !== null && { auth: auth.secret }),
    ...(auth?.type === "basic" && auth.user !== null && isReferred(auth.user) && { user: auth.user }),
    ...Object.fromEntries(named.map(([name, value]) => [`header ${name}`, value])),
  };
}

/** The headers that stand in the job as they are. */
export function headersOf({ headers }: TransformHttpConfig): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => !isReferred(value)));
}
