/** Names and ids the whole sandbox shares. Everybody here is invented. */
export const CAST = {
  teamId: "T07KESTREL1",
  channels: { incidents: "C07INCIDENT", alerts: "C07ALERTS01", ops: "C07OPS00001" },
  schedule: "SV6H2NPZ8RW4J",
  statuspage: {
    pageId: "p3v8r5jd6hlc",
    components: [
      { id: "k7m2x9q4wtzn", name: "Payments API", description: "Card payments and refunds" },
      { id: "c4h9r2t7xwqk", name: "Checkout", description: "Booking and checkout" },
      { id: "s8d3n6v1jzpm", name: "Search", description: "Rates and route search" },
    ],
  },
  workosDirectoryId: "directory_01JB2Q7W9ZKESTREL",
  linearTeamId: "3f0c1f2e-6f0b-4a52-9d3e-6c2a7b1e5d10",
  region: "eu-north-1",
  secretsPrefix: "incident-response/sandbox/",
  auditOrigin: "incident-response/audit-log",
  modelId: "us.anthropic.claude-sonnet-5-5",
} as const;
