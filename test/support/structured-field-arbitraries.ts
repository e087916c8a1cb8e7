import fc from "fast-check";
import type { Dictionary, InnerList, Item, Member } from "../../src/http/structured-dictionary.js";
import type { BareItem } from "../../src/http/structured-values.js";

const LARGEST = 999_999_999_999_999;
const key = fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,3}$/);

export const printable: fc.Arbitrary<string> = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
});
/** Integers of at most fifteen digits. */
export const integer: fc.Arbitrary<number> = fc.maxSafeInteger().map((n) => n % (LARGEST + 1) || 0);
export const token: fc.Arbitrary<BareItem> = fc
  .stringMatching(/^[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*$/)
  .map((value) => ({ type: "token" as const, value }));

export interface StructuredFieldArbitraries {
  readonly item: fc.Arbitrary<Item>;
  readonly innerList: fc.Arbitrary<InnerList>;
  readonly member: fc.Arbitrary<Member>;
  readonly dictionary: fc.Arbitrary<Dictionary>;
}

/** Everything that is made of such values. */
export function structuredFieldsOf(bareItem: fc.Arbitrary<BareItem>): StructuredFieldArbitraries {
  const params = fc.array(fc.tuple(key, bareItem), { maxLength: 4 }).map((pairs) => new Map(pairs));
  const item: fc.Arbitrary<Item> = fc.record({ value: bareItem, params });
  const innerList: fc.Arbitrary<InnerList> = fc.record({ items: fc.array(item, { maxLength: 5 }), params });
  const member: fc.Arbitrary<Member> = fc.oneof(item, innerList);
  const dictionary: fc.Arbitrary<Dictionary> = fc
    .array(fc.tuple(key, member), { maxLength: 5 })
    .map((pairs) => ({ members: new Map(pairs) }));
  return { item, innerList, member, dictionary };
}
