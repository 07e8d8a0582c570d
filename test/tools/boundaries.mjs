/**
 * Who may import whom. Type-only imports count: a type from the other side is a dependency on the other side.
 * @type {import("dependency-cruiser").IConfiguration}
 */
export default {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Two files that need each other are one file, or need a third.",
      severity: "error",
      from: { path: "^(bridge|slack-app|shared)/" },
      to: { circular: true },
    },
    {
      name: "no-cycles-at-run-time",
      comment: "In the tests a cycle of types alone is harmless; one that is loaded in a circle is not.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "hosted-app-stands-alone",
      comment: "Slack runs slack-app/ far from the bridge; what both must know is in shared/.",
      severity: "error",
      from: { path: "^(slack-app/|manifest\\.ts$)" },
      to: { path: "^(bridge|test)/" },
    },
    {
      name: "bridge-stands-alone",
      comment:
        "The bridge reaches the hosted app by signed HTTPS; what both must know is in shared/. It never needs its tests.",
      severity: "error",
      from: { path: "^bridge/" },
      to: { path: "^(slack-app/|test/|manifest\\.ts$)" },
    },
    {
      name: "shared-knows-nobody",
      comment: "shared/ is what both sides agree on; it may know neither.",
      severity: "error",
      from: { path: "^shared/" },
      to: { path: "^(bridge|slack-app|test)/|^manifest\\.ts$" },
    },
    {
      name: "hosted-packages",
      comment:
        "Every hosted function is bundled on its own, and npm support there is beta: zod/mini and the SDK's keys, nothing else.",
      severity: "error",
      from: { path: "^(slack-app|shared)/|^manifest\\.ts$" },
      to: {
        path: "node_modules/",
        pathNot: ["^node_modules/zod/(v4/)?mini/", "^node_modules/@slack/deno-slack-sdk/"],
      },
    },
    {
      name: "shared-packages",
      comment: "shared/ also runs in Node: no Slack SDK there.",
      severity: "error",
      from: { path: "^shared/" },
      to: { path: "^node_modules/@slack/" },
    },
    {
      name: "hosted-runtime",
      comment: "The hosted runtime is Deno; what it shares with Node are the web's own interfaces.",
      severity: "error",
      from: { path: "^(slack-app|shared)/|^manifest\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "rules-read-no-words",
      comment: "What is decided must be the same after words of people were erased: rules and the ledger know none.",
      severity: "error",
      from: { path: "^bridge/(incident|ledger)/" },
      to: { path: "^bridge/details/" },
    },
    {
      name: "only-the-gate-publishes",
      comment:
        "The right to publish is made in publish.ts and used up in statuspage-write.ts; others may only name its type.",
      severity: "error",
      from: { pathNot: "^(bridge/publish-gate|test/bridge/publish-gate|test/simulation)/" },
      to: { path: "^bridge/publish-gate/approved-publish\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "only-publish-mints",
      comment: "Inside the gate too, only publish.ts (mint) and statuspage-write.ts (spend) hold a right to publish.",
      severity: "error",
      from: { path: "^bridge/", pathNot: "^bridge/publish-gate/(publish|statuspage-write)\\.ts$" },
      to: { path: "^bridge/publish-gate/approved-publish\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "one-page-writer",
      comment: "The one write to the public page is handed to the gate by wiring/gate.ts and is nobody else's.",
      severity: "error",
      from: { pathNot: "^(bridge/publish-gate|test/bridge/publish-gate|test/simulation)/|^bridge/wiring/gate\\.ts$" },
      to: { path: "^bridge/publish-gate/statuspage-write\\.ts$" },
    },
    {
      name: "proof-stands-alone",
      comment: "Whoever does not trust us must be able to read all that proves us right: Node and nothing else.",
      severity: "error",
      from: { path: "^bridge/audit/proof/" },
      to: { pathNot: "^bridge/audit/proof/", dependencyTypesNot: ["core"] },
    },
    {
      name: "resolvable",
      comment: "An import that leads nowhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "development-only",
      comment: "What ships uses dependencies, not devDependencies.",
      severity: "error",
      // What builds, generates and deploys runs on the engineer's machine.
      from: {
        path: "^(bridge|shared)/",
        pathNot: "^bridge/((deploy/(cdk|image)|redaction/build)/|audit/verifier/build-verifier\\.ts$)",
      },
      to: { dependencyTypes: ["npm-dev"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^test/(fixtures|deno)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"] },
  },
};
