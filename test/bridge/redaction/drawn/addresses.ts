import { one, type Writer } from "./draw.ts";

export const addresses: Writer = (f, add) => {
  const number = f.number.int({ min: 2, max: 998 });
  const street = f.person.lastName().replace(/[^A-Za-z]/g, "");
  const written = one(f, [
    `${number} ${street} ${one(f, ["Street", "Road", "Avenue", "Lane", "Blvd", "Drive"])}`,
    `${street}${one(f, ["straße", "weg", "gasse", "straat", "gatan"])} ${number}`,
    `${number} rue de ${street}`,
    `Via ${street} ${number}`,
    `Calle ${street} ${number}`,
    `ul. ${street} ${number}`,
    `PO Box ${number}`,
  ]);
  add("address", `parcel 7731 for ${written} was lost twice`, [written], ["was lost twice"]);
};
