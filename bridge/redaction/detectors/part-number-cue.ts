/** Before a number of a thing, which may be grouped like the number of a person. */
export const PART_NUMBER_CUE =
  /(?:sku|part|order|model|serial|isbn|ticket|case|version|build|rev|invoice|item|po)[\w ]{0,10}[:=#]?\s{0,2}$/i;

/** How far before a number to look. */
export const CUE_REACH = 24;
