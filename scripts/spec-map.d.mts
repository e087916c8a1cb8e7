export interface Requirement {
  readonly id: string;
  readonly level: string;
  readonly section: string;
  readonly role: string;
  readonly enforceable: boolean;
  readonly text: string;
  readonly notEnforced?: string;
}
export interface RequirementList {
  readonly format: "wimse-requirements/v1";
  readonly documents: { readonly [family: string]: { readonly title: string; readonly revision: string } };
  readonly requirements: readonly Requirement[];
}
export interface Citation {
  readonly path: string;
  readonly lines: readonly number[];
}
export interface Citations {
  readonly cited: ReadonlyMap<string, readonly Citation[]>;
  readonly ranges: readonly string[];
}
/** The cases that show a requirement, by its id. */
export type Shown = ReadonlyMap<string, readonly { readonly path: string; readonly cases: readonly string[] }[]>;
export interface Found {
  readonly source: Citations;
  readonly tests: Citations;
  readonly shown: Shown;
  readonly notShown: { readonly [id: string]: string };
}
export function parseRequirements(json: string): RequirementList;
export function familyOf(id: string): string;
export function findCitations(
  files: readonly { readonly path: string; readonly text: string }[],
  families: readonly string[],
): Citations;
export function findShown(
  vectors: readonly {
    readonly path: string;
    readonly cases: readonly { readonly id: string; readonly requirements: readonly string[] }[];
  }[],
): Shown;
export function parseNotShown(json: string): { readonly [id: string]: string };
export function findProblems(list: RequirementList, found: Found): string[];
export function renderPage(list: RequirementList, found: Found): string;
export function specMap(root: string): { page: string; problems: string[] };
export function main(args: readonly string[], root: string, print?: (line: string) => void): number;
