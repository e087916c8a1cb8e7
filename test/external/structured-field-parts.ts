import { type Case, FILES, SERIALIZER_FILES, structuredFieldCases } from "./structured-fields.js";
import { leftOpen, overridden, type Part, part } from "./suite.js";

/** Of what a parser may refuse, we refuse base64 that no encoder writes. */
const REFUSED_BY_CHOICE: readonly string[] = ["bad padding", "non-zero pad bits"];

/** Whether the lines of a case are refused here. */
export const refusesField = ({ name, must_fail: mustFail }: Case): boolean =>
  mustFail === true || REFUSED_BY_CHOICE.includes(name);

/** Whether a value has more than three decimals, of which we lose none by rounding. */
export const isToBeRounded = ({ name, must_fail: mustFail }: Case): boolean => !mustFail && /\bround /.test(name);

const casesOf = (files: object): readonly Case[] =>
  Object.keys(files).flatMap((file) => structuredFieldCases(file).map(([, entry]) => entry));

export const structuredFieldParts: readonly Part[] = [
  part("parsing", Object.keys(FILES), casesOf(FILES), (entry) => {
    if (!entry.can_fail) return undefined;
    return leftOpen(
      refusesField(entry)
        ? "refused: base64 that no encoder writes"
        : "accepted: a string over two lines, a date of fifteen digits",
    );
  }),
  part("serialising", Object.keys(SERIALIZER_FILES), casesOf(SERIALIZER_FILES), (entry) =>
    isToBeRounded(entry) ? overridden("nothing is rounded: more than three decimals are refused") : undefined,
  ),
];
