/** The only thing outside the language that the rules use; every runtime has it. */
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
