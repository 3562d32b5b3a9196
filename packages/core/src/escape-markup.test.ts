import { expect, test } from 'vitest';
import { escapeMarkup } from './escape-markup.ts';

test('no text ends an element, an attribute or a reference', () => {
  expect(escapeMarkup(`a<b> "c" 'd' &amp; é\n`)).toBe(
    'a&lt;b&gt; &quot;c&quot; &#39;d&#39; &amp;amp; é\n',
  );
});
