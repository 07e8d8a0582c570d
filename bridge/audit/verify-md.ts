/** Travels in every bundle, for whoever opens it without us. */
export const VERIFY_MD = `# How to check this bundle

It holds the record of one incident. You need Node 20 or newer, the verifier (one file, no dependencies), and the log's
verifier key. Take neither from whoever gave you this bundle: build the file from the sources of incident-response, which
prints its SHA-256, the same for everybody, and ask for the key where it was published before.

    npm ci && npm run verify-audit -- --build verify-audit.mjs
    node verify-audit.mjs incident.icaudit.zip --vkey <name+id+key>

Add \`--witness <size>:<16 hex>\` for every line \`audit <size> <16 hex>\` that you have from elsewhere, for example from the
incident's Slack room, and \`--remember <file>\` to have the log compared with what you saw last time.

| exit code | means |
|---|---|
| 0 | proved: chain, log and publications hold under the key you gave |
| 1 | findings: each with entry, code and the layer of evidence |
| 2 | not checkable: no key given, or the bundle cannot be read |

## What is inside

| file | content |
|---|---|
| \`entries.ndjson\` | one entry a line, to the letter; its hash is SHA-256 of \`incident-ledger/v1/entry\`, a line feed and the line |
| \`leaves.ndjson\` | the heads of this incident in the log, with their places |
| \`proofs/inclusion.ndjson\` | that each head is in the log (RFC 6962) |
| \`proofs/consistency.ndjson\` | that each checkpoint continues the one before |
| \`checkpoints/\` | signed notes (C2SP, Ed25519): origin, size, root |
| \`keyring.json\` | the key as we state it; do not trust it for that |
| \`page.json\` | what became public, in which words and on whose approval; follows from the entries |
| \`details/\` | words that stand apart from their entries, with their salts, as far as they were asked for and still exist |
| \`manifest.json\` | ranges, counts, and SHA-256 of every other file |

What is never proved: that what people and systems reported was true, and, behind the newest checkpoint, more than the chain.
`;
