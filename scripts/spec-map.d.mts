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
export interface Citations {
  readonly cited: ReadonlyMap<string, readonly string[]>;
  readonly ranges: readonly string[];
}
export function parseRequirements(json: string): RequirementList;
export function familyOf(id: string): string;
export function findCitations(
  files: readonly { readonly path: string; readonly text: string }[],
  families: readonly string[],
): Citations;
export function findProblems(list: RequirementList, source: Citations, tests: Citations): string[];
export function renderPage(list: RequirementList, source: Citations, tests: Citations): string;
export function specMap(root: string): { page: string; problems: string[] };
export function main(args: readonly string[], root: string, print?: (line: string) => void): number;
