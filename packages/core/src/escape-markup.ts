/** @file Text -> HTML and XML: names of files, types and commands are data, never markup. */

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escape a text for the contents of elements and for attributes in either kind of quotes. */
export function escapeMarkup(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => signs[sign]!);
}
