import { lazy, Suspense } from "react";
import { useEditing } from "../editing.ts";
import { asText, placeholderOf, type WidgetProps } from "./widget-props.ts";

const load = import("./expression-editor.tsx");
const ExpressionEditor = lazy(() => load.then((module) => ({ default: module.ExpressionEditor })));

/** An expression, with completion, its type, and what is wrong with it while it is typed. */
export function Expression({ schema, value, path, naming }: WidgetProps) {
  const { set, columnsAt } = useEditing();
  const text = asText(value);
  return (
    <Suspense fallback={<input {...naming} className="mono" value={text} readOnly />}>
      <ExpressionEditor
        naming={naming}
        value={text}
        columns={columnsAt(path)}
        placeholder={placeholderOf(schema)}
        onCommit={(next) => set(path, next.trim() === "" ? undefined : next)}
      />
    </Suspense>
  );
}
