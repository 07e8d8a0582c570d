import type { Faker } from "@faker-js/faker";
import { digits, one, some, type Writer } from "./draw.ts";

const PHONES: readonly ((f: Faker) => string)[] = [
  (f) => `+1 ${digits(f, 1).replace(/[01]/, "4")}15 555 0${digits(f, 3)}`,
  (f) => `+1-${one(f, ["212", "646", "720", "503"])}-555-0${digits(f, 3)}`,
  (f) => `(${one(f, ["212", "646", "720", "503"])}) 555-0${digits(f, 3)}`,
  (f) => `${one(f, ["212", "646", "720"])}.555.0${digits(f, 3)}`,
  (f) => `+44 20 7946 0${digits(f, 3)}`,
  (f) => `+44 (0)161 496 0${digits(f, 3)}`,
  (f) => `+447700900${digits(f, 3)}`,
  (f) => `+49 30 ${digits(f, 4)}${digits(f, 4)}`,
  (f) => `+49 (0) 171 ${digits(f, 3)} ${digits(f, 4)}`,
  (f) => `0049 89 ${digits(f, 3)} ${digits(f, 4)}`,
  (f) => `+33 6 ${digits(f, 2)} ${digits(f, 2)} ${digits(f, 2)} ${digits(f, 2)}`,
  (f) => `+34 6${digits(f, 2)} ${digits(f, 3)} ${digits(f, 3)}`,
  (f) => `+39 06 ${digits(f, 4)} ${digits(f, 4)}`,
  (f) => `+31 6 ${digits(f, 8)}`,
  (f) => `+46 70 ${digits(f, 3)} ${digits(f, 2)} ${digits(f, 2)}`,
  (f) => `+47 ${digits(f, 3)} ${digits(f, 2)} ${digits(f, 3)}`,
  (f) => `+91 98${digits(f, 3)} ${digits(f, 5)}`,
  (f) => `+81-3-${digits(f, 4)}-${digits(f, 4)}`,
  (f) => `+86 138 ${digits(f, 4)} ${digits(f, 4)}`,
  (f) => `+55 (11) 9${digits(f, 4)}-${digits(f, 4)}`,
  (f) => `+52 55 ${digits(f, 4)} ${digits(f, 4)}`,
  (f) => `+61 4${digits(f, 2)} ${digits(f, 3)} ${digits(f, 3)}`,
  (f) => `+254 7${digits(f, 2)} ${digits(f, 6)}`,
  (f) => `+971 50 ${digits(f, 3)} ${digits(f, 4)}`,
  (f) => `+48 ${digits(f, 3)}-${digits(f, 3)}-${digits(f, 3)}`,
  (f) => `+7 (495) ${digits(f, 3)}-${digits(f, 2)}-${digits(f, 2)}`,
  (f) => `+380 67 ${digits(f, 3)} ${digits(f, 4)}`,
  (f) => `+90 532 ${digits(f, 3)} ${digits(f, 2)} ${digits(f, 2)}`,
  (f) => `+65 ${one(f, ["8", "9"])}${digits(f, 3)} ${digits(f, 4)}`,
  (f) => `+972-54-${digits(f, 3)}-${digits(f, 4)}`,
  (f) => `011 44 20 7946 0${digits(f, 3)}`,
];
export const phones: Writer = (f, add) => {
  for (const make of some(f, PHONES, 10)) {
    const p = make(f);
    const [text, keep] = one(f, [
      [`customer called from ${p} at 14:05, error E2210`, "14:05"],
      [`{"phone": "${p}", "otp_attempts": 5, "latency_ms": 4012}`, "4012"],
      [`SMS to ${p} failed with carrier code 30007`, "30007"],
      [`tel: ${p} (ask for billing, case 88121)`, "88121"],
      [`ring ${p} before 17:30 please`, "17:30"],
      [`phone=${p} status=undelivered`, "status=undelivered"],
    ] as const);
    add("phone", text, [p], [keep]);
  }
  const national: readonly [string, string][] = [
    [`Handy 0171 ${digits(f, 7)}`, ""],
    [`mobile 07${digits(f, 3)} ${digits(f, 6)}`, ""],
    [`tel. 01 ${digits(f, 2)} ${digits(f, 2)} ${digits(f, 2)} ${digits(f, 2)}`, ""],
    [`cell ${one(f, ["617", "303"])} 555 0${digits(f, 3)}`, ""],
    [`Telefon: 08${digits(f, 1)}/${digits(f, 7)}`, ""],
    [`msisdn=4479${digits(f, 8)}`, ""],
  ];
  const [cue] = one(f, national);
  const value = cue.replace(/^[^\d]+/, "");
  add("phone", `${cue} is the only contact we have`, [value], ["is the only contact"]);
};
