import { one, type Writer } from "./draw.ts";

/** Names that stand in no list of the generator, so that the lists are not measured against themselves. */
const UNLISTED =
  "Oluwadamilola Akinfenwa|Thandeka Mabuza|Siobhan O'Rafferty|Caoimhe Gallagher|Ngozi Eze-Okoro|Wanjiru Kamau|Tewodros Haile|Aroha Ngata|Kealoha Kahananui|Ines Figueiredo|Zsofia Kerekes|Ragnheidur Jonsdottir|Sunniva Halvorsen|Eilidh MacAskill|Rhys Penhaligon|Xochitl Barrientos|Itzel Quispe|Yevheniia Marchuk|Agnieszka Wrzesniewska|Bartlomiej Szymczyk|Jedrzej Kubiak|Dimitra Papanikolaou|Aikaterini Stavrou|Levan Gelashvili|Nino Beridze|Hovhannes Petrosyan|Aigerim Nurlanova|Farrukh Tashkentov|Parisa Khorramshahi|Behrouz Alavi|Yousef Al-Mansouri|Fatima Zahra Benali|Chukwuemeka Obi|Kwabena Owusu-Ansah|Sibusiso Dlamini|Lerato Mokoena|Nguyen Thi Hanh|Tran Quoc Bao|Pham Minh Chau|Somchai Wattanakul|Wiroj Prasertkul|Haruka Nishimura|Takeshi Moriyama|Ji-woo Hwang|Seo-yeon Bae|Xiaoming Huang|Yuchen Lin|Meiling Tsai|Rajeshwari Subramaniam|Venkatesh Ranganathan|Harpreet Sidhu|Gurmeet Dhaliwal|Tashi Namgyal|Sangeeta Bhattacharya|Mehwish Qureshi|Zainab Chaudhry|Kofi Mensah|Amadou Diallo".split(
    "|",
  );

const SENTENCES: readonly ((name: string) => [text: string, keep: string])[] = [
  (n) => [`${n} says the checkout page is blank since 09:40`, "checkout page is blank"],
  (n) => [`just got off the phone with ${n}, she cannot log in`, "cannot log in"],
  (n) => [`can somebody call ${n} back? refund is stuck`, "refund is stuck"],
  (n) => [`I think ${n} saw the same error yesterday`, "same error yesterday"],
  (n) => [`ticket from ${n}: payment declined twice`, "payment declined twice"],
  (n) => [`Hi ${n}, we are looking into it`, "we are looking into it"],
  (n) => [`customer ${n} was charged twice for one order`, "charged twice for one order"],
  (n) => [`according to ${n} the export never finished`, "the export never finished"],
  (n) => [`we promised ${n} an answer by noon`, "an answer by noon"],
  (n) => [`Regards,\n${n}`, "Regards"],
  (n) => [`it was ${n} who reported the failed transfer`, "reported the failed transfer"],
  (n) => [`${n}'s account is locked again`, "account is locked again"],
  (n) => [`escalated by ${n} (their finance lead) on Monday`, "finance lead"],
];
export const names: Writer = (f, add, local) => {
  for (let n = 0; n < 3; n += 1) {
    const name = `${local.person.firstName()} ${local.person.lastName()}`;
    const [text, keep] = one(f, SENTENCES)(name);
    add(
      "name_unknown",
      text,
      name.split(/ /).filter((part) => part.length > 2 && !/^(?:van|von|der|den|de|dos|del)$/i.test(part)),
      [keep],
    );
  }
  const unlisted = one(f, UNLISTED);
  const [text, keep] = one(f, SENTENCES)(unlisted);
  add(
    "name_unlisted",
    text,
    unlisted.split(" ").filter((part) => part.length > 2),
    [keep],
  );
  const single = local.person.firstName();
  if (single.length > 3 && !/ /.test(single)) {
    const [said, kept] = one(f, SENTENCES)(single);
    add("name_first", said, [single], [kept]);
  }
  const known = `${local.person.firstName()} ${local.person.lastName()}`;
  const [first = "", ...rest] = known.split(" ");
  const last = rest.join(" ");
  add(
    "name_known",
    one(f, [
      `${known} reverted it`,
      `${known.toUpperCase()} reverted it`,
      `owner: ${last}, ${first}`,
      `${first.charAt(0)}. ${last} reverted it`,
      `2026-03-02T09:41:07Z INFO deploy by ${known} ok`,
    ]),
    [last],
    [],
    { known_names: [known] },
  );
};
