import { askWithin } from "../clients/ask-within.ts";
import type { Budget } from "../clients/budget.ts";
import type { Changes, Commit, Deploy, GithubClient } from "../clients/github-client.ts";
import type { OnCallClient } from "../clients/oncall-client.ts";
import { isUnavailable, type Unavailable } from "../clients/unavailable.ts";
import type { Instant } from "../platform/clock.ts";
import type { OwnerMap, Service } from "../services/services.ts";
import { ownersOf } from "./codeowners.ts";
import { nameOwners } from "./name-owners.ts";
import { given, missing, notConfigured, type Part, type Reading } from "./reading.ts";
import { withoutPeople } from "./without-people.ts";

const DEPLOYS = 3;
const COMMITS = 3;
const OWNERS = 8;

interface About {
  service: string;
  entry: Service | undefined;
  /** When the alert began to fire, or when the incident was opened: what came before it may have caused it. */
  alertedAt: Instant;
}

/** What was deployed before the alert, what was in the last of these deploys, and who owns what it touched. */
export function readDeploys(
  about: About,
  budget: Budget,
  { github, oncall, owners: map }: { github: GithubClient; oncall: Pick<OnCallClient, "users">; owners: OwnerMap },
): Record<"deploys" | "commits" | "owners", Promise<Reading>> {
  const { service, entry } = about;
  const repositories = entry?.repositories ?? [];
  if (repositories.length === 0) {
    const none = (part: Part) => Promise.resolve(missing(part, notConfigured(service, entry, "repository")));
    return { deploys: none("deploys"), commits: none("commits"), owners: none("owners") };
  }
  const found = findDeploys(repositories, about, budget, github);
  const change = found.then((deploys) => lastChange(deploys, about, budget, github));
  return {
    deploys: found.then((deploys) => deploysReading(deploys, about)),
    commits: change.then(commitsReading),
    owners: change.then((changed) => readOwners(changed, budget, { github, oncall, map })),
  };
}

interface Found {
  environment: string;
  several: boolean;
  /** Newest first. */
  deploys: Deploy[];
  /** Sentences about repositories that could not be read. */
  failed: string[];
}

async function findDeploys(
  repositories: readonly string[],
  { entry }: About,
  budget: Budget,
  github: GithubClient,
): Promise<Found> {
  const environment = entry?.deploy_environment ?? "production";
  const several = repositories.length > 1;
  const answers = await Promise.all(
    repositories.map(async (repository) => ({
      repository,
      deploys: await askWithin(budget, (timeoutMs) =>
        github.lastDeploys({ repository, environment, count: DEPLOYS }, { timeoutMs }),
      ),
    })),
  );
  return {
    environment,
    several,
    deploys: answers.flatMap(({ deploys }) => (isUnavailable(deploys) ? [] : deploys)).sort((a, b) => b.at - a.at),
    failed: answers.flatMap(({ repository, deploys }) =>
      isUnavailable(deploys) ? [several ? `${repository} ${deploys.unavailable}` : deploys.unavailable] : [],
    ),
  };
}

function deploysReading({ environment, several, deploys, failed }: Found, { alertedAt }: About): Reading {
  if (deploys.length === 0) {
    return missing("deploys", failed.length > 0 ? failed.join("; ") : `no data: no deploy to ${environment}`);
  }
  const lines = deploys.slice(0, DEPLOYS).map((deploy) => deployText(deploy, several, alertedAt));
  // What one repository did is worth showing, but the other one may hold the deploy that matters.
  return given("deploys", [...lines, ...failed.map((why) => `unavailable: ${why}`)].join("; "));
}

function deployText(deploy: Deploy, named: boolean, alertedAt: Instant): string {
  const { repository, at } = deploy;
  const when = new Date(at).toISOString().slice(0, 16).replace("T", " ");
  return `${named ? `${repository} ` : ""}${releaseText(deploy)} at ${when} UTC, ${distance(at - alertedAt)}`;
}

function distance(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  const long =
    minutes < 120
      ? `${minutes} min`
      : minutes < 2_880
        ? `${Math.round(minutes / 60)} h`
        : `${Math.round(minutes / 1_440)} days`;
  return ms > 0 ? `${long} after the alert` : `${long} before the alert`;
}

