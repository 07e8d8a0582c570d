import type { Content } from "../../../bridge/incident/content-schema.ts";
import type { EventOf, IncidentEvent } from "../../../bridge/incident/events.ts";
import { BUSY, FINAL, type Incident } from "../../../bridge/incident/state.ts";
import { gateNotices } from "../../../bridge/incident/views/gate-notices.ts";
import { contentHash, textRefusal } from "../../../bridge/publish-gate/content.ts";
import { approvalsNeeded, policyFor } from "../../../bridge/publish-gate/policy.ts";
import { INCIDENT, PAGE, TEAM } from "../../support/incident-events.ts";
import { viewWorld } from "../../support/view-world.ts";
import { API_KEY, type Evidence, type Recorded } from "./gate-world.ts";
import { PAGE_PATH, type PageWrite } from "./page.ts";

/** Undefined when it holds; else one sentence about what does not. */
export type Invariant = (seen: Evidence) => string | undefined;

type Type = IncidentEvent["type"];
interface Fact<T extends Type> {
  seq: number;
  event: EventOf<T>;
  recorded: Recorded;
}

/** All events of these types, in order, with the entry that holds them. */
function facts<T extends Type>({ stream }: Evidence, ...types: T[]): Fact<T>[] {
  return stream.flatMap((recorded) =>
    recorded.entry.events
      .filter((event): event is EventOf<T> => (types as Type[]).includes(event.type))
      .map((event) => ({ seq: recorded.entry.seq, event, recorded })),
  );
}

/** State before the entry with this number. */
const stateBefore = (seen: Evidence, seq: number): Incident | undefined => seen.stream[seq - 2]?.state;

const contents = (seen: Evidence) => facts(seen, "DraftProposed", "DraftRevised");
const contentOf = (seen: Evidence, draftId: string, version: number): Content | undefined =>
  contents(seen).find(({ event }) => event.draftId === draftId && event.version === version)?.event.content;
const starts = (seen: Evidence) => facts(seen, "PublishStarted");
const grants = (seen: Evidence) => facts(seen, "ApprovalGranted");
const grantsOf = (seen: Evidence, start: EventOf<"PublishStarted">) =>
  start.approvalIds.map((id) => grants(seen).find(({ event }) => event.approvalId === id));

/** The attempt that a write belongs to: the newest claim of the same process when the request left. */
const startOf = (seen: Evidence, write: PageWrite): Fact<"PublishStarted"> | undefined =>
  starts(seen).findLast(({ event, seq }) => event.owner === write.owner && seq <= write.afterSeq);

