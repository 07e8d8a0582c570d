import type { Json } from "./state.ts";

export interface ParameterSet {
  properties: Record<string, { type: unknown; description?: string }>;
  required?: string[];
}

export interface HostedFunction {
  title: string;
  description?: string;
  source_file: string;
  input_parameters: ParameterSet;
  output_parameters: ParameterSet;
}

export interface HostedWorkflow {
  title: string;
  description?: string;
  input_parameters?: ParameterSet;
  steps: { id: string; function_id: string; inputs: Json }[];
}

export interface HostedDatastore {
  primary_key: string;
  time_to_live_attribute?: string;
  attributes: Record<string, { type: string }>;
}

/** What the SDK's `Manifest()` exports: the parts this Slack acts upon. */
export interface HostedManifest {
  display_information: { name: string };
  oauth_config: { scopes: { bot: string[] } };
  functions: Record<string, HostedFunction>;
  workflows: Record<string, HostedWorkflow>;
  datastores: Record<string, HostedDatastore>;
  outgoing_domains: string[];
}

/** The manifest with every part present, its references to types and parameters turned into strings. */
export function readManifest(exported: unknown): HostedManifest {
  if (typeof exported !== "object" || exported === null) {
    throw new TypeError("manifest.ts has no default export made by Manifest()");
  }
  const plain = JSON.parse(JSON.stringify(exported)) as Partial<HostedManifest>;
  if (!plain.oauth_config || !plain.display_information) {
    throw new TypeError("the default export of manifest.ts is not what Manifest() returns");
  }
  return {
    display_information: plain.display_information,
    oauth_config: plain.oauth_config,
    functions: plain.functions ?? {},
    workflows: plain.workflows ?? {},
    datastores: plain.datastores ?? {},
    outgoing_domains: plain.outgoing_domains ?? [],
  };
}
