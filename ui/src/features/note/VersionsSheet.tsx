// Earlier versions of a section: which ones there are, what they said, and back to one of them.
import { useEffect, useState } from 'react';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { Sheet } from '../../components/Sheet';
import { useToast } from '../../components/toast';
import { toCommandError } from '../../data/errors';
import { useClient, useView } from '../../data/hooks';
import type { CommandError } from '../../generated/CommandError';
import type { NoteSection } from '../../generated/NoteSection';
import type { NoteVersionView } from '../../generated/NoteVersionView';
import type { VersionLine } from '../../generated/VersionLine';
import { versions as text } from '../../text/note';
import { useVisit } from '../visits/visit-context';
import styles from './VersionsSheet.module.css';

interface Props {
  section: NoteSection;
  onClose: () => void;
}

export function VersionsSheet({ section, onClose }: Props) {
  const { visit, mayWrite, locked } = useVisit();
  const client = useClient();
  const say = useToast();
  const list = useView('note_versions', { visit, section: section.section }, ['note']);
  const [chosen, setChosen] = useState<number>();
  const [failed, setFailed] = useState<CommandError>();
  const versions = list.data?.versions ?? [];
  const shown =
    versions.find((one) => one.revision === chosen) ??
    versions.find((one) => !one.current) ??
    versions[0];

  const restore = async (version: VersionLine) => {
    const draft = client.notesOf(visit).of(section);
    setFailed(undefined);
    try {
      const restored = await draft.bringBack((base_revision) =>
        client.host.call('note_restore', {
          visit,
          section: section.section,
          revision: version.revision,
          base_revision,
        }),
      );
      say(`${restored.words} ${text.undoHint}`);
      onClose();
    } catch (thrown) {
      setFailed(toCommandError(thrown));
    }
  };

  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={text.title(section.title)}
      subtitle={text.subtitle}
      closeLabel={text.close}
      testId="versions"
      footer={
        shown &&
        !shown.current &&
        mayWrite && (
          <Button
            kind="primary"
            isDisabled={locked}
            onPress={() => void restore(shown)}
            data-testid="version-restore"
          >
            {text.restore(shown.time)}
          </Button>
        )
      }
    >
      {list.error && <Problem error={list.error} title={text.failed} onRetry={list.refetch} />}
      {failed && <Problem error={failed} title={text.notRestored} />}
      {list.data && versions.length === 0 && <p>{text.none}</p>}
      <div className={styles.sides}>
        <ul className={styles.list} aria-label={text.title(section.title)}>
          {versions.map((one) => (
            <li key={one.revision}>
              <button
                type="button"
                className={styles.line}
                aria-pressed={one.revision === shown?.revision}
                onClick={() => setChosen(one.revision)}
                onFocus={() => setChosen(one.revision)}
                data-testid="version"
                data-current={one.current || undefined}
              >
                <time dateTime={one.saved_at}>{one.time}</time>
                <span>{one.current ? text.current(one.words) : one.words}</span>
              </button>
            </li>
          ))}
        </ul>
        {shown && <VersionText visit={visit} section={section.section} revision={shown.revision} />}
      </div>
    </Sheet>
  );
}

function VersionText(asked: { visit: string; section: string; revision: number }) {
  const { host } = useClient();
  const { visit, section, revision } = asked;
  const [view, setView] = useState<NoteVersionView>();
  const [error, setError] = useState<CommandError>();
  useEffect(() => {
    let stale = false;
    host.call('note_version', { visit, section, revision }).then(
      (found) => {
        if (stale) return;
        setView(found);
        setError(undefined);
      },
      (thrown: unknown) => {
        if (!stale) setError(toCommandError(thrown));
      },
    );
    return () => {
      stale = true;
    };
  }, [host, visit, section, revision]);
  if (error) return <Problem error={error} title={text.failed} />;
  return (
    <p className={styles.text} tabIndex={0} data-testid="version-text">
      {view?.parts.map((part, index) =>
        part.only_here ? <mark key={index}>{part.text}</mark> : part.text,
      )}
      {view?.parts.length === 0 && <span className={styles.quiet}>{text.empty}</span>}
    </p>
  );
}
