import { isField } from "../http/fields.js";
import { type HeaderLine, type HttpMessageView, trimOws } from "../http/message.js";

/**
 * The values of a field's lines in their order, as they are combined: without white space around them, and with what
 * was once folded into several lines on one (R9421-2.1.04, R9421-7.5.5.01).
 */
export function fieldLines(lines: readonly HeaderLine[], lowerCaseName: string): string[] {
  const values: string[] = [];
  for (const line of lines) {
    if (!isField(line[0], lowerCaseName)) continue;
    const value = line[1];
    values.push(value.includes("\r\n") ? unfold(value) : trimOws(value));
  }
  return values;
}

/** Leaves a line end that does not fold where it is: the value is refused for it. */
function unfold(value: string): string {
  const pieces = value.split("\r\n");
  const folds = pieces.slice(1).every((piece) => piece.startsWith(" ") || piece.startsWith("\t"));
  return trimOws(folds ? pieces.map(trimOws).join(" ") : value);
}

/** A field of the trailers is another one than that of the headers; no name has a semicolon. */
export function placeOf(name: string, isTrailer: boolean): string {
  return isTrailer ? `${name};tr` : name;
}

const LOOKUPS_WITHOUT_INDEX = 8;

/**
 * The lines of one message, by field. Few fields are looked for line by line, which costs least. With many there is an
 * index: names that look alike, on as many lines, would have to be compared each with each.
 */
export class FieldLines {
  readonly #headers: readonly HeaderLine[];
  readonly #trailers: readonly HeaderLine[];
  #lookups = 0;
  #index: ReadonlyMap<string, readonly HeaderLine[]> | undefined;

  constructor({ headers, trailers = [] }: HttpMessageView) {
    this.#headers = headers;
    this.#trailers = trailers;
  }

  /** {@link fieldLines} of the headers, or of the trailers. */
  of(lowerCaseName: string, isTrailer: boolean): string[] {
    if (++this.#lookups <= LOOKUPS_WITHOUT_INDEX) {
      return fieldLines(isTrailer ? this.#trailers : this.#headers, lowerCaseName);
    }
    this.#index ??= indexOf(this.#headers, this.#trailers);
    return fieldLines(this.#index.get(placeOf(lowerCaseName, isTrailer)) ?? [], lowerCaseName);
  }
}

/** The lines that may be those of a field: `toLowerCase` folds more than field names do. */
function indexOf(
  headers: readonly HeaderLine[],
  trailers: readonly HeaderLine[],
): ReadonlyMap<string, readonly HeaderLine[]> {
  const index = new Map<string, HeaderLine[]>();
  const add = (lines: readonly HeaderLine[], isTrailer: boolean): void => {
    for (const line of lines) {
      const place = placeOf(line[0].toLowerCase(), isTrailer);
      const found = index.get(place);
      if (found === undefined) index.set(place, [line]);
      else found.push(line);
    }
  };
  add(headers, false);
  add(trailers, true);
  return index;
}
