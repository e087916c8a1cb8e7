/** Why the outcome of a case is not simply the one that the suite of others says. */
export interface Difference {
  readonly kind: "left open" | "overridden" | "not applicable";
  readonly reason: string;
}

/** The suite allows either outcome; the reason says which one it is here. */
export const leftOpen = (reason: string): Difference => ({ kind: "left open", reason });
/** The outcome here is the opposite one. */
export const overridden = (reason: string): Difference => ({ kind: "overridden", reason });
/** The case is about something that does not exist here. */
export const notApplicable = (reason: string): Difference => ({ kind: "not applicable", reason });

/** Cases of one kind in a suite. */
export interface Part {
  readonly name: string;
  readonly files: readonly string[];
  /** How many there are. */
  readonly cases: number;
  /** One for each case that has one. */
  readonly differences: readonly Difference[];
}

/** A suite that others made. */
export interface Suite {
  readonly name: string;
  /** Where its files are. */
  readonly folder: string;
  /** Where it is published. */
  readonly origin: string;
  readonly licence: string;
  readonly parts: readonly Part[];
}

/** Counts cases. `differenceOf` must be what the tests expect outcomes by: that is what makes the counts true. */
export function part<Case>(
  name: string,
  files: readonly string[],
  cases: readonly Case[],
  differenceOf: (entry: Case) => Difference | undefined,
): Part {
  const differences = cases.map(differenceOf).filter((difference) => difference !== undefined);
  return { name, files, cases: cases.length, differences };
}

/** All parts as one. */
function whole({ name, origin, licence, parts }: Suite): Part {
  return {
    name: `**[${name}](${origin})**, ${licence}`,
    files: [],
    cases: parts.reduce((sum, { cases }) => sum + cases, 0),
    differences: parts.flatMap(({ differences }) => differences),
  };
}

const ofKind = ({ differences }: Part, kind: Difference["kind"]): readonly Difference[] =>
  differences.filter((difference) => difference.kind === kind);

/** How many have a difference of a kind, and in a part the reasons. */
function cell(part: Part, kind: Difference["kind"], withReasons: boolean): string {
  const found = ofKind(part, kind);
  if (found.length === 0) return "";
  if (!withReasons) return `**${found.length}**`;
  const reasons = [...new Set(found.map(({ reason }) => reason))];
  return reasons
    .map((reason) => `${found.filter((difference) => difference.reason === reason).length}: ${reason}`)
    .join("<br>");
}

function row(part: Part, isWhole: boolean): string {
  const applicable = part.cases - ofKind(part, "not applicable").length;
  const numbers = [part.cases, applicable, applicable - ofKind(part, "overridden").length];
  const cells = [
    part.name,
    ...numbers.map((number) => (isWhole ? `**${number}**` : String(number))),
    ...(["left open", "overridden", "not applicable"] as const).map((kind) => cell(part, kind, !isWhole)),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** The table of the documentation: a line for each suite and one for each of its parts. */
export function suiteTable(suites: readonly Suite[]): string {
  return [
    "| suite and part | cases | applicable | passed | of these, left open by the suite | overridden | not applicable |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...suites.flatMap((suite) => [row(whole(suite), true), ...suite.parts.map((one) => row(one, false))]),
  ].join("\n");
}
