import type { Picture } from "../compile/picture.ts";
import { useEditor } from "../state/editor.ts";
import styles from "./form.module.css";
import { WithCode } from "./with-code.tsx";

type Diagnostics = Picture["diagnostics"];

/** What is wrong at a place of the text. `exact` leaves out what stands deeper. */
export function useProblems(pointer: string, exact: boolean): Diagnostics {
  const diagnostics = useEditor((state) => state.diagnostics);
  return diagnostics.filter(({ at }) => at.pointer === pointer || (!exact && at.pointer.startsWith(`${pointer}/`)));
}

/** Problems as sentences. `id`: what they are about refers to them by it. */
export function Problems({ id, problems }: { id?: string; problems: Diagnostics }) {
  if (problems.length === 0) return null;
  return (
    <div id={id}>
      {problems.map(({ code, severity, message, hint, at }) => (
        <p key={`${code} ${at.from}`} className={severity === "error" ? styles.error : styles.warning}>
          {severity === "error" ? "✕" : "⚠"} <WithCode text={message} />{" "}
          {hint !== undefined && (
            <em>
              <WithCode text={hint} />
            </em>
          )}
        </p>
      ))}
    </div>
  );
}

/** A sentence of the form itself about what was typed and not written. */
export function Refusal({ id, text }: { id: string; text: string | undefined }) {
  return (
    <p id={id} className={styles.error} role="alert" hidden={text === undefined}>
      {text !== undefined && (
        <>
          ✕ <WithCode text={text} />
        </>
      )}
    </p>
  );
}
