/** @file What the marks mean, how a case goes from images to a signed report, and what this is not for. */
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { demoCaseNumber } from '../../state/tour.ts';
import styles from './HelpPage.module.css';
import { beginTour } from './page-tour.ts';

const marks: readonly { readonly name: string; readonly text: string }[] = [
  {
    name: 'Unidentified',
    text: 'The model does not trust its own answer, or scores it below the threshold of the site. Each of these cells must be given a type, or be put into Not classed, before the case can be signed.',
  },
  {
    name: 'Not classed',
    text: 'Left out of the differential: no leukocyte that can be named, or not worth counting.',
  },
  {
    name: 'Unsure',
    text: 'Somebody must still look: the cell lies in Unidentified, or the model did not trust the type it chose and nobody has confirmed it. N leads from one to the next.',
  },
  {
    name: 'Unseen',
    text: 'Nobody has confirmed or changed the cell yet. A case is signed when every cell has been seen; ordinary red cells and platelets need not be.',
  },
  {
    name: 'Incomplete',
    text: 'Cut by the border of the image. It is shown, and it is for you to decide whether it counts.',
  },
  {
    name: 'Score',
    text: 'From 0 to 1: how sure the model is that there is a cell of this type. It is not the probability that the diagnosis is right. The runner-up types with their probabilities are shown beside it.',
  },
  {
    name: '95 % limits',
    text: 'Exact (Clopper-Pearson) limits of a share: with as many cells as were counted, chance alone moves the share this far. They say nothing about smearing, staining or where on the slide was looked.',
  },
  {
    name: 'Low and High',
    text: 'Against the reference range that the site has set. The ranges that come with Leukoscope are examples.',
  },
  {
    name: 'Per 100 leukocytes',
    text: 'Erythroblasts, smudge cells, giant platelets and artefacts are no part of the shares: they are counted beside 100 leukocytes.',
  },
];

/** The page of help. */
export default function HelpPage() {
  usePageTitle('Help');
  const [hasDemo, setDemo] = useState<boolean>();
  return (
    <article className={styles.page}>
      <h1>Help</h1>
      <Notice kind="warn">
        <TriangleAlert size={16} aria-hidden /> <strong>For research use only.</strong> Leukoscope
        is not a medical device. Its answers must not be used for diagnosis or treatment.
      </Notice>
      <p>
        <Button look="primary" onClick={() => void beginTour().then(setDemo)}>
          Take the tour
        </Button>{' '}
        Press <kbd>?</kbd> anywhere for all keys.
      </p>
      {hasDemo === false && (
        <Notice kind="note">
          The tour leads through the demonstration case {demoCaseNumber}, which is not on this
          server.
        </Notice>
      )}
      <h2>From images to a signed report</h2>
      <ol>
        <li>
          Drop images of a smear, or a folder of them, on the worklist. Each is analysed as soon as
          it has arrived. A file whose upload broke goes on where it stopped when you drop it again.
        </li>
        <li>
          Decide what lies in Unidentified, correct what is wrong, confirm the rest. Everything is
          saved at once and can be undone.
        </li>
        <li>Look at the differential, its limits and its flags; write the conclusion.</li>
        <li>
          Sign. With two signers somebody else signs after you. A signed version never changes; an
          amendment makes the next one.
        </li>
        <li>Print the report, or export CSV, COCO, FHIR R4 or HL7 v2.</li>
      </ol>
      <h2>What the marks mean</h2>
      <dl className={styles.marks}>
        {marks.map(({ name, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}
