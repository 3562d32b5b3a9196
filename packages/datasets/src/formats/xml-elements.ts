/**
 * @file XML -> plain elements with line numbers, for VOC and CVAT.
 *
 * Entities of the document are never expanded (no "billion laughs"); the five predefined ones and
 * character references are. Files that are not well formed are refused with the line.
 */
import { escapeMarkup, LeukoscopeError } from '@leukoscope/core';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';

/** One element. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, trimmed. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

const metaSymbol = parseMetaSymbol();
const attributesKey = ':@';
const textKey = '#text';
const metaSchema = z.object({ startIndex: z.number() });

/** Read the root element; throws when the text is no XML. */
export function parseXml(text: string, file: string): XmlElement {
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    throw new LeukoscopeError(
      'XML_BROKEN',
      `${file} must be well-formed XML. ${valid.err.msg} Line ${valid.err.line}.`,
    );
  }
  let nodes: unknown;
  try {
    nodes = new XMLParser({
      preserveOrder: true,
      ignoreAttributes: false,
      attributeNamePrefix: '',
      parseTagValue: false,
      processEntities: false,
      ignoreDeclaration: true,
      ignorePiTags: true,
      captureMetaData: true,
      maxNestedTags: 64,
    }).parse(text);
  } catch (cause) {
    throw new LeukoscopeError(
      'XML_BROKEN',
      `${file} must be XML that can be read. ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
  const lineAt = lineFinder(text);
  const roots = parseNodes(nodes, lineAt).elements;
  const [root, second] = roots;
  // The validator lets a self-closed element after the end pass.
  if (root === undefined || second !== undefined) {
    throw new LeukoscopeError(
      'XML_BROKEN',
      `${file} must hold one root element. Received ${roots.length}${second === undefined ? '' : `, the second on line ${second.line}`}.`,
    );
  }
  return root;
}

/** Return the first child of a name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** Return the children of a name. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** Return the text of a child, or undefined when there is none or it is empty. */
export function childText(element: XmlElement, name: string): string | undefined {
  const text = childOf(element, name)?.text;
  return text === '' ? undefined : text;
}

/** Write a text so that it can stand in XML text and attributes. */
export function escapeXml(text: string): string {
  return escapeMarkup(text).replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A node of the parser: one key for the element or text, `:@` for attributes, a symbol for its place. */
type ParserNode = Readonly<Record<string | symbol, unknown>>;

/** The library types its symbol as `Symbol`, the wrapper object. */
function parseMetaSymbol(): symbol {
  return XMLParser.getMetaDataSymbol() as unknown as symbol;
}

function parseNodeList(nodes: unknown): readonly ParserNode[] {
  return Array.isArray(nodes) ? (nodes as readonly ParserNode[]) : [];
}

function parseNodes(nodes: unknown, lineAt: (index: number) => number) {
  const elements: XmlElement[] = [];
  let text = '';
  for (const node of parseNodeList(nodes)) {
    for (const [name, value] of Object.entries(node)) {
      if (name === attributesKey) continue;
      if (name === textKey) {
        text += String(value);
        continue;
      }
      const inner = parseNodes(value, lineAt);
      const meta = metaSchema.safeParse(node[metaSymbol]);
      elements.push({
        name,
        attributes: parseAttributes(node[attributesKey]),
        children: inner.elements,
        text: decodeEntities(inner.text.trim()),
        line: lineAt(meta.success ? meta.data.startIndex : 0),
      });
    }
  }
  return { elements, text };
}

function parseAttributes(value: unknown): Map<string, string> {
  const attributes = new Map<string, string>();
  if (typeof value !== 'object' || value === null) return attributes;
  for (const [name, text] of Object.entries(value))
    attributes.set(name, decodeEntities(String(text)));
  return attributes;
}

const predefined: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,4});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return Object.hasOwn(predefined, name) ? predefined[name]! : whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Make a function from positions to line numbers by binary search. */
function lineFinder(text: string): (index: number) => number {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return (index) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= index) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
