/**
 * @file Queries of PGlite with prepared statements that are kept: the second time a text comes, it is neither
 * parsed nor planned anew, and one message does what PGlite's own `query` does in six.
 *
 * Everything in one process waits for the embedded database, so its time is the server's time. Same results
 * as `PGlite.query`, whose exported pieces do the work; a test compares both.
 */
import {
  type PGlite,
  type QueryOptions,
  type Results,
  type Transaction,
  messages,
  parse,
  protocol,
} from '@electric-sql/pglite';

/** Statements that are kept; each holds some ten kilobytes inside PostgreSQL. */
const mostStatements = 200;

/** Names must differ within a database, whoever made the statements. */
let made = 0;

/** What Drizzle needs of a PGlite. */
export interface StatementClient {
  query<T>(text: string, params?: unknown[], options?: QueryOptions): Promise<Results<T>>;
  transaction<T>(work: (tx: Pick<Transaction, 'query'>) => Promise<T>): Promise<T>;
}

interface Statement {
  readonly name: string;
  /** Types of the parameters. */
  readonly types: readonly number[];
  /** What describes the rows of every execution. */
  readonly rows: readonly BackendMessage[];
}

type BackendMessage = Awaited<ReturnType<PGlite['execProtocolStream']>>[number];

/** Make a client that keeps statements. Between its queries others may use the PGlite itself. */
export function keepStatements(client: PGlite, most = mostStatements): StatementClient {
  // In the order of their last use.
  const kept = new Map<string, Statement>();

  const send = (...parts: Uint8Array[]) =>
    client.execProtocolStream(Buffer.concat([...parts, protocol.serialize.sync()]), {
      syncToFs: false,
    });
  const forget = async (text: string, { name }: Statement) => {
    kept.delete(text);
    await send(protocol.serialize.close({ type: 'S', name }));
  };
  const statementOf = async (text: string): Promise<Statement> => {
    const found = kept.get(text);
    if (found !== undefined) {
      kept.delete(text);
      kept.set(text, found);
      return found;
    }
    const [oldest] = kept;
    if (kept.size >= most && oldest !== undefined) await forget(...oldest);
    const name = `kept${++made}`;
    const answer = await send(
      protocol.serialize.parse({ name, text }),
      protocol.serialize.describe({ type: 'S', name }),
    );
    const statement = {
      name,
      types: parse.parseDescribeStatementResults(answer),
      rows: answer.filter((message) => message.name === 'rowDescription'),
    };
    kept.set(text, statement);
    return statement;
  };
  const run = <T>(text: string, params: readonly unknown[], options?: QueryOptions) =>
    client.runExclusive(async () => {
      let statement: Statement | undefined;
      try {
        statement = await statementOf(text);
        const { name, types, rows } = statement;
        const answer = await send(
          protocol.serialize.bind({ statement: name, values: valuesOf(params, types, options) }),
          protocol.serialize.execute({}),
        );
        const [result] = parse.parseResults([...rows, ...answer], client.parsers, options);
        return parseResult<T>(result);
      } catch (error) {
        // A table may have changed under it: the next time it is made anew.
        if (statement !== undefined) await forget(text, statement).catch(() => {});
        throw error instanceof messages.DatabaseError ? describe(error, text) : error;
      }
    });
  const valuesOf = (params: readonly unknown[], types: readonly number[], options?: QueryOptions) =>
    params.map((param, i) => {
      if (param === null || param === undefined) return null;
      const type = types[i] ?? 0;
      const serialize = options?.serializers?.[type] ?? client.serializers[type];
      return serialize === undefined ? String(param) : serialize(param);
    });
  return {
    query: async (text, params = [], options) => {
      await client._checkReady();
      return client._runExclusiveTransaction(() => run(text, params, options));
    },
    transaction: (work) =>
      client.transaction((tx) =>
        work({
          query: async (text, params = [], options) => {
            if (tx.closed) throw new Error('Transaction is closed');
            return run(text, params, options);
          },
        }),
      ),
  };
}

function describe(error: messages.DatabaseError, text: string): messages.DatabaseError {
  return Object.assign(error, { query: text });
}

/** PGlite's declarations leave the type of rows to the caller, and so do we. */
function parseResult<T>(result: Results | undefined): Results<T> {
  return result as Results<T>;
}
