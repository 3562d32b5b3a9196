/** @file Who somebody is at the organisation's provider. */
import { TextField } from '../../components/TextField.tsx';

/** The field. */
export function SubjectField(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** @default false */
  readonly isRequired?: boolean;
}) {
  const { value, onChange, isRequired = false } = props;
  return (
    <TextField
      label="Subject (sub)"
      hint="The provider's lasting name of the person. Who signs in without a link is told it, and so is the trail."
      isRequired={isRequired}
      isSignInName
      maxLength={255}
      value={value}
      onChange={onChange}
    />
  );
}
