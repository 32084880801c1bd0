import { useConnection } from "./state/connection.ts";
import { texts } from "./texts/index.ts";

/** Says so while the server is away. */
export function ConnectionNotice() {
  const problem = useConnection((state) => state.problem);
  return problem !== undefined && <p role="alert">{problem === "lost" ? texts.lostServer : texts.unknownServer}</p>;
}