const each = <T>(items: readonly T[], problem: (item: T, index: number) => string | undefined): string | undefined => {
  for (const [index, item] of items.entries()) {
    const found = problem(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
};

const eachWriteFollowsOneStart: Invariant = (seen) => {
  const used = new Set<string>();
  return each(seen.page.writes, (write) => {
    const start = startOf(seen, write);
    if (!start) return `${write.owner} wrote ${write.marker} without a claim`;
    if (used.has(start.event.attemptId)) return `${start.event.attemptId} wrote twice`;
    used.add(start.event.attemptId);
    const marker = contentOf(seen, start.event.draftId, start.event.version)?.marker;
    return marker === write.marker ? undefined : `${start.event.attemptId} wrote another text than it claimed`;
  });
};

const startNamesApprovalsOfItsHash: Invariant = (seen) =>
  each(starts(seen), ({ event, seq }) => {
    if (event.approvalIds.length === 0) return `${event.attemptId} names no approval`;
    return each(grantsOf(seen, event), (grant) => {
      if (!grant || grant.seq >= seq) return `${event.attemptId} names an approval that is not recorded before it`;
      const same = grant.event.draftId === event.draftId && grant.event.contentHash === event.contentHash;
      return same ? undefined : `${event.attemptId} names an approval of another text`;
    });
  });

const receivedIsWhatWasApproved: Invariant = (seen) =>
  each(seen.page.writes, (write) => {
    const start = startOf(seen, write)?.event;
    const content = start && contentOf(seen, start.draftId, start.version);
    if (!start || !content) return undefined;
    if (contentHash(content) !== start.contentHash || write.sentHash !== start.contentHash)
      return `${start.attemptId} sent a text whose hash is not the approved one`;
    const { incident } = JSON.parse(write.body) as { incident: Record<string, unknown> };
    const same =
      incident.name === content.title &&
      incident.body === content.body &&
      incident.status === content.status &&
      incident.deliver_notifications === content.notify &&
      JSON.stringify(incident.components) === JSON.stringify(content.components);
    return same ? undefined : `${start.attemptId} sent other words than were approved`;
  });

const clickedMessageShowedTheHash: Invariant = (seen) =>
  each(grants(seen), ({ event, recorded }) => {
    const click = seen.clicks.get(recorded.entry.commandId);
    if (!click) return `${event.approvalId} was granted without a click`;
    const card = seen.cards.find(({ ts, channel }) => ts === click.ts && channel === click.channel);
    if (card?.contentHash !== event.contentHash)
      return `${event.approvalId} was granted on a message that shows another text`;
    return click.actor === event.by ? undefined : `${event.approvalId} names somebody who did not click`;
  });

const mayApprove = (facts: Evidence["lookUps"][number]["facts"] | undefined, commander: string | undefined): boolean =>
  facts?.kind === "known" && isOurs(facts) && (facts.inApproverGroup || commander === facts.userId);
const isOurs = (facts: Extract<Evidence["lookUps"][number]["facts"], { kind: "known" }>): boolean =>
  !facts.isBot && !facts.deleted && !facts.restricted && !facts.stranger && facts.teamId === TEAM;

const authorisedAtClickAndClaim: Invariant = (seen) =>
  each(grants(seen), ({ event, seq, recorded }) => {
    const commander = stateBefore(seen, seq)?.commander;
    const at = Date.parse(recorded.entry.at);
    const good = seen.lookUps.some(
      ({ why, userId, facts: known }) =>
        why === "click" &&
        userId === event.by &&
        mayApprove(known, commander) &&
        known.kind === "known" &&
        at - known.lookedUpAt <= 60_000,
    );
    if (!good) return `${event.approvalId} was granted to somebody whom no fresh look-up authorises`;
    return event.basis === "commander" && commander !== event.by ? `${event.approvalId} has a wrong basis` : undefined;
  }) ??
  each(starts(seen), ({ event, seq }) =>
    each(grantsOf(seen, event), (grant) => {
      const by = grant?.event.by;
      const last = seen.lookUps.findLast(
        ({ why, owner, userId, afterSeq }) =>
          why === "claim" && owner === event.owner && userId === by && afterSeq < seq,
      );
      return mayApprove(last?.facts, stateBefore(seen, seq)?.commander)
        ? undefined
        : `${event.attemptId} was claimed although ${by} could not be confirmed`;
    }),
  );

const approverIsAnActiveMember: Invariant = (seen) =>
  each(grants(seen), ({ event, seq }) => {
    const facts = seen.lookUps.findLast(
      ({ why, userId, afterSeq, facts: known }) =>
        why === "click" && userId === event.by && afterSeq < seq && known.kind === "known" && isOurs(known),
    );
    return facts ? undefined : `${event.approvalId} was given by ${event.by}, who is no active member`;
  });

const policyIsMet: Invariant = (seen) =>
  each(starts(seen), ({ event, seq }) => {
    const broken = facts(seen, "BreakGlassUsed").some(
      (use) => use.seq < seq && use.event.draftId === event.draftId && use.event.version === event.version,
    );
    const policy = broken ? "off" : policyFor(seen.setup.class, "default");
    const people = new Set(grantsOf(seen, event).map((grant) => grant?.event.by));
    if (people.size < approvalsNeeded(policy))
      return `${event.attemptId} has ${people.size} approver(s) under ${policy}`;
    const author = facts(seen, "DraftRevised").findLast(
      (edit) => edit.seq < seq && edit.event.draftId === event.draftId,
    )?.event.by;
    return policy !== "off" && author !== undefined && people.has(author)
      ? `${event.attemptId} was approved by its author under ${policy}`
      : undefined;
  });

const approvalIsUsedAgainOnlyAfterDeferral: Invariant = (seen) => {
  const all = starts(seen);
  return each(all, ({ event, seq }, index) => {
    const earlier = all
      .slice(0, index)
      .findLast((one) => one.event.approvalIds.some((id) => event.approvalIds.includes(id)));
    if (!earlier) return undefined;
    const deferred = facts(seen, "PublishDeferred").some(
      (one) => one.seq > earlier.seq && one.seq < seq && one.event.attemptId === earlier.event.attemptId,
    );
    return deferred ? undefined : `${event.attemptId} repeats ${earlier.event.attemptId} on the same approval`;
  });
};

const oneLandingAnApproval: Invariant = (seen) => {
  const landed = new Map<string, number>();
  return each(seen.page.writes, (write) => {
    if (write.landed !== "yes") return undefined;
    for (const id of startOf(seen, write)?.event.approvalIds ?? []) {
      const n = (landed.get(id) ?? 0) + 1;
      landed.set(id, n);
      if (n > 1) return `customers read the text of ${id} twice`;
    }
    return undefined;
  });
};

const twiceOnlyAfterASecondApproval: Invariant = (seen) => {
  const byMarker = new Map<string, Set<string>>();
  return each(seen.page.writes, (write) => {
    if (!write.made) return undefined;
    const ids = startOf(seen, write)?.event.approvalIds ?? [];
    const known = byMarker.get(write.marker) ?? new Set();
    byMarker.set(write.marker, known);
    const fresh = ids.filter((id) => !known.has(id));
    if (fresh.length === 0) return `${write.marker} landed again without a new approval`;
    for (const id of ids) known.add(id);
    return undefined;
  });
};

const endedApprovalsStartNothing: Invariant = (seen) =>
  each(starts(seen), ({ event, seq }) =>
    each(grantsOf(seen, event), (grant) => {
      if (!grant) return undefined;
      const ended = facts(seen, "ApprovalRevoked", "ApprovalExpired", "ApprovalVoided").some(
        (one) => one.seq > grant.seq && one.seq < seq && one.event.approvalId === grant.event.approvalId,
      );
      const gone = facts(
        seen,
        "DraftRevised",
        "DraftRejected",
        "DraftCancelled",
        "DraftSuperseded",
        "DraftExpired",
        "PublishGivenUp",
      ).some((one) => one.seq > grant.seq && one.seq < seq && one.event.draftId === event.draftId);
      return ended || gone ? `${event.attemptId} stands on ${grant.event.approvalId}, which had ended` : undefined;
    }),
  );

const approvalsAreOfTheCurrentVersion: Invariant = (seen) =>
  each([...starts(seen), ...grants(seen)], ({ event, seq }) => {
    const current = contents(seen).findLast((one) => one.seq < seq && one.event.draftId === event.draftId)?.event;
    if (current?.version !== event.version || current.contentHash !== event.contentHash)
      return `${event.type} in entry ${seq} is of another version than the current one`;
    return undefined;
  }) ??
  each(starts(seen), ({ event }) =>
    each(grantsOf(seen, event), (grant) =>
      grant?.event.version === event.version ? undefined : `${event.attemptId} uses an approval of another version`,
    ),
  );

const versionsOnlyRise: Invariant = (seen) => {
  const newest = new Map<string, number>();
  return each(contents(seen), ({ event }) => {
    const before = newest.get(event.draftId) ?? 0;
    newest.set(event.draftId, event.version);
    return event.version > before ? undefined : `version ${event.version} of ${event.draftId} follows ${before}`;
  });
};

const updatesOnPage = (seen: Evidence) =>
  seen.page.incidents.flatMap((entry) => entry.updates.map((update) => ({ entry, update })));

const successIsOnThePage: Invariant = (seen) =>
  each(facts(seen, "PublishSucceeded", "PublishReconciled"), ({ event }) => {
    if (event.type === "PublishReconciled" && event.result !== "found") return undefined;
    const content = contentOf(seen, event.draftId, event.version);
    const there = updatesOnPage(seen).some(
      ({ entry, update }) =>
        entry.id === event.targetId && update.status === content?.status && update.body === content?.body,
    );
    return there ? undefined : `${event.type} of ${event.draftId} v${event.version}, which the page does not hold`;
  });

const createsShareNoEntry: Invariant = (seen) => {
  const made = new Map<string, string>();
  return each(facts(seen, "PublishSucceeded", "PublishReconciled"), ({ event }) => {
    const content = contentOf(seen, event.draftId, event.version);
    if (content?.op !== "create" || event.targetId === null) return undefined;
    const other = made.get(event.targetId);
    made.set(event.targetId, event.draftId);
    return other !== undefined && other !== event.draftId
      ? `${other} and ${event.draftId} share ${event.targetId}`
      : undefined;
  });
};

const oneBusyDraft: Invariant = (seen) =>
  each(seen.stream, ({ state, entry }) => {
    const busy = [...state.drafts.values()].filter((draft) => BUSY.includes(draft.state));
    return busy.length > 1
      ? `${busy.map(({ draftId }) => draftId).join(" and ")} are busy after entry ${entry.seq}`
      : undefined;
  });

const finalIsFinal: Invariant = (seen) =>
  each(seen.stream, ({ state, entry }, index) =>
    each([...(seen.stream[index - 1]?.state.drafts.values() ?? [])], (before) => {
      const after = state.drafts.get(before.draftId)?.state;
      return FINAL.includes(before.state) && after !== before.state
        ? `${before.draftId} left ${before.state} for ${after} in entry ${entry.seq}`
        : undefined;
    }),
  );

const actionsCountOnce: Invariant = (seen) => {
  const known = new Set<string>();
  return each(seen.stream, ({ entry }) => {
    const repeated = known.has(entry.commandId);
    known.add(entry.commandId);
    return repeated ? `${entry.commandId} changed the state twice` : undefined;
  });
};

const clicksElsewhereChangeNothing: Invariant = (seen) =>
  each(seen.stream, ({ entry }) => {
    const click = seen.clicks.get(entry.commandId);
    if (click?.type !== "ApproveDraft") return undefined;
    if (entry.events.every(({ type }) => type === "ApprovalDenied")) return undefined;
    const draft = stateBefore(seen, entry.seq)?.drafts.get(click.draftId);
    const current = draft?.version === click.version && draft.contentHash?.slice(0, 16) === click.hash16;
    if (!current) return `${entry.commandId} on another version did more than being recorded as denied`;
    const here = draft.card?.ts === click.ts && draft.card.channel === click.channel;
    return here ? undefined : `${entry.commandId} from another message changed something`;
  });

const writesOnlyWhilePublishing: Invariant = (seen) =>
  each(seen.page.writes, (write) => {
    const start = startOf(seen, write)?.event;
    const draft = start && seen.stream[write.afterSeq - 1]?.state.drafts.get(start.draftId);
    return draft && draft.state !== "PUBLISHING"
      ? `a request left while ${draft.draftId} was ${draft.state}`
      : undefined;
  });

const repeatsNeedDeferralOrPerson: Invariant = (seen) => {
  const all = starts(seen);
  return each(all, ({ event, seq }, index) => {
    const earlier = all.slice(0, index).findLast((one) => one.event.draftId === event.draftId);
    if (!earlier) return undefined;
    const between = (one: { seq: number }) => one.seq > earlier.seq && one.seq < seq;
    const deferred = facts(seen, "PublishDeferred").some((one) => between(one) && one.event.draftId === event.draftId);
    const approvedAgain = grants(seen).some((one) => between(one) && one.event.draftId === event.draftId);
    return deferred || approvedAgain ? undefined : `${event.attemptId} repeats without deferral or person`;
  });
};

const humansLeaveNeedsHuman: Invariant = (seen) =>
  each(seen.stream, ({ state, entry }, index) =>
    each([...(seen.stream[index - 1]?.state.drafts.values() ?? [])], (before) => {
      const after = state.drafts.get(before.draftId)?.state;
      if (before.state !== "NEEDS_HUMAN" || after === "NEEDS_HUMAN") return undefined;
      const byItself = entry.actor.kind !== "human" && after !== "PUBLISHED";
      return byItself ? `${before.draftId} left NEEDS_HUMAN for ${after} by itself` : undefined;
    }),
  );

const targetIsOurs: Invariant = (seen) =>
  each(seen.page.writes, (write) => {
    const start = startOf(seen, write);
    const content = start && contentOf(seen, start.event.draftId, start.event.version);
    if (!start || !content) return undefined;
    if (content.pageId !== PAGE || content.incidentId !== INCIDENT)
      return `${start.event.attemptId} is of another page or incident`;
    if (content.targetId === null)
      return write.path === PAGE_PATH && write.method === "POST" ? undefined : "a create went elsewhere";
    const ours = facts(seen, "PublishSucceeded", "PublishReconciled", "PublishAttested").some(
      (one) => one.seq < start.seq && one.event.targetId === content.targetId,
    );
    const there = write.path === `${PAGE_PATH}/${content.targetId}` && write.method === "PATCH";
    return ours && there
      ? undefined
      : `${start.event.attemptId} wrote to ${write.path}, which is not this incident's own`;
  });

const revWasReadUnderThisAttempt: Invariant = (seen) =>
  each(seen.page.writes, (write, index) => {
    const start = startOf(seen, write)?.event;
    const content = start && contentOf(seen, start.draftId, start.version);
    if (!content || content.targetId === null) return undefined;
    const read = seen.page.reads.findLast(
      ({ owner, id, afterWrites }) => owner === write.owner && id === content.targetId && afterWrites <= index,
    );
    return read?.rev === content.expectedTargetRev
      ? undefined
      : `${start?.attemptId} wrote over ${read?.rev ?? "what it never read"}`;
  });

const landingsKeepTheOrderOfClaims: Invariant = (seen) => {
  const landed = seen.page.writes.filter(({ landed: how, made }) => how === "yes" && made);
  return each(landed, (write, index) => {
    const [seq, earlier] = [startOf(seen, write)?.seq ?? 0, startOf(seen, landed[index - 1] ?? write)?.seq ?? 0];
    return seq >= earlier ? undefined : "two updates landed in another order than they were claimed";
  });
};

const recordIsReadBackWhole: Invariant = (seen) =>
  each(seen.page.writes, (write, index) => {
    const start = startOf(seen, write);
    if (!start) return undefined;
    const read = seen.wholeReads.some(
      ({ owner, length, afterWrites }) => owner === write.owner && length >= start.seq && afterWrites <= index,
    );
    return read ? undefined : `${start.event.attemptId} sent without reading its claim back from the store`;
  });

const checkpointCoversTheStart: Invariant = (seen) =>
  each(seen.page.writes, (write) => {
    const start = startOf(seen, write);
    if (!start) return undefined;
    const hash = [...seen.covered].some((head) => head.seq >= start.seq && head.seq <= write.afterSeq);
    if (hash) return undefined;
    const skipped = facts(seen, "CheckpointSkipped").some(({ event }) => event.attemptId === start.event.attemptId);
    const first = contentOf(seen, start.event.draftId, start.event.version)?.op === "create";
    return skipped && first && seen.setup.severity === "SEV1"
      ? undefined
      : `${start.event.attemptId} sent without a checkpoint`;
  });

const peopleDecide: Invariant = (seen) =>
  each(
    facts(seen, "ApprovalGranted", "ApprovalRevoked", "PublishAttested", "BreakGlassUsed", "DraftRevised"),
    ({ event, recorded }) =>
      recorded.entry.actor.kind === "human" && recorded.entry.actor.id === event.by
        ? undefined
        : `${event.type} was recorded for ${recorded.entry.actor.kind} ${recorded.entry.actor.id}`,
  );

const approvedTextIsNormal: Invariant = (seen) =>
  each(grants(seen), ({ event }) => {
    const content = contentOf(seen, event.draftId, event.version);
    if (!content) return `${event.approvalId} is of a text that is not recorded`;
    return textRefusal(content.title, content.body);
  });

const cardShowsTheBody: Invariant = (seen) =>
  each(facts(seen, "DraftShown"), ({ event }) => {
    const card = seen.cards.find(({ ts }) => ts === event.ts);
    return card?.body === contentOf(seen, event.draftId, event.version)?.body
      ? undefined
      : `card ${event.ts} shows another text`;
  });

const claimsLeaveTime: Invariant = (seen) =>
  each(starts(seen), ({ event, recorded }) =>
    each(grantsOf(seen, event), (grant) =>
      grant && Date.parse(recorded.entry.at) + 2_000 >= Date.parse(grant.event.expiresAt)
        ? `${event.attemptId} was claimed when its approval was ending`
        : undefined,
    ),
  );

/** Sent this long after the claim was offered to the store, the answer could come after the lease. */
const LAST_SEND_MS = 18_000;

const leasesAreKept: Invariant = (seen) => {
  const all = starts(seen);
  return (
    each(seen.page.writes, (write) => {
      const start = startOf(seen, write);
      return start && write.at - start.recorded.offeredAt > LAST_SEND_MS
        ? `${start.event.attemptId} sent with its lease ending`
        : undefined;
    }) ??
    each(all, ({ event, seq, recorded }, index) => {
      const earlier = all.slice(0, index).findLast((one) => one.event.draftId === event.draftId);
      if (!earlier || Date.parse(recorded.entry.at) >= Date.parse(earlier.event.leaseUntil)) return undefined;
      const ended = facts(
        seen,
        "PublishDeferred",
        "PublishFailed",
        "PublishOutcomeUnknown",
        "PublishSucceeded",
        "PublishReconciled",
      ).some((one) => one.seq > earlier.seq && one.seq < seq && one.event.attemptId === earlier.event.attemptId);
      return ended ? undefined : `${event.attemptId} began while ${earlier.event.attemptId} held its lease`;
    })
  );
};

const attestationsAreWhole: Invariant = (seen) =>
  each(facts(seen, "PublishAttested"), ({ event, recorded }) =>
    recorded.entry.actor.kind === "human" && event.link !== "" && /^[0-9a-f]{64}$/.test(event.textHash)
      ? undefined
      : `the attestation of ${event.draftId} lacks a person, a link or a hash`,
  );

const noKeyIsWrittenDown: Invariant = (seen) =>
  [...seen.stream.map(({ entry }) => JSON.stringify(entry)), ...seen.logged].some((text) => text.includes(API_KEY))
    ? "the write key stands in a record or in the log"
    : undefined;

const breakGlassIsReviewed: Invariant = (seen) =>
  each(facts(seen, "BreakGlassUsed"), ({ event, recorded }) =>
    recorded.entry.events.some((other) => other.type === "ReviewOpened" && other.draftId === event.draftId)
      ? undefined
      : `break-glass for ${event.draftId} opened no review`,
  ) ??
  each(facts(seen, "ReviewClosed"), ({ event }) => {
    const opened = facts(seen, "ReviewOpened").find((one) => one.event.reviewId === event.reviewId)?.event;
    return opened && opened.by !== event.by ? undefined : `review ${event.reviewId} was closed by whom it is about`;
  });

const expiryTellsTheApprover: Invariant = (seen) =>
  each(facts(seen, "ApprovalExpired"), ({ event, recorded }) => {
    const by = grants(seen).find((grant) => grant.event.approvalId === event.approvalId)?.event.by;
    const told = gateNotices(recorded.state, Date.parse(recorded.entry.at), { ...viewWorld() }).some(
      ({ key, view }) => key === `expired-${event.approvalId}` && view.mention === by,
    );
    return told ? undefined : `${by} is not told that ${event.approvalId} ran out`;
  });

const nothingUnexpectedIsThrown: Invariant = (seen) => seen.bugs[0];

/** Checked after every step of every schedule. */
export const SAFETY: readonly { no: number | string; name: string; holds: Invariant }[] = [
  { no: 1, name: "each page write follows exactly one PublishStarted", holds: eachWriteFollowsOneStart },
  { no: 2, name: "each PublishStarted names earlier approvals of the same hash", holds: startNamesApprovalsOfItsHash },
  { no: 3, name: "the page received what was approved", holds: receivedIsWhatWasApproved },
  { no: 4, name: "the clicked message showed the approved hash", holds: clickedMessageShowedTheHash },
  { no: 5, name: "approver authorised at click and at claim", holds: authorisedAtClickAndClaim },
  { no: 6, name: "approver is human, ours, active, unrestricted", holds: approverIsAnActiveMember },
  { no: 7, name: "policy met: two people, not the author", holds: policyIsMet },
  { no: 8, name: "an approval starts again only after PublishDeferred", holds: approvalIsUsedAgainOnlyAfterDeferral },
  { no: 9, name: "one landing an approval without late ones", holds: oneLandingAnApproval },
  { no: 10, name: "twice only after a person approved again", holds: twiceOnlyAfterASecondApproval },
  { no: 11, name: "ended approvals start nothing", holds: endedApprovalsStartNothing },
  { no: 12, name: "no approval survives a version change", holds: approvalsAreOfTheCurrentVersion },
  { no: 13, name: "versions only rise", holds: versionsOnlyRise },
  { no: 14, name: "what succeeded or was found is on the page", holds: successIsOnThePage },
  { no: 15, name: "no two creates share an entry of the page", holds: createsShareNoEntry },
  { no: 16, name: "at most one busy draft", holds: oneBusyDraft },
  { no: 17, name: "final states have no exit", holds: finalIsFinal },
  { no: 19, name: "an action changes state at most once", holds: actionsCountOnce },
  { no: "20, 21", name: "a click on another version or message changes nothing", holds: clicksElsewhereChangeNothing },
  { no: 22, name: "requests leave only while PUBLISHING", holds: writesOnlyWhilePublishing },
  { no: 23, name: "only people, or the entry, end NEEDS_HUMAN", holds: humansLeaveNeedsHuman },
  { no: 24, name: "repeats need a deferral or a person", holds: repeatsNeedDeferralOrPerson },
  { no: 26, name: "target belongs to this incident and page", holds: targetIsOurs },
  { no: 27, name: "expected revision was read under this attempt", holds: revWasReadUnderThisAttempt },
  { no: 28, name: "updates land in the order of claims", holds: landingsKeepTheOrderOfClaims },
  { no: 30, name: "no write without reading the claim back", holds: recordIsReadBackWhole },
  { no: 32, name: "a checkpoint covers the claim before the write", holds: checkpointCoversTheStart },
  { no: 33, name: "people grant, revoke, attest, edit", holds: peopleDecide },
  { no: 34, name: "approved text is normal", holds: approvedTextIsNormal },
  { no: 35, name: "text in the card is the body", holds: cardShowsTheBody },
  { no: 36, name: "claims leave time before the expiry", holds: claimsLeaveTime },
  { no: 37, name: "one lease a draft, and nobody sends past it", holds: leasesAreKept },
  { no: 39, name: "attestation has person, link, hash", holds: attestationsAreWhole },
  { no: 40, name: "no key material in any record", holds: noKeyIsWrittenDown },
  { no: 42, name: "break-glass opens a review that somebody else closes", holds: breakGlassIsReviewed },
  { no: 48, name: "expiry tells the approver", holds: expiryTellsTheApprover },
  { no: "-", name: "nothing throws what nobody expects", holds: nothingUnexpectedIsThrown },
];

const statesOf = (seen: Evidence) => [...(seen.stream.at(-1)?.state.drafts.values() ?? [])];

const nothingIsLeftUnderWay: Invariant = (seen) =>
  each(statesOf(seen), ({ draftId, state }) =>
    state === "PUBLISHING" || state === "UNKNOWN" || state === "APPROVED"
      ? `${draftId} is ${state} for ever`
      : undefined,
  );

/** Every text that landed is accounted for: as a success, a find, an attestation, a twin or a post that people are asked about. */
const everyLandingIsRecorded: Invariant = (seen) =>
  each(seen.page.writes, (write) => {
    const { made } = write;
    if (!made) return undefined;
    const success = facts(seen, "PublishSucceeded", "PublishReconciled", "PublishAttested").some(({ event }) => {
      if (event.type === "PublishReconciled" && event.result !== "found") return false;
      const content = contentOf(seen, event.draftId, event.version);
      return content?.marker === write.marker && (event.targetId === made.targetId || event.targetId === null);
    });
    const twin = facts(seen, "TwinDetected").some(({ event }) =>
      event.entries.some((id) => id === made.targetId || id === made.updateId),
    );
    const unmatched = facts(seen, "PagePostUnmatched").some(({ event }) => event.updateId === made.updateId);
    return success || twin || unmatched
      ? undefined
      : `${made.updateId} of ${write.marker} is on the page and in no record`;
  });

/** One text read twice is noticed: as a twin or as a post that nobody approved. */
const twinsAreNoticed: Invariant = (seen) => {
  const landed = seen.page.writes.filter(({ made }) => made);
  const byMarker = new Map(landed.map(({ marker }) => [marker, landed.filter((other) => other.marker === marker)]));
  return each([...byMarker], ([marker, all]) => {
    if (all.length < 2) return undefined;
    const noticed =
      facts(seen, "TwinDetected").some(
        ({ event }) => contentOf(seen, event.draftId, event.version)?.marker === marker,
      ) ||
      facts(seen, "PagePostUnmatched").some(({ event }) => all.some(({ made }) => made?.updateId === event.updateId));
    return noticed ? undefined : `${marker} stands on the page ${all.length} times and nobody was told`;
  });
};

/** Checked once store, page and Slack are up again and everything owed was done. */
export const LIVENESS: readonly { no: number | string; name: string; holds: Invariant }[] = [
  { no: "43-45", name: "PUBLISHING, UNKNOWN and APPROVED end", holds: nothingIsLeftUnderWay },
  { no: "38, 46", name: "every landing is recorded in the end", holds: everyLandingIsRecorded },
  { no: 10, name: "a text read twice is noticed", holds: twinsAreNoticed },
];

/** Invariants that are proved in another place, or wait for a part that does not exist yet. */
export const ELSEWHERE: readonly { no: number; where: string }[] = [
  { no: 18, where: "every schedule compares what each replica holds with the fold of the stored stream at its end" },
  { no: 25, where: "waits for phases and the runbook gate; resolve content is not restricted yet" },
  { no: 29, where: "waits for drills; the page of a process is fixed by its configuration" },
  { no: 31, where: "a broken chain sends nothing at all in this build: regressions.test.ts" },
  { no: 41, where: "forged, copied and spent rights: regressions.test.ts" },
  { no: 44, where: "the bound settle + 2 listings: regressions.test.ts" },
  { no: 47, where: "cards and notices of stuck states: test/bridge/incident" },
];

/** Sentences about what does not hold; empty when all does. */
export const violations = (seen: Evidence, table = SAFETY): string[] =>
  table.flatMap(({ no, name, holds }) => {
    const why = holds(seen);
    return why === undefined ? [] : [`invariant ${no} (${name}): ${why}`];
  });
