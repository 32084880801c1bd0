import type { Column } from "@pipeline-engine/engine/core";
import { parse, stringify } from "yaml";
import { resolved, type Schema } from "../contracts.ts";
import { texts } from "../texts/index.ts";
import styles from "./form.module.css";
import { Diagnostics } from "./form.tsx";
import { TextInput } from "./inputs.tsx";

interface FieldProps {
  name: string;
  schema: Schema;
  /** As it is written; undefined where it is not. */
  value: unknown;
  isRequired: boolean;
  /** The columns that the node reads. */
  columns: readonly Column[];
  pointer: string;
  /** `path` leads on from this field; undefined takes the value out of the text. */
  onChange: (value: unknown, path: (string | number)[]) => void;
}

/** One setting: its title, what it is for, the widget that fits its schema, and what is wrong with it. */
export function Field(props: FieldProps) {
  const schema = resolved(props.schema);
  const { name, value, isRequired, pointer, onChange } = props;
  const isSet = value !== undefined;
  const widget = widgetOf(schema);
  return (
    <div className={styles.field} data-field={name}>
      <div className={styles.labelRow}>
        <span className={styles.label} title={schema.description}>
          {schema.title ?? name}
          {isRequired && <small> {texts.required}</small>}
        </span>
        {isSet && !isRequired && (
          <button type="button" className={styles.unset} onClick={() => onChange(undefined, [])}>
            {texts.unset}
          </button>
        )}
      </div>
      {schema.description !== undefined && <small className={styles.about}>{schema.description}</small>}
      <Widget {...props} schema={schema} widget={widget} />
      <Diagnostics pointer={pointer} exact={widget === "object"} />
    </div>
  );
}

type WidgetKind =
  | "choice"
  | "switch"
  | "number"
  | "text"
  | "column"
  | "expression"
  | "expressions"
  | "list"
  | "object"
  | "columns"
  | "value";

/** The widget for a schema, by what the contract says of it alone: a new node type needs nothing here. */
export function widgetOf(schema: Schema): WidgetKind {
  const types = [schema.type ?? []].flat();
  if (schema["x-widget"] === "expression") return "expression";
  if (schema["x-widget"] === "expressions") return "expressions";
  if (schema["x-widget"] === "columns") return "columns";
  if (schema.enum !== undefined) return "choice";
  if (types.includes("boolean")) return "switch";
  if (types.includes("integer") || types.includes("number")) return "number";
  if (types.includes("array")) {
    const items = resolved(schema.items ?? {});
    return items.type === "string" ? "list" : "value";
  }
  if (types.includes("object")) return schema.properties === undefined ? "value" : "object";
  if (schema["x-expects"]?.startsWith("a column, or a path")) return "column";
  return types.includes("string") ? "text" : "value";
}

function Widget({ name, schema, value, columns, pointer, onChange, widget }: FieldProps & { widget: WidgetKind }) {
  const label = schema.title ?? name;
  const placeholder =
    schema.default === undefined || schema.default === null ? exampleOf(schema) : texts.defaultIs(shortly(schema.default));
  const paths = pathsOf(columns);
  switch (widget) {
    case "choice":
      return (
        <select
          aria-label={label}
          value={value === undefined ? "" : String(value)}
          onChange={(event) => onChange(event.target.value === "" ? undefined : choiceOf(schema, event.target.value), [])}
        >
          <option value="">{schema.default === undefined ? "" : texts.defaultIs(shortly(schema.default))}</option>
          {schema.enum?.map((option) => (
            <option key={String(option)} value={String(option)}>
              {String(option)}
            </option>
          ))}
        </select>
      );
    case "switch":
      return (
        <label className={styles.switch}>
          <input
            type="checkbox"
            aria-label={label}
            checked={Boolean(value ?? schema.default)}
            onChange={(event) => onChange(event.target.checked, [])}
          />{" "}
          {label}
        </label>
      );
    case "number":
      return (
        <TextInput
          label={label}
          type="number"
          value={value === undefined ? "" : String(value)}
          placeholder={placeholder}
          onCommit={(text) => onChange(text === "" ? undefined : Number(text), [])}
        />
      );
    case "column":
    case "expression":
      return (
        <TextInput
          label={label}
          mono
          options={paths}
          value={value === undefined ? "" : shortly(value)}
          placeholder={placeholder}
          onCommit={(text) => onChange(text === "" ? undefined : text, [])}
        />
      );
    case "text":
      return (
        <TextInput
          label={label}
          mono={schema["x-reference"] === true}
          value={value === undefined ? "" : shortly(value)}
          placeholder={placeholder}
          onCommit={(text) => onChange(text === "" ? undefined : text, [])}
        />
      );
    case "list":
      return (
        <Lines
          label={label}
          options={paths}
          value={value}
          takesOne={[schema.type].flat().includes("string")}
          onChange={onChange}
        />
      );
    case "expressions":
      return <Entries label={label} options={paths} values={asRecord(value)} onChange={onChange} />;
    case "object":
      return (
        <div className={styles.nested}>
          {Object.entries(schema.properties ?? {}).map(([inner, property]) => (
            <Field
              key={inner}
              name={inner}
              schema={property}
              value={asRecord(value)[inner]}
              isRequired={value !== undefined && (schema.required?.includes(inner) ?? false)}
              columns={columns}
              pointer={`${pointer}/${inner}`}
              onChange={(next, path) => onChange(next, [inner, ...path])}
            />
          ))}
        </div>
      );
    default:
      return <YamlValue label={label} value={value} placeholder={placeholder} onChange={onChange} />;
  }
}

