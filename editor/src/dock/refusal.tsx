import type { ReactNode } from "react";
import type { ApiError } from "../api/client.ts";
import { texts } from "../texts/index.ts";
import styles from "./refusal.module.css";

/** What the server says where it has no answer, and what to do. `note`: what is shown meanwhile, or leads on. */
export function Refusal({ refused, note }: { refused: ApiError; note?: ReactNode }) {
  const sentence = refused.status === 0 ? texts.lostServer : refused.message;
  return (
    <p className={styles.refusal} role="alert">
      {sentence} {refused.hint !== undefined && <strong>{asSentence(refused.hint)}</strong>} {note}
    </p>
  );
}

function asSentence(hint: string): string {
  return `${hint.charAt(0).toUpperCase()}${hint.slice(1)}${/[.?!]$/.test(hint) ? "" : "."}`;
}
