import type { CommandPorts } from "../../../bridge/commands/slash-command.ts";

const unwanted = (what: string) => () => Promise.reject(new Error(`this command must not reach ${what}`));

/** Ports for commands that only read: whoever reaches for one fails. */
export const NOTHING_TO_REACH: CommandPorts = {
  act: unwanted("the record"),
  lookUpApprover: unwanted("Slack"),
  preparePage: unwanted("OnCall"),
  findOnPage: unwanted("the status page"),
  brief: unwanted("the record"),
  findIncident: unwanted("the record"),
  grace: { archiveAfterMs: 86_400_000, noiseArchiveAfterMs: 900_000 },
  noteId: "typed-1",
  declareIncident: unwanted("the record"),
  services: ["payments", "search"],
  reserveIncident: unwanted("the index"),
  library: new Map(),
  opensRoom: () => false,
  auditFacts: async () => undefined,
  bundleLink: unwanted("the secrets"),
  carriesSecret: () => false,
  offerProof: unwanted("the audit log"),
};