/** A list of texts, a line for each. `takesOne`: a single one may stand without a list. */
function Lines({
  label,
  options,
  value: written,
  takesOne,
  onChange,
}: {
  label: string;
  options: string[];
  value: unknown;
  takesOne: boolean;
  onChange: FieldProps["onChange"];
}) {
  const values = asList(written);
  const place = (at: number) => (Array.isArray(written) ? [at] : []);
  const append = (text: string) => {
    if (values.length === 0) onChange(takesOne ? text : [text], []);
    else if (Array.isArray(written)) onChange(text, [values.length]);
    else onChange([...values, text], []);
  };
  return (
    <div className={styles.entries}>
      {values.map((value, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place alone.
        <div key={at} className={styles.entry}>
          <TextInput
            label={`${label} ${at + 1}`}
            mono
            options={options}
            value={String(value)}
            onCommit={(text) => onChange(text === "" ? undefined : text, place(at))}
          />
          <button
            type="button"
            aria-label={`${texts.removeEntry} ${String(value)}`}
            onClick={() => onChange(undefined, place(at))}
          >
            ×
          </button>
        </div>
      ))}
      <TextInput
        key={values.length}
        label={`${texts.addEntry}: ${label}`}
        mono
        options={options}
        value=""
        placeholder={texts.addEntry}
        onCommit={(text) => text !== "" && append(text)}
      />
    </div>
  );
}

/** A map of names to expressions. */
function Entries({
  label,
  options,
  values,
  onChange,
}: {
  label: string;
  options: string[];
  values: Record<string, unknown>;
  onChange: FieldProps["onChange"];
}) {
  const names = Object.keys(values);
  return (
    <div className={styles.entries}>
      {names.map((name) => (
        <div key={name} className={styles.entry}>
          <span className={styles.entryName}>{name}</span>
          <TextInput
            label={`${label}: ${name}`}
            mono
            options={options}
            value={shortly(values[name])}
            onCommit={(text) => onChange(text === "" ? undefined : text, [name])}
          />
          <button type="button" aria-label={`${texts.removeEntry} ${name}`} onClick={() => onChange(undefined, [name])}>
            ×
          </button>
        </div>
      ))}
      <TextInput
        key={names.length}
        label={`${texts.addEntry}: ${label}`}
        value=""
        placeholder={`${texts.addEntry}: ${texts.name}`}
        onCommit={(name) => name !== "" && onChange("null", [name])}
      />
    </div>
  );
}

/** What has no widget of its own, as YAML. */
function YamlValue({
  label,
  value,
  placeholder,
  onChange,
}: {
  label: string;
  value: unknown;
  placeholder: string;
  onChange: FieldProps["onChange"];
}) {
  const text = value === undefined ? "" : stringify(value, { lineWidth: 60 }).trimEnd();
  const commit = (next: string) => {
    if (next.trim() === "") return onChange(undefined, []);
    try {
      onChange(parse(next), []);
    } catch {
      // Unfinished: it is written once it can be read.
    }
  };
  return (
    <TextInput
      label={label}
      mono
      lines={Math.min(12, Math.max(3, text.split("\n").length + 1))}
      value={text}
      placeholder={placeholder}
      onCommit={commit}
    />
  );
}

function pathsOf(columns: readonly Column[], prefix = ""): string[] {
  return columns.flatMap(({ name, type }) => [
    `${prefix}${name}`,
    ...(type.kind === "struct" ? pathsOf(type.fields, `${prefix}${name}.`) : []),
  ]);
}

function choiceOf(schema: Schema, text: string): unknown {
  return schema.enum?.find((option) => String(option) === text);
}

function exampleOf({ examples }: Schema): string {
  return examples?.[0] === undefined ? "" : shortly(examples[0]);
}

function shortly(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return value === undefined || value === null ? [] : [value];
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
