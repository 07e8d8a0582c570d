import { isObject } from "../block-check.ts";
import { compileFilter } from "../datastore-filter.ts";
import type { HostedDatastore } from "../manifest.ts";
import { SlackError } from "../slack-error.ts";
import type { Json } from "../state.ts";
import { type Call, type Family, page } from "./call.ts";

const BULK_ITEMS = 25;
const ITEM_BYTES = 400_000;

const refuse = (message: string): SlackError =>
  new SlackError("datastore_error", { response_metadata: { messages: [`[ERROR] ${message}`] } });

interface Store {
  name: string;
  definition: HostedDatastore;
  rows: Record<string, Json>;
}

function storeOf(call: Call): Store {
  const name = call.args.required("datastore");
  const definition = call.manifest.datastores[name];
  if (!definition) throw refuse(`datastore ${name} is not in the manifest`);
  call.state.datastores[name] ??= {};
  return { name, definition, rows: call.state.datastores[name] };
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === "boolean",
  array: Array.isArray,
  object: isObject,
  "slack#/types/timestamp": (value) => typeof value === "number",
};

/** Slack's own id types are strings. */
const fits = (type: string, value: unknown): boolean => (TYPES[type] ?? ((given) => typeof given === "string"))(value);

function checked(store: Store, item: Json): { id: string; item: Json } {
  const { primary_key, attributes } = store.definition;
  const id = item[primary_key];
  if (typeof id !== "string" || id === "") throw refuse(`item has no primary key ${primary_key}`);
  for (const [name, value] of Object.entries(item)) {
    const attribute = attributes[name];
    if (!attribute) throw refuse(`datastore ${store.name} has no attribute ${name}`);
    if (!fits(String(attribute.type), value))
      throw refuse(`attribute ${name} must be of type ${String(attribute.type)}`);
  }
  if (JSON.stringify(item).length > ITEM_BYTES) throw refuse("item is larger than 400 KB");
  return { id, item };
}

function write(call: Call, store: Store, item: Json, merge: boolean): Json {
  const entry = checked(store, item);
  const next = merge ? { ...store.rows[entry.id], ...entry.item } : entry.item;
  store.rows[entry.id] = next;
  call.changed({ type: "datastore", datastore: store.name, id: entry.id });
  return next;
}

function bulk(call: Call, name: "ids" | "items"): unknown[] {
  const list = call.args.json(name);
  if (!Array.isArray(list) || list.length === 0) throw refuse(`${name} must be a list`);
  if (list.length > BULK_ITEMS) throw refuse(`at most ${BULK_ITEMS} ${name} a call`);
  return list;
}

function matching(call: Call, store: Store): Json[] {
  const filter = compileFilter(
    call.args.text("expression"),
    call.args.json("expression_attributes"),
    call.args.json("expression_values"),
  );
  if (filter.attributes.includes(store.definition.primary_key)) {
    throw refuse("expressions must not use the primary key; get the item by its id");
  }
  return Object.values(store.rows).filter((row) => filter.matches(row));
}

function erase(call: Call, store: Store, id: string): void {
  delete store.rows[id];
  call.changed({ type: "datastore", datastore: store.name, id });
}

const read = { tier: "unlimited", scopes: ["datastore:read"], apps: ["hosted"] } as const;
const written = { tier: "unlimited", scopes: ["datastore:write"], apps: ["hosted"] } as const;

/** `id` names the primary key in get and delete, whatever the attribute is called. */
export const datastore: Family = {
  "apps.datastore.get": {
    ...read,
    run: (call) => {
      const store = storeOf(call);
      return { datastore: store.name, item: store.rows[call.args.required("id")] ?? {} };
    },
  },
  "apps.datastore.put": {
    ...written,
    run: (call) => {
      const store = storeOf(call);
      return { datastore: store.name, item: write(call, store, call.args.object("item"), false) };
    },
  },
  "apps.datastore.update": {
    ...written,
    run: (call) => {
      const store = storeOf(call);
      return { datastore: store.name, item: write(call, store, call.args.object("item"), true) };
    },
  },
  "apps.datastore.delete": {
    ...written,
    run: (call) => {
      const store = storeOf(call);
      erase(call, store, call.args.required("id"));
      return { datastore: store.name };
    },
  },
  "apps.datastore.query": {
    ...read,
    run: (call) => {
      const store = storeOf(call);
      const { items, response_metadata } = page(call, matching(call, store), 100, 1000);
      return { datastore: store.name, items, response_metadata };
    },
  },
  "apps.datastore.count": {
    ...read,
    run: (call) => {
      const store = storeOf(call);
      return { datastore: store.name, count: matching(call, store).length };
    },
  },
  "apps.datastore.bulkGet": {
    ...read,
    run: (call) => {
      const store = storeOf(call);
      const items = bulk(call, "ids").flatMap((id) => store.rows[String(id)] ?? []);
      return { datastore: store.name, items, failed_items: [] };
    },
  },
  "apps.datastore.bulkPut": {
    ...written,
    tier: 3,
    run: (call) => {
      const store = storeOf(call);
      const items = bulk(call, "items").map((item) => {
        if (!isObject(item)) throw refuse("every item must be an object");
        return checked(store, item).item;
      });
      for (const item of items) write(call, store, item, false);
      return { datastore: store.name, failed_items: [] };
    },
  },
  "apps.datastore.bulkDelete": {
    ...written,
    run: (call) => {
      const store = storeOf(call);
      for (const id of bulk(call, "ids")) erase(call, store, String(id));
      return { datastore: store.name, failed_items: [] };
    },
  },
};
