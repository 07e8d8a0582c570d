import { askWithin } from "../clients/ask-within.ts";
import type { Budget } from "../clients/budget.ts";
import type { OnCallClient } from "../clients/oncall-client.ts";
import { isUnavailable } from "../clients/unavailable.ts";

export interface Owner {
  owner: string;
  files: number;
}

export interface NamedOwners {
  /** In the order given; a word each that stands for no address. */
  owners: Owner[];
  /** The first of them that `/incident-response page` takes. */
  pageable: string | undefined;
  /** Why some are not named: a sentence fragment. */
  unnamed: string | undefined;
}

/**
 * CODEOWNERS may hold addresses, and the ledger keeps what it is told for ever: whoever has one is named as OnCall names them,
 * which is also how they are paged. Logins and teams of GitHub stay as they are. OnCall is asked only where there is an address.
 */
export async function nameOwners(
  owners: readonly Owner[],
  budget: Budget,
  oncall: Pick<OnCallClient, "users">,
): Promise<NamedOwners> {
  const addresses = owners.filter(({ owner }) => isAddress(owner)).length;
  if (addresses === 0) return { owners: [...owners], pageable: undefined, unnamed: undefined };
  const users = await askWithin(budget, (timeoutMs) => oncall.users({ timeoutMs }));
  const known = new Map(
    (isUnavailable(users) ? [] : users).flatMap(({ id, username, email }) =>
      // Some organisations use addresses as usernames.
      email === null ? [] : [[normal(email), isAddress(username) ? id : username] as const],
    ),
  );
  const named = owners.flatMap(({ owner, files }) => {
    if (!isAddress(owner)) return [{ owner, files, pageable: false }];
    const name = known.get(normal(owner));
    return name === undefined ? [] : [{ owner: name, files, pageable: true }];
  });
  const left = addresses - named.filter(({ pageable }) => pageable).length;
  const people = `${left} more by e-mail address`;
  const why = isUnavailable(users)
    ? `OnCall, which could name them: ${users.unavailable}`
    : "OnCall knows none of them";
  return {
    owners: named.map(({ owner, files }) => ({ owner, files })),
    pageable: named.find(({ pageable }) => pageable)?.owner,
    unnamed: left === 0 ? undefined : `${people} (${why})`,
  };
}

/** Logins and teams begin with an at sign and hold no other. */
const isAddress = (owner: string): boolean => owner.indexOf("@") > 0;
const normal = (email: string): string => email.trim().toLowerCase();
