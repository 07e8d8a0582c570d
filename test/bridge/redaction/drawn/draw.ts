import type { Faker } from "@faker-js/faker";

/** Adds one case: the text, the values that must go from it, and those that must stay. */
export type Add = (
  category: string,
  text: string,
  must_remove: string[],
  must_keep?: string[],
  more?: { known_names?: string[]; known_terms?: string[] },
) => void;

/** Writes cases of one kind. `local` draws names of another language. */
export type Writer = (f: Faker, add: Add, local: Faker) => void;

export const one = <T>(f: Faker, list: readonly T[]): T => f.helpers.arrayElement(list as T[]);

export const some = <T>(f: Faker, list: readonly T[], count: number): T[] =>
  f.helpers.arrayElements(list as T[], count);

export const hexOf = (f: Faker, length: number) => f.string.hexadecimal({ length, casing: "lower", prefix: "" });

export const alnum = (f: Faker, length: number) => `${f.string.alphanumeric(length - 3)}${f.string.numeric(2)}k`;

export const upper = (f: Faker, length: number) => f.string.alphanumeric({ length, casing: "upper" });

export const urlsafe = (f: Faker, length: number) =>
  `${f.string.fromCharacters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", length - 3)}7Q2`;

export const digits = (f: Faker, length: number) => f.string.numeric({ length, allowLeadingZeros: true });

export const int = (f: Faker, min: number, max: number) => f.number.int({ min, max });

export const word = (f: Faker) =>
  f.word
    .noun()
    .toLowerCase()
    .replace(/[^a-z]/g, "");

/** Passwords as people and generators make them. */
export const PASSWORDS: readonly ((f: Faker) => string)[] = [
  (f) => `${word(f)}${digits(f, 3)}!`,
  (f) => f.internet.password({ length: 14 }),
  (f) => `${f.word.adjective().replace(/[^a-z]/gi, "")}-${word(f)}-${digits(f, 2)}`,
  (f) => `${word(f).charAt(0).toUpperCase()}${word(f)}#${digits(f, 4)}`,
  (f) => `${alnum(f, 12)}`,
];

const COMPANY_DOMAINS = ["co.uk", "de", "io", "com", "com.br", "dev", "fr", "health", "ng", "co.jp", "cloud", "org"];

export const domainOf = (f: Faker) => `${word(f)}${one(f, ["", "-", ""])}${word(f)}.${one(f, COMPANY_DOMAINS)}`;

const ascii = (text: string) =>
  text
    .normalize("NFD")
    .replace(/[^A-Za-z0-9 ]/g, "")
    .toLowerCase();

export function mailOf(f: Faker): string {
  const first = ascii(f.person.firstName()) || "kim";
  const last = ascii(f.person.lastName()).replace(/ /g, "") || "ode";
  const local = one(f, [
    `${first}.${last}`,
    `${first.charAt(0)}${last}`,
    `${last}${digits(f, 2)}`,
    `${first}+alerts`,
    `${first}_${last}`,
  ]);
  return `${local.replace(/ /g, "")}@${one(f, ["", "", "mail.", "eu."])}${domainOf(f)}`;
}

/** A card number with the check digit of `body` behind it. */
export function luhn(body: string): string {
  const sum = [...body].reverse().reduce((total, char, at) => {
    const digit = Number(char) * (at % 2 === 0 ? 2 : 1);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}