/** The change that the last deploy before the alert brought, or why it is not known. */
type Change =
  | { kind: "compared"; deploy: Deploy; changes: Changes }
  /** The only deploy known: there is nothing to compare it with. */
  | { kind: "commits"; commits: Commit[] }
  | { kind: "unknown"; why: string };

async function lastChange(found: Found, about: About, budget: Budget, github: GithubClient): Promise<Change> {
  const deploy = found.deploys.find(({ at }) => at <= about.alertedAt) ?? found.deploys[0];
  if (deploy === undefined && found.failed.length > 0) return { kind: "unknown", why: found.failed.join("; ") };
  const repository = deploy?.repository ?? about.entry?.repositories[0] ?? "";
  const before = found.deploys.find((other) => other.repository === repository && other.at < (deploy?.at ?? 0));
  const whyNot = ({ unavailable }: Unavailable): Change => ({ kind: "unknown", why: unavailable });
  if (deploy === undefined || before === undefined) {
    const wanted = { repository, until: about.alertedAt, count: COMMITS };
    const commits = await askWithin(budget, (timeoutMs) => github.commits(wanted, { timeoutMs }));
    return isUnavailable(commits) ? whyNot(commits) : { kind: "commits", commits };
  }
  const range = { repository, base: before.sha, head: deploy.sha };
  const changes = await askWithin(budget, (timeoutMs) => github.changes(range, { timeoutMs }));
  return isUnavailable(changes) ? whyNot(changes) : { kind: "compared", deploy, changes };
}

function commitsReading(change: Change): Reading {
  switch (change.kind) {
    case "unknown":
      return missing("commits", change.why);
    case "commits":
      return change.commits.length === 0
        ? missing("commits", "no data: no deploy to compare with, and no commit before the alert")
        : given(
            "commits",
            "no earlier deploy to compare with; the last commits before the alert",
            change.commits.map(commitText),
          );
    case "compared": {
      const { totalCommits, commits, files } = change.changes;
      const of = releaseText(change.deploy);
      return totalCommits === 0
        ? given("commits", `${of} brought no new commit: a rollback or a repeat`)
        : given(
            "commits",
            `${counted(totalCommits, "commit")} and ${counted(files.length, "file")} in ${of}`,
            commits.slice(0, COMMITS).map(commitText),
          );
    }
  }
}

/** Who wrote it is left out: a commit is something to look at, not somebody. */
const commitText = ({ sha, title }: Commit): string =>
  `${sha.slice(0, 7)} ${withoutPeople(title.slice(0, MAX_TITLE)).slice(0, 140)}`;
const MAX_TITLE = 120;

/** A release may be a branch, and those are named after people too. */
const releaseText = ({ release, sha }: Deploy): string => `${withoutPeople(release.slice(0, 60))} (${sha.slice(0, 7)})`;

async function readOwners(
  change: Change,
  budget: Budget,
  { github, ...naming }: { github: GithubClient; oncall: Pick<OnCallClient, "users">; map: OwnerMap },
): Promise<Reading> {
  if (change.kind === "unknown") return missing("owners", change.why);
  if (change.kind === "commits") return missing("owners", "no data: no earlier deploy to compare with");
  const { deploy, changes } = change;
  if (changes.files.length === 0) return missing("owners", "no data: the last deploy changed no file");
  const wanted = { repository: deploy.repository, ref: deploy.sha };
  const codeowners = await askWithin(budget, (timeoutMs) => github.codeowners(wanted, { timeoutMs }));
  if (codeowners === "not-found") return missing("owners", `no data: ${deploy.repository} has no CODEOWNERS file`);
  if (isUnavailable(codeowners)) return missing("owners", codeowners.unavailable);
  const owners = ownersOf(codeowners.text, changes.files);
  if (owners.length === 0) return missing("owners", "no data: nobody owns the files of the last deploy");
  const named = await nameOwners(owners.slice(0, OWNERS), budget, naming);
  const names = [
    ...named.owners.map(
      ({ owner, files, note }) => `${owner} (${[counted(files, "file"), ...(note ? [note] : [])].join(", ")})`,
    ),
    ...(named.unnamed === undefined ? [] : [named.unnamed]),
    ...(owners.length > OWNERS ? [`${owners.length - OWNERS} not shown`] : []),
  ];
  const how = named.pageable === undefined ? [] : [`/incident-response page ${named.pageable}`];
  return given("owners", names.join(", "), how);
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
