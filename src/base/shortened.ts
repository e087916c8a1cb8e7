/** Text that a sender chose, as a report or an audit may show it: too short to smuggle a token out. */
export function shortened(text: string): string {
  return text.length <= 256 ? text : `${text.slice(0, 256)}…`;
}
