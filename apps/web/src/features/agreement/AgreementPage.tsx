/** @file How model and people agree over the signed cases: for the validation of the method, and to see it drift. */
import {
  type Agreement,
  type AgreementQuery,
  agreementFormatSchema,
  numberWords,
  percentWords,
} from '@leukoscope/contract';
import { useSearchParams } from 'wouter';
import { Field } from '../../components/Field.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { addressOf } from '../../state/api.ts';
import styles from './AgreementPage.module.css';
import { AgreementTables } from './AgreementTables.tsx';
import { useAgreement } from './use-agreement.ts';

const names = ['from', 'to', 'modelSha256'] as const satisfies readonly (keyof AgreementQuery)[];

/** The page. What it shows stands in the address. */
export default function AgreementPage() {
  usePageTitle('Agreement');
  const [address, setAddress] = useSearchParams();
  const query = Object.fromEntries(
    names.flatMap((name) => {
      const value = address.get(name);
      return value === null ? [] : [[name, value]];
    }),
  ) as AgreementQuery;
  const { agreement, isLoading, fault } = useAgreement(query);
  const choose = (name: (typeof names)[number], value: string) =>
    setAddress(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const day = (name: 'from' | 'to', label: string) => (
    <Field label={label}>
      {(control) => (
        <input
          {...control}
          type="date"
          value={query[name] ?? ''}
          onChange={(event) => choose(name, event.currentTarget.value)}
        />
      )}
    </Field>
  );
  return (
    <div className={styles.page}>
      <h1>Agreement of model and people</h1>
      <p className={styles.note}>
        Over signed cases. The reference is what people signed; they saw the answer of the model
        before they gave theirs. For research use only.
      </p>
      <form className={styles.choice} onSubmit={(event) => event.preventDefault()}>
        {day('from', 'Signed from')}
        {day('to', 'to')}
        <ModelChoice
          models={agreement?.models ?? []}
          chosen={query.modelSha256}
          onChoose={(sha256) => choose('modelSha256', sha256)}
        />
      </form>
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
      {agreement === undefined && isLoading && <Loading what="signed cases" />}
      {agreement !== undefined && (
        <div className={styles.result} aria-busy={isLoading}>
          <Summary agreement={agreement} />
          {agreement.cases.length > 0 && (
            <>
              <p className={styles.downloads}>
                Report:{' '}
                {agreementFormatSchema.options.map((format) => (
                  <a
                    key={format}
                    href={addressOf('exportAgreement', { params: { format }, query })}
                    {...(format === 'csv'
                      ? { download: true }
                      : { target: '_blank', rel: 'noreferrer' })}
                  >
                    {format.toUpperCase()}
                  </a>
                ))}
              </p>
              <AgreementTables agreement={agreement} />
            </>
          )}
        </div>
      )}
    </div>
  );
}

function ModelChoice(props: {
  readonly models: Agreement['models'];
  readonly chosen: string | undefined;
  readonly onChoose: (sha256: string) => void;
}) {
  const { models, chosen, onChoose } = props;
  const isKnown = models.some(({ modelSha256 }) => modelSha256 === chosen);
  return (
    <Field label="Typed by">
      {(control) => (
        <select
          {...control}
          value={chosen ?? ''}
          onChange={(event) => onChoose(event.currentTarget.value)}
        >
          <option value="">All models</option>
          {models.map(({ modelId, modelSha256, cells }) => (
            <option key={modelSha256} value={modelSha256}>
              {`${modelId} ${modelSha256.slice(0, 8)}, ${cells} cells`}
            </option>
          ))}
          {chosen !== undefined && !isKnown && <option value={chosen}>{chosen.slice(0, 8)}</option>}
        </select>
      )}
    </Field>
  );
}

function Summary({ agreement }: { readonly agreement: Agreement }) {
  const { cases, cells, found, sameType, kappa, hasMore } = agreement;
  if (cases.length === 0) {
    return (
      <Notice kind="note">
        No case was signed in this period. Sign cases, or choose another period.
      </Notice>
    );
  }
  const facts = [
    ['Cases', `${cases.length}${hasMore ? ', the newest of more' : ''}`],
    ['Cells', String(cells)],
    ['Same type', percentWords(sameType)],
    ["Cohen's kappa", numberWords(kappa, 3)],
    ['Added by people', String(found.missed)],
    ['No cells', String(found.spurious)],
  ];
  return (
    <>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.note}>
        Limits in brackets hold 95 %; they come from cases drawn again, because cells of one patient
        are alike, and are never narrower than the exact ones of single cells.
        {cases.length < 5 && ' Below five cases there are none.'}
      </p>
    </>
  );
}
