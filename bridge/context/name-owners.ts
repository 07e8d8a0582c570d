import { askWithin } from "../clients/ask-within.ts";
import type { Budget } from "../clients/budget.ts";
import type { OnCallClient, OnCallUser } from "../clients/oncall-client.ts";
import { isUnavailable, type Unavailable } from "../clients/unavailable.ts";
import type { OwnerMap } from "../services/services.ts";

export interface Owner {
  owner: string;
  files: number;
}

export interface NamedOwners {
  /** In the order given; a word each that stands for no address, and what is amiss with it. */
  owners: (Owner & { note?: string })[];
  /** The first of them that `/incident-response page` takes. */
  pageable: string | undefined;
  /** Why some are not named: a sentence fragment. */
  unnamed: string | undefined;
}

type Named =
  | { kind: "person"; name: string; files: number; pageable: boolean }
  | { kind: "other"; name: string; files: number; note?: string }
  /** An address that may not stand in the ledger, and that nobody could put a name to. */
  | { kind: "hidden" };

/**
 * Who the owners of CODEOWNERS are here: logins and teams of GitHub by the map of services.yaml, addresses as OnCall names them,
 * which is also how people are paged. The ledger keeps what it is told for ever, so no address comes out. OnCall is asked only
 * where there is an address, written there or mapped to; a login or team that nobody mapped says so.
 */
export async function nameOwners(
  owners: readonly Owner[],
  budget: Budget,
  { oncall, map }: { oncall: Pick<OnCallClient, "users">; map: OwnerMap },
): Promise<NamedOwners> {
  const people = owners.map(({ owner }) => (isAddress(owner) ? owner : map.person(owner)));
  const users = people.some((person) => person !== undefined)
    ? await askWithin(budget, (timeoutMs) => oncall.users({ timeoutMs }))
    : [];
  const named = owners.map(({ owner, files }, index): Named => {
    const person = people[index];
    if (person === undefined) {
      const group = map.group(owner);
      return group === undefined
        ? { kind: "other", name: owner, files, note: "not mapped" }
        : { kind: "other", name: `group ${group}`, files };
    }
    const known = isUnavailable(users) ? undefined : users.find((user) => isThe(user, person));
    if (known !== undefined) return { kind: "person", name: nameOf(known), files, pageable: true };
    if (!isAddress(person)) return { kind: "person", name: `<@${person}>`, files, pageable: false };
    return isAddress(owner)
      ? { kind: "hidden" }
      : { kind: "other", name: owner, files, note: `mapped to somebody whom ${why(users)}` };
  });
  const hidden = named.filter(({ kind }) => kind === "hidden").length;
  const shown = named.filter((one) => one.kind !== "hidden");
  return {
    owners: shown.map((one) => ({
      owner: one.name,
      files: one.files,
      ...(one.kind === "other" && one.note !== undefined ? { note: one.note } : {}),
    })),
    pageable: shown.find((one) => one.kind === "person" && one.pageable)?.name,
    unnamed: hidden === 0 ? undefined : `${hidden} more by e-mail address (${whyNone(users)})`,
  };
}

type Users = OnCallUser[] | Unavailable;

const why = (users: Users): string =>
  isUnavailable(users) ? `OnCall, which could name them, did not (${users.unavailable})` : "OnCall does not know";

const whyNone = (users: Users): string =>
  isUnavailable(users) ? `OnCall, which could name them: ${users.unavailable}` : "OnCall knows none of them";

const isThe = ({ email, slack }: OnCallUser, person: string): boolean =>
  isAddress(person)
    ? email !== null && normal(email) === normal(person)
    : slack.some(({ userId }) => userId === person);

/** Some organisations use addresses as usernames. */
const nameOf = ({ id, username }: OnCallUser): string => (isAddress(username) ? id : username);

/** Logins and teams begin with an at sign and hold no other. */
const isAddress = (owner: string): boolean => owner.indexOf("@") > 0;
const normal = (email: string): string => email.trim().toLowerCase();
