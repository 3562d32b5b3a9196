/** @file Which links of a model card may be followed from the application. */

/** Return the address when it leads to a page of the web or within the card; else undefined. */
export function safeLink(href: string): string | undefined {
  if (href.startsWith('#')) return href;
  try {
    const { protocol } = new URL(href);
    return protocol === 'https:' || protocol === 'http:' || protocol === 'mailto:'
      ? href
      : undefined;
  } catch {
    // Relative addresses are those of the repository that the card is from; here they lead nowhere.
    return undefined;
  }
}
