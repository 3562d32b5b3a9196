/** @file Two fields that choose a case: a search, and the cases that it finds. */
import { cellCount } from '../state/review-intent.ts';
import { Field } from './Field.tsx';
import { useCaseChoice } from './use-case-choice.ts';

/** The fields; an empty id is no case. */
export function CaseFields(props: {
  readonly caseId: string;
  readonly onCase: (id: string) => void;
}) {
  const { caseId, onCase } = props;
  const { cases, search, setSearch } = useCaseChoice(caseId);
  return (
    <>
      <Field label="Find a case">
        {(control) => (
          <input
            {...control}
            type="search"
            placeholder="Number or patient"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        )}
      </Field>
      <Field label="Case">
        {(control) => (
          <select {...control} value={caseId} onChange={(event) => onCase(event.target.value)}>
            <option value="">Choose ...</option>
            {cases.map(({ id, number, counts }) => (
              <option key={id} value={id}>
                {number} ({cellCount(counts.cells)})
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}
