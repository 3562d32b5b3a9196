import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { MarkdownText } from './MarkdownText.tsx';
import { safeLink } from './safe-link.ts';

const html = (text: string) => renderToStaticMarkup(<MarkdownText text={text} />);

test('draws headings below the page’s own, lists, tables and code', () => {
  const drawn = html('# Model\n\n- one\n- *two*\n\n| a | b |\n|---|--:|\n| `1` | 2 |\n');
  expect(drawn).toContain('<h3>Model</h3>');
  expect(drawn).toMatch(/<ul><li>one<\/li><li><em>two<\/em><\/li><\/ul>/);
  expect(drawn).toContain('<td><code>1</code></td>');
  expect(drawn).toContain('<td style="text-align:right">2</td>');
});

test('shows HTML as it is written and runs none of it', () => {
  const drawn = html('<script>alert(1)</script>\n\nText <img src=x onerror=alert(1)> <b>bold</b>');
  expect(drawn).not.toMatch(/<(script|img|b)\b/);
  expect(drawn).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

test('follows links of the web only', () => {
  expect(html('[a](https://example.org/x)')).toContain('href="https://example.org/x"');
  expect(html('[a](javascript:alert(1))')).not.toContain('href');
  expect(html('[a](../decisions/0080.md)')).not.toContain('href');
  expect(safeLink('data:text/html,x')).toBeUndefined();
  expect(safeLink('#figures')).toBe('#figures');
});

test('reads character references in text and links, not in code', () => {
  expect(html('R&amp;D, 5&nbsp;&#181;m, &lt;b&gt;')).toContain(
    '<p>R&amp;D, 5\u00a0µm, &lt;b&gt;</p>',
  );
  expect(html('`&amp;`')).toContain('<code>&amp;amp;</code>');
  expect(html('AT&T, &unknown; and \\&amp;')).toContain(
    '<p>AT&amp;T, &amp;unknown; and &amp;amp;</p>',
  );
  expect(html('[a](https://example.org/?a=1&amp;b=2)')).toContain('?a=1&amp;b=2"');
  expect(html('[a](java&#115;cript:alert(1))')).not.toContain('href');
  expect(html('[a](javascript&colon;alert(1))')).not.toContain('href');
});

test('names pictures and does not fetch them', () => {
  const drawn = html('![curve](https://example.org/curve.png)');
  expect(drawn).not.toContain('<img');
  expect(drawn).toContain('[picture: curve]');
});

test('starts numbered lists where the text does', () => {
  expect(html('3. three\n4. four')).toContain('<ol start="3">');
});
