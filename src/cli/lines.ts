/**
 * The lines of a byte stream in UTF-8, without their ends. Only LF ends a line: JSON text may contain the other
 * characters that some consider line ends. A last line without an end counts when it is not empty.
 *
 * @param longest the longest line, characters. Default: any length is taken.
 * @throws RangeError on a longer one
 */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  longest: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    pieces.push(first);
    length += first.length;
    for (const next of others) {
      checkLength(length, longest);
      yield pieces.join("");
      pieces = [next];
      length = next.length;
    }
    checkLength(length, longest);
  }
  const last = pieces.join("") + decoder.decode();
  if (last !== "") yield last;
}

function checkLength(length: number, longest: number): void {
  if (length > longest) throw new RangeError("a line is too long");
}
