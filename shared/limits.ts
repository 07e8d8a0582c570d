/** Bounds that both halves enforce. Slack's own limits unless said otherwise. */
export const LIMITS = {
  /** Statuspage refuses longer incident names. */
  publicTitle: 255,
  /** One Slack section and one text input hold this much, with `&`, `<`, `>` counted as entities. */
  publicBody: 2_900,
  /** Incident title inside Slack: a header block holds 150. */
  title: 150,
  impact: 2_000,
  summary: 2_000,
  reason: 500,
  note: 500,
  /** A name, a mention or an id. */
  pageTarget: 200,
  /** Of a message that is put into the record; what is longer is cut there, visibly. */
  captured: 1_500,
  components: 40,
  invites: 100,
  claimBatch: 5,
} as const;
