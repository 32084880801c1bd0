import { useId, useState } from "react";
import { resolved, type Schema } from "../contracts.ts";
import { formTexts } from "../texts/form.ts";
import { ColumnInput } from "./column-input.tsx";
import { type Path, useEditing } from "./editing.ts";
import { TextInput } from "./inputs.tsx";
import { refusing } from "./naming.ts";
import { Refusal } from "./problems-at.tsx";

interface NameInputProps {
  /** What a name must be. */
  schema: Schema | undefined;
  value: string;
  label: string;
  placeholder?: string;
  path: Path;
  /** Takes a name; returns why it cannot be. */
  onName: (name: string) => string | undefined;
}

/** The name of an entry of a map. What cannot be one is refused here, and stays to be mended. */
export function NameInput({ schema: raw = {}, value, label, placeholder, path, onName }: NameInputProps) {
  const { columnsAt } = useEditing();
  const [refused, setRefused] = useState<string>();
  const refusal = useId();
  const schema = resolved(raw);
  const commit = (name: string) => {
    const isFit = new RegExp(schema.pattern ?? "").test(name);
    const why = name === "" ? undefined : isFit ? onName(name) : formTexts.noName(name, schema["x-expects"]);
    setRefused(why);
  };
  const shared = {
    value,
    placeholder,
    onCommit: commit,
    isName: true,
    naming: refusing({ "aria-label": label }, refusal, refused),
  };
  return (
    <div>
      {schema["x-widget"] === "column" ? <ColumnInput {...shared} columns={columnsAt(path)} /> : <TextInput {...shared} mono />}
      <Refusal id={refusal} text={refused} />
    </div>
  );
}

/** Where a new entry is named: empty again once it is there. */
export function AddName({ onName, ...more }: Omit<NameInputProps, "value">) {
  const [count, setCount] = useState(0);
  return (
    <NameInput
      key={count}
      {...more}
      value=""
      onName={(name) => {
        const why = onName(name);
        if (why === undefined) setCount(count + 1);
        return why;
      }}
    />
  );
}
