/** What a text becomes where values travel instead of text: the JSON value that it is, else a string. */
import type { Json } from './target.ts';

export function valueOfText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
