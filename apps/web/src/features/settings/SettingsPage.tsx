/** @file What the site sets for all its cases. */
import type { Site } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { type FormEvent, useEffect, useMemo, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { useStore } from '../../components/use-store.ts';
import { api } from '../../state/api.ts';
import { listen } from '../../state/live-events.ts';
import { mayDo, sessionStore } from '../../state/session-store.ts';
import { reservedKeys } from '../../state/shortcuts.ts';
import { ClassRows } from './ClassRows.tsx';
import { SiteFields } from './SiteFields.tsx';
import { draftOf, parseDraft, type SiteDraft, type SiteFaults } from './site-draft.ts';
import { TemplateRows } from './TemplateRows.tsx';
import styles from './SettingsPage.module.css';

const noFaults: SiteFaults = new Map();

/** The settings of the site. */
export default function SettingsPage() {
  usePageTitle('Settings');
  const mayChange = mayDo(useStore(sessionStore), 'administrator');
  const [site, setSite] = useState<Site>();
  const [fault, setFault] = useState<string>();
  const load = () => {
    api.getSite().then(
      (answer) => {
        setSite(answer);
        setFault(undefined);
      },
      (error) => setFault(messageOf(error)),
    );
  };
  useEffect(load, []);
  return (
    <div className={styles.page}>
      <h1>Settings</h1>
      <p className={styles.lead}>
        They hold for all cases of this site. The ranges and codes that come with Leukoscope are
        examples: put your own in their place.
      </p>
      {fault !== undefined && (
        <Notice kind="bad">
          {fault} <Button onClick={load}>Try again</Button>
        </Notice>
      )}
      {site === undefined && fault === undefined && <Loading what="settings" />}
      {site !== undefined && (
        <SettingsForm
          key={site.revision}
          site={site}
          mayChange={mayChange}
          onSaved={setSite}
          onReload={load}
        />
      )}
    </div>
  );
}

function SettingsForm(props: {
  readonly site: Site;
  readonly mayChange: boolean;
  readonly onSaved: (site: Site) => void;
  readonly onReload: () => void;
}) {
  const { site, mayChange, onSaved, onReload } = props;
  const [draft, setDraft] = useState<SiteDraft>(() => draftOf(site));
  const [faults, setFaults] = useState(noFaults);
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [isStale, setStale] = useState(false);
  const first = useMemo(() => draftOf(site), [site]);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(first);
  useEffect(
    () =>
      listen((event) => {
        if (event.type !== 'site.changed') return;
        void api.getSite().then((now) => setStale(now.revision > site.revision));
      }),
    [site],
  );
  useEffect(() => {
    if (!isChanged) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isChanged]);

  const change = (part: Partial<SiteDraft>) => setDraft({ ...draft, ...part });
  const undoAll = () => {
    setDraft(first);
    setFaults(noFaults);
    setFault(undefined);
  };
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const parsed = parseDraft(draft, site, reservedKeys());
    setFaults(parsed.faults);
    if (parsed.faults.size > 0) {
      setFault(
        `${parsed.faults.size === 1 ? 'One field needs' : `${parsed.faults.size} fields need`} another value: ${[...parsed.faults.values()][0]}`,
      );
      // After the fields have been drawn with their faults.
      requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid]')?.focus());
      return;
    }
    setBusy(true);
    try {
      onSaved(await api.replaceSite({ body: parsed.site }));
    } catch (error) {
      setFault(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <form noValidate onSubmit={(event) => void save(event)}>
      {!mayChange && <Notice kind="note">Only administrators change settings.</Notice>}
      {isStale && !isBusy && (
        <Notice kind="warn">
          Somebody else has changed the settings. <Button onClick={onReload}>Show theirs</Button>
        </Notice>
      )}
      <fieldset disabled={!mayChange} className={styles.plain}>
        <SiteFields draft={draft} faults={faults} onChange={change} />
        <ClassRows
          rows={draft.classes}
          faults={faults}
          onChange={(classes) => change({ classes })}
        />
        <TemplateRows
          rows={draft.commentTemplates}
          faults={faults}
          onChange={(commentTemplates) => change({ commentTemplates })}
        />
      </fieldset>
      {mayChange && (
        <div className={styles.save}>
          {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
          <span role="status">
            {isChanged ? 'There are changes that are not saved.' : 'Everything is saved.'}
          </span>
          <Button disabled={!isChanged} onClick={undoAll}>
            Undo all
          </Button>
          <Button type="submit" look="primary" disabled={!isChanged || isBusy}>
            Save settings
          </Button>
        </div>
      )}
    </form>
  );
}
