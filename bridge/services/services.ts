import type { Severity } from "../../shared/vocabulary.ts";
import type { GrafanaLinks, Service, ServicesFile } from "./services-schema.ts";

export type { GrafanaLinks, MetricQuery, Service } from "./services-schema.ts";

/** Labels of an alert: untrusted text from outside. */
export type Labels = Readonly<Record<string, string>>;

export interface ServiceMatch {
  /** At most 80 characters; `unknown` when nothing names a service. */
  name: string;
  /** Undefined when the catalogue does not hold it. */
  entry?: Service;
}

export interface SeverityMatch {
  severity: Severity;
  /** How it came about, as a sentence fragment: `label severity=critical`. At most 200 characters. */
  basis: string;
  /** True when the alert did not say and we took `ASSUMED_SEVERITY`. */
  assumed: boolean;
}

/** Somebody whom OnCall can page: an OnCall schedule, or a person by Slack id. */
export interface EscalationTarget {
  kind: "schedule" | "person";
  id: string;
  name: string;
}

/** Logins and teams of GitHub as services.yaml maps them, compared in lower case; each is given as CODEOWNERS writes it, with its @. */
export interface OwnerMap {
  /** An e-mail address or a Slack id. */
  person(login: string): string | undefined;
  /** Handle of a Slack user group. */
  group(team: string): string | undefined;
}

/** What the organisation wrote, checked once at start. Everything here is pure. */
export interface Services {
  approvers: { slackGroup: string; directoryGroup?: string; page?: string };
  /** Handle of the Slack user group that is invited when nobody better is known. */
  fallbackGroup: string;
  /** Names of the directory groups of all services, each once. */
  directoryGroups: readonly string[];
  publicTerms: readonly string[];
  owners: OwnerMap;
  /** Who stands behind `role:legal`, `usergroup:…`, `schedule:…` or `external:…` of a runbook; undefined: nobody said. */
  escalation(to: string): EscalationTarget | undefined;
  /** For links into Grafana; undefined where it is not configured. */
  grafana: GrafanaLinks | undefined;
  /** Which kind of page customer updates go to; a drill must never reach `production`. */
  pageEnvironment: "production" | "sandbox";
  /** Names in the order of the file. */
  names: readonly string[];
  /** The catalogue's entry of this name, compared in lower case. */
  entry(name: string): Service | undefined;
  /**
   * The service an alert is about: the first label, in the configured order, that names one of the catalogue; else the one
   * catalogue name that stands as a word in `title`; else whatever the first label says, without an entry.
   */
  serviceOf(labels: Labels, title?: string): ServiceMatch;
  /** From the label `severity`; unknown or absent is `SEV2`, assumed. */
  severityOf(labels: Labels): SeverityMatch;
  /** Alerts that agree in these labels within so many milliseconds of one another are one incident; undefined: none are. */
  correlation: { labels: readonly string[]; windowMs: number } | undefined;
  /** The opening rule. */
  opensRoom(severity: Severity): boolean;
  /** Whether a first statement for customers waits as a card when a room of this severity opens. */
  holdsCustomers(severity: Severity): boolean;
  /** Milliseconds customers may wait before the room is reminded; undefined: never for this severity. */
  nudgeAfterMs(severity: Severity): number | undefined;
}

const SEVERITY_LABEL = "severity";
/** Better a room too many than an outage nobody sees. */
const ASSUMED_SEVERITY: Severity = "SEV2";
/** What an alert is about when nothing names a service. */
export const UNKNOWN_SERVICE = "unknown";
const MAX_NAME = 80;

export function createServices(file: ServicesFile): Services {
  const catalogue = new Map(Object.entries(file.services));
  const severities = new Map(Object.entries(file.severity).map(([label, to]) => [label.toLowerCase(), to]));
  const { slack_group, directory_group, page } = file.approvers;
  const entry = (name: string) => catalogue.get(name.trim().toLowerCase());
  const match = (name: string): ServiceMatch => {
    const known = entry(name);
    return known ? { name: name.trim().toLowerCase(), entry: known } : { name };
  };

  return {
    approvers: {
      slackGroup: slack_group,
      ...(directory_group === undefined ? {} : { directoryGroup: directory_group }),
      ...(page === undefined ? {} : { page }),
    },
    fallbackGroup: file.fallback_group,
    directoryGroups: [...new Set([...catalogue.values()].flatMap(({ directory_group }) => directory_group ?? []))],
    publicTerms: file.public_terms,
    owners: { person: mapped(file.owners.logins), group: mapped(file.owners.teams) },
    escalation(to) {
      const found = Object.hasOwn(file.escalations, to) ? file.escalations[to] : undefined;
      if (found === undefined) return undefined;
      const name = calledBy(to);
      return "schedule" in found
        ? { kind: "schedule", id: found.schedule, name }
        : { kind: "person", id: found.person, name };
    },
    grafana: file.grafana,
    pageEnvironment: file.page.environment,
    names: [...catalogue.keys()],
    entry,

    serviceOf(labels, title = "") {
      const said = file.labels.map((label) => labelOf(labels, label)).filter((value) => value !== undefined);
      const known = said.find((value) => entry(value) !== undefined);
      if (known !== undefined) return match(known);
      if (said[0] !== undefined) return match(said[0].slice(0, MAX_NAME));
      const words = new Set(title.toLowerCase().split(/[^a-z0-9._-]+/));
      const named = [...catalogue.keys()].filter((name) => words.has(name));
      // Two names are no answer: paging the wrong team costs more than the fallback group.
      return match(named.length === 1 && named[0] !== undefined ? named[0] : UNKNOWN_SERVICE);
    },

    severityOf(labels) {
      const value = labelOf(labels, SEVERITY_LABEL);
      if (value === undefined) {
        return { severity: ASSUMED_SEVERITY, basis: "no severity label, assumed", assumed: true };
      }
      const shown = `label ${SEVERITY_LABEL}=${value.slice(0, 80)}`;
      const severity = severities.get(value.toLowerCase());
      return severity
        ? { severity, basis: shown, assumed: false }
        : { severity: ASSUMED_SEVERITY, basis: `${shown} is not in the severity map, assumed`, assumed: true };
    },

    correlation:
      file.correlation === "off" ? undefined : { labels: file.correlation.labels, windowMs: file.correlation.window },
    opensRoom: (severity) => file.rooms.includes(severity),
    holdsCustomers: (severity) => file.holding_statement.some((named) => named === severity),
    nudgeAfterMs: (severity) => file.nudge[severity],
  };
}

function mapped(record: Readonly<Record<string, string>>): (owner: string) => string | undefined {
  const values = new Map(Object.entries(record).map(([name, value]) => [`@${name.toLowerCase()}`, value]));
  return (owner) => values.get(owner.toLowerCase());
}

/** `external:account-manager` as a person says it: account manager. */
export const calledBy = (to: string): string => to.slice(to.indexOf(":") + 1).replaceAll("-", " ");

/** A label's text, undefined when absent or blank. Own properties only: `constructor` is a label name like any other. */
function labelOf(labels: Labels, name: string): string | undefined {
  const value = Object.hasOwn(labels, name) ? labels[name]?.trim() : undefined;
  return value === "" ? undefined : value;
}
