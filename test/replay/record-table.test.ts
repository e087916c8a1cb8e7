import { describe, expect, it } from "vitest";
import { FIRST_FREE_WORD, HASH, RecordTable } from "../../src/replay/record-table.js";

/** The records of the chain of this hash, by the hash and the first free word of each. */
function chain(table: RecordTable, hash: number): [number, number][] {
  const found: [number, number][] = [];
  for (let record = table.first(hash); record !== 0; record = table.next(record)) {
    found.push([table.get(record, HASH), table.get(record, FIRST_FREE_WORD)]);
  }
  return found;
}

function insert(table: RecordTable, hash: number, value: number): number {
  const record = table.insert(hash);
  table.set(record, FIRST_FREE_WORD, value);
  return record;
}

describe("a table of records", () => {
  it("has chains of the length that was asked for, when all is full", () => {
    const table = new RecordTable(8, 3, 4);
    for (let hash = 0; hash < 8; hash++) insert(table, hash, 10 + hash);
    expect(chain(table, 0).map(([hash]) => hash)).toEqual([6, 4, 2, 0]);
    expect(chain(table, 1).map(([hash]) => hash)).toEqual([7, 5, 3, 1]);
    expect(chain(table, 2)).toEqual(chain(table, 0));
  });

  it("has one chain at least", () => {
    const table = new RecordTable(1, 3, 4);
    expect(insert(table, 2 ** 30 - 1, 5)).toBe(1);
    expect(chain(table, 0)).toEqual([[2 ** 30 - 1, 5]]);
  });

  it("says how many records it has room for, and how many are in use", () => {
    const table = new RecordTable(3, 3, 2);
    expect([table.capacity, table.size]).toEqual([3, 0]);
    const record = insert(table, 1, 1);
    insert(table, 1, 2);
    expect(table.size).toBe(2);
    table.remove(record);
    expect([table.capacity, table.size]).toEqual([3, 1]);
  });

  it("keeps every word of every record apart, up to the last", () => {
    const table = new RecordTable(3, 5, 1);
    const records = [1, 2, 3].map((hash) => table.insert(hash));
    for (const record of records) for (const word of [2, 3, 4]) table.set(record, word, 10 * record + word);
    expect(records.map((record) => [2, 3, 4].map((word) => table.get(record, word)))).toEqual([
      [12, 13, 14],
      [22, 23, 24],
      [32, 33, 34],
    ]);
    expect(records.map((record) => table.get(record, HASH))).toEqual([1, 2, 3]);
  });

  it.each([
    ["first of its chain", 3, [2, 1]],
    ["in the middle of its chain", 2, [3, 1]],
    ["last of its chain", 1, [3, 2]],
  ])("takes a record out that is the %s", (_, value, left) => {
    const table = new RecordTable(4, 3, 4);
    const records = [1, 2, 3].map((each) => insert(table, 7, each));
    table.remove(records[value - 1] as number);
    expect(chain(table, 7).map(([, each]) => each)).toEqual(left);
    expect(table.size).toBe(2);
  });

  it("uses the places of records that were given back, the latest first, before new ones", () => {
    const table = new RecordTable(4, 3, 1);
    const [first = 0, second = 0] = [insert(table, 1, 1), insert(table, 2, 2)];
    table.remove(first);
    table.remove(second);
    expect([table.insert(3), table.insert(4), table.insert(5), table.insert(6)]).toEqual([second, first, 3, 4]);
    expect([1, 2].map((hash) => chain(table, hash + 4).map(([found]) => found))).toEqual([[5], [6]]);
    expect(table.size).toBe(4);
  });
});
