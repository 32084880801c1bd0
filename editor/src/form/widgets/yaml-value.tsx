import { useId, useState } from "react";
import { parse, stringify, YAMLParseError } from "yaml";
import { formTexts } from "../../texts/form.ts";
import { useEditing } from "../editing.ts";
import { TextInput } from "../inputs.tsx";
import { refusing } from "../naming.ts";
import { Refusal } from "../problems-at.tsx";
import { placeholderOf, type WidgetProps } from "./widget-props.ts";

const MOST_LINES = 12;

/** What has no widget of its own, as YAML. It is written once it can be read. */
export function YamlValue({ schema, value, path, naming }: WidgetProps) {
  const { set } = useEditing();
  const [refused, setRefused] = useState<string>();
  const refusal = useId();
  const text = value === undefined ? "" : stringify(value, { lineWidth: 60 }).trimEnd();
  const commit = (next: string) => {
    try {
      const read: unknown = next.trim() === "" ? undefined : parse(next, { logLevel: "error" });
      setRefused(undefined);
      set(path, read);
    } catch (error) {
      if (!(error instanceof YAMLParseError)) throw error;
      setRefused(formTexts.noYaml(error.message.split("\n")[0] ?? ""));
    }
  };
  return (
    <>
      <TextInput
        naming={refusing(naming, refusal, refused)}
        mono
        lines={Math.min(MOST_LINES, Math.max(2, text.split("\n").length))}
        value={text}
        placeholder={placeholderOf(schema)}
        onCommit={commit}
      />
      <Refusal id={refusal} text={refused} />
    </>
  );
}
