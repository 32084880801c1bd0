import type { ApiError } from "../api/client.ts";
import { texts } from "../texts/index.ts";
import styles from "./refusal.module.css";

/** What the server says where it has no answer, and what to do. `note` says what is shown meanwhile. */
export function Refusal({ refused, note }: { refused: ApiError; note?: string | undefined }) {
  const sentence = refused.status === 0 ? texts.lostServer : refused.message;
  return (
    <p className={styles.refusal} role="alert">
      {sentence}{" "}
      {refused.hint !== undefined && <strong>{`${refused.hint.charAt(0).toUpperCase()}${refused.hint.slice(1)}.`}</strong>} {note}
    </p>
  );
}
