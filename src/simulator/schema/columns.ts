import type { Column, StoredObject } from "../resource.ts";
import { ageOf } from "./age.ts";

/** What stands where there is nothing. */
export const none = "<none>";

type Cell<T> = (object: T, now: number) => string | number | boolean | null;

interface ColumnMaker<T> {
  readonly column: (name: string, type: Column["type"], cell: Cell<T>) => Column;
  /** The same, for `-o wide` only. */
  readonly wide: (name: string, type: Column["type"], cell: Cell<T>) => Column;
}

/** Makes columns whose cells come from objects of type `T`. */
export function columnsOf<T>(): ColumnMaker<T & StoredObject> {
  const make =
    (priority: number): ColumnMaker<T & StoredObject>["column"] =>
    (name, type, cell) => ({ name, type, priority, cell: (object, now) => cell(object as T & StoredObject, now) });
  return { column: make(0), wide: make(1) };
}

const { column } = columnsOf<StoredObject>();

export const nameColumn: Column = {
  ...column("Name", "string", ({ metadata }) => metadata.name),
  format: "name",
};

export const ageColumn: Column = column("Age", "string", ({ metadata }, now) => ageOf(metadata.creationTimestamp, now));

/** When it was made, where kubectl shows no age. */
export const createdColumn: Column = column("Created At", "date", ({ metadata }) => metadata.creationTimestamp ?? null);
