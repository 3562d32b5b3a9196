/**
 * @file Markdown -> React elements, by the tokens of marked. No HTML is ever put into the page: what a text
 * holds of it is shown as it is written. Pictures are named, not fetched. Character references (`&amp;`)
 * become their characters in text, never in code. See docs/decisions/0131.
 */
import { decodeHTMLStrict } from 'entities/decode';
import { marked, type Token, type Tokens } from 'marked';
import { createElement, Fragment, type ReactNode, useMemo } from 'react';
import styles from './MarkdownText.module.css';
import { safeLink } from './safe-link.ts';

/** A text in Markdown. `topHeading`: the level that its first heading takes on the page. */
export function MarkdownText(props: {
  readonly text: string;
  /** @default 3 */
  readonly topHeading?: number;
}) {
  const { text, topHeading = 3 } = props;
  const tokens = useMemo(() => marked.lexer(text), [text]);
  return <div className={styles.text}>{drawAll(tokens, topHeading - 1)}</div>;
}

function drawAll(tokens: readonly Token[] | undefined, shift: number): ReactNode {
  return (tokens ?? []).map((token, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a text that changes is drawn anew as a whole.
    <Fragment key={i}>{draw(parseToken(token), shift)}</Fragment>
  ));
}

function draw(token: KnownToken, shift: number): ReactNode {
  switch (token.type) {
    case 'heading':
      return createElement(
        `h${Math.min(6, token.depth + shift)}`,
        null,
        drawAll(token.tokens, shift),
      );
    case 'paragraph':
      return <p>{drawAll(token.tokens, shift)}</p>;
    case 'blockquote':
      return <blockquote>{drawAll(token.tokens, shift)}</blockquote>;
    case 'list':
      return drawList(token, shift);
    case 'table':
      return drawTable(token, shift);
    case 'code':
      return (
        <pre>
          <code>{token.text}</code>
        </pre>
      );
    case 'hr':
      return <hr />;
    case 'br':
      return <br />;
    case 'strong':
      return <strong>{drawAll(token.tokens, shift)}</strong>;
    case 'em':
      return <em>{drawAll(token.tokens, shift)}</em>;
    case 'del':
      return <del>{drawAll(token.tokens, shift)}</del>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'link':
      return drawLink(token, shift);
    case 'image':
      return <em>[picture: {decodeHTMLStrict(token.text || token.href)}]</em>;
    case 'checkbox':
      return token.checked ? '☑ ' : '☐ ';
    case 'text':
      return token.tokens === undefined
        ? decodeHTMLStrict(token.text)
        : drawAll(token.tokens, shift);
    case 'escape':
      return token.text;
    case 'html':
      return token.raw;
    case 'space':
    case 'def':
      return null;
  }
}

function drawList(list: Tokens.List, shift: number): ReactNode {
  const items = list.items.map((item, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a text that changes is drawn anew as a whole.
    <li key={i}>{drawAll(item.tokens, shift)}</li>
  ));
  if (!list.ordered) return <ul>{items}</ul>;
  return <ol {...(list.start !== '' && { start: list.start })}>{items}</ol>;
}

function drawTable(table: Tokens.Table, shift: number): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <div className={styles.table} tabIndex={0}>
      <table>
        <thead>
          <tr>{table.header.map((cell, i) => drawCell(cell, i, shift))}</tr>
        </thead>
        <tbody>
          {table.rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a text that changes is drawn anew as a whole.
            <tr key={i}>{row.map((cell, j) => drawCell(cell, j, shift))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function drawCell(cell: Tokens.TableCell, key: number, shift: number): ReactNode {
  const style = cell.align === null ? {} : { textAlign: cell.align };
  const content = drawAll(cell.tokens, shift);
  return cell.header ? (
    <th key={key} scope="col" style={style}>
      {content}
    </th>
  ) : (
    <td key={key} style={style}>
      {content}
    </td>
  );
}

function drawLink(link: Tokens.Link, shift: number): ReactNode {
  // First what it says, then whether that is safe.
  const href = safeLink(decodeHTMLStrict(link.href));
  const content = drawAll(link.tokens, shift);
  if (href === undefined) return content;
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {content}
    </a>
  );
}

type KnownToken =
  | Tokens.Blockquote
  | Tokens.Br
  | Tokens.Checkbox
  | Tokens.Code
  | Tokens.Codespan
  | Tokens.Def
  | Tokens.Del
  | Tokens.Em
  | Tokens.Escape
  | Tokens.Heading
  | Tokens.Hr
  | Tokens.HTML
  | Tokens.Image
  | Tokens.Link
  | Tokens.List
  | Tokens.Paragraph
  | Tokens.Space
  | Tokens.Strong
  | Tokens.Table
  | Tokens.Text;

/** marked's own type has a token of any name, for extensions; there are none here. */
function parseToken(token: Token): KnownToken {
  return token as KnownToken;
}
