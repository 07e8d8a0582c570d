import type { Within } from "../clients/oncall-client.ts";
import type { Unavailable } from "../clients/unavailable.ts";
import type { Instant } from "../platform/clock.ts";

/** Somebody whom the directory holds as active. Without an address there is no way to find them in Slack. */
export interface DirectoryMember {
  name: string;
  email: string | undefined;
}

export interface Roster {
  members: readonly DirectoryMember[];
  /** When the directory was asked. */
  asOf: Instant;
  /** Set when the directory gave no newer answer: why not. */
  stale?: string;
}

/** There is no credential, so nobody expects this source to answer. */
export interface NotConfigured {
  notConfigured: true;
}

/** Who belongs to a team, as the organisation's directory knows it. Another directory is another file that implements this. */
export interface Directory {
  /** The active members of the group with this name. Never throws for what the directory does; may be repeated. */
  members(group: string, within: Within): Promise<Roster | NotConfigured | Unavailable>;
}
