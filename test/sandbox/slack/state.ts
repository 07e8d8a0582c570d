/** A plain JSON object from the wire. */
export type Json = Record<string, unknown>;

export interface User {
  id: string;
  name: string;
  real_name: string;
  email?: string | undefined;
  team_id: string;
  is_bot: boolean;
  deleted: boolean;
  is_restricted: boolean;
  is_ultra_restricted: boolean;
  is_stranger: boolean;
  /** Bots of the two apps only. */
  bot_id?: string | undefined;
  app_id?: string | undefined;
}

export interface UserGroup {
  id: string;
  handle: string;
  name: string;
  description: string;
  users: string[];
}

export interface Bookmark {
  id: string;
  channel_id: string;
  title: string;
  link: string;
  emoji?: string | undefined;
  type: "link";
  date_created: number;
}

export interface Message {
  ts: string;
  user: string;
  text: string;
  blocks: Json[];
  metadata: Json | null;
  thread_ts?: string | undefined;
  ephemeral_for?: string | undefined;
  edited_at?: string | undefined;
  app_id?: string | undefined;
  bot_id?: string | undefined;
  subtype?: string | undefined;
  /** The function execution that posted it: only it can receive clicks … */
  execution_id?: string | undefined;
  /** … and only while it painted the blocks now shown. What another execution paints is taken to be dead. */
  painted_by?: string | undefined;
  reactions: { name: string; users: string[] }[];
}

export interface Channel {
  id: string;
  name: string;
  is_private: boolean;
  is_archived: boolean;
  created: number;
  creator: string;
  topic: string;
  purpose: string;
  previous_names: string[];
  members: string[];
  bookmarks: Bookmark[];
  pins: { ts: string; by: string; at: number }[];
  messages: Message[];
}

export interface View {
  id: string;
  user: string;
  type: "modal";
  callback_id: string;
  title: string;
  submit: string | null;
  close: string | null;
  blocks: Json[];
  private_metadata: string;
  external_id: string;
  clear_on_close: boolean;
  notify_on_close: boolean;
  hash: string;
  root_view_id: string;
  previous_view_id: string | null;
  state: { values: Record<string, Record<string, Json>> };
  /** A modal of a function … */
  execution_id?: string | undefined;
  /** … or the form of a built-in step of this workflow run. */
  form_run_id?: string | undefined;
}

/** One use of a button, shortcut or form: it may open one modal within about 3 s. */
export interface Pointer {
  pointer: string;
  trigger_id: string;
  secret: string;
  user: string;
  issued: number;
  used: boolean;
  /** Where the person was, for what the modal's owner may ask. */
  channel?: string | undefined;
}

export type ExecutionStatus = "running" | "open" | "completed" | "failed";

/** One run of one function. `open` = returned `completed: false` and still serves its buttons and modals. */
export interface Execution {
  id: string;
  run_id: string;
  step: number;
  workflow: string;
  function: string;
  trigger: string;
  user: string | null;
  status: ExecutionStatus;
  inputs: Json;
  outputs: Json;
  error: string | null;
  /** What Slack would tell the person: a Slackbot line after a failure. */
  notices: string[];
  token: string;
  started: number;
  ended: number | null;
}

export interface WorkflowRun {
  id: string;
  workflow: string;
  trigger: string;
  user: string | null;
  inputs: Json;
  /** Outputs by step index. */
  steps: Record<string, Json>;
  step: number;
  status: "running" | "completed" | "failed";
  error: string | null;
  started: number;
}

export type TriggerType = "shortcut" | "webhook" | "scheduled" | "event";

export interface TriggerRecord {
  id: string;
  /** File name without `.ts`; for triggers made by `workflows.triggers.create` the given name. */
  key: string;
  name: string;
  type: TriggerType;
  workflow: string;
  inputs: Record<string, { value?: unknown; customizable?: boolean }>;
  secret: string;
  schedule?: Json | undefined;
  event?: Json | undefined;
  next_due?: number | null | undefined;
  from_file: boolean;
  created: number;
  runs: number;
}

export interface SlackState {
  version: 1;
  team: { id: string; domain: string; name: string };
  users: User[];
  usergroups: UserGroup[];
  channels: Channel[];
  datastores: Record<string, Record<string, Json>>;
  triggers: TriggerRecord[];
  views: View[];
  pointers: Pointer[];
  runs: WorkflowRun[];
  executions: Execution[];
  /** Highest id number and message stamp given out. */
  sequence: { id: number; micros: number };
}

export const channelById = (state: SlackState, id: string): Channel | undefined =>
  state.channels.find((channel) => channel.id === id);

export const channelByIdOrName = (state: SlackState, idOrName: string): Channel | undefined =>
  channelById(state, idOrName) ?? state.channels.find((channel) => channel.name === idOrName.replace(/^#/, ""));

export const userById = (state: SlackState, id: string): User | undefined => state.users.find((user) => user.id === id);

export const userByIdOrName = (state: SlackState, idOrName: string): User | undefined =>
  userById(state, idOrName) ?? state.users.find((user) => user.name === idOrName);

export const executionById = (state: SlackState, id: string): Execution | undefined =>
  state.executions.find((execution) => execution.id === id);

export const runById = (state: SlackState, id: string): WorkflowRun | undefined =>
  state.runs.find((run) => run.id === id);

export const viewById = (state: SlackState, id: string): View | undefined => state.views.find((view) => view.id === id);

export const triggerByName = (state: SlackState, name: string): TriggerRecord | undefined =>
  state.triggers.find((trigger) => trigger.key === name || trigger.id === name) ??
  state.triggers.find((trigger) => trigger.name === name);
