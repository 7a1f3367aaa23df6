// What changed since the last visit, by fixed rules; each line leads to the entry that says so.
import { useState } from 'react';
import { Flag } from '../../components/Flag';
import { Problem } from '../../components/Problem';
import { useView } from '../../data/hooks';
import type { BriefLine } from '../../generated/BriefLine';
import type { BriefView } from '../../generated/BriefView';
import { brief as text } from '../../text/brief';
import { useVisit } from '../visits/visit-context';
import styles from './BriefPanel.module.css';

interface Props {
  onEvidence: (line: BriefLine) => void;
}

export function BriefPanel({ onEvidence }: Props) {
  const { visit } = useVisit();
  const { data, error, refetch } = useView('brief_get', { visit }, ['brief']);
  const [open, setOpen] = useState(true);
  const count = data?.groups.reduce((sum, group) => sum + group.lines.length, 0) ?? 0;
  return (
    <section className={styles.panel} aria-label={text.region} data-testid="brief">
      <h3 className={styles.head}>
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          data-testid="brief-toggle"
        >
          <span aria-hidden>{open ? '▾ ' : '▸ '}</span>
          {data?.since.since === 'known'
            ? text.title(data.since.words, data.since.date)
            : text.titleUnknown}
          {count > 0 && <span className={styles.count}> {text.count(count)}</span>}
        </button>
      </h3>
      {open && error && !data && (
        <Problem
          error={error}
          title={text.loadFailed}
          onRetry={refetch}
          data-testid="brief-failed"
        />
      )}
      {open && !data && !error && <p className={styles.quiet}>{text.loading}</p>}
      {open && data && <Content brief={data} onEvidence={onEvidence} />}
    </section>
  );
}

function Content({ brief, onEvidence }: Props & { brief: BriefView }) {
  const { since, groups, not_loaded, remarks } = brief;
  const quiet = groups.length === 0 && not_loaded.length === 0;
  return (
    <>
      {since.since === 'unknown' && <p className={styles.quiet}>{since.why}</p>}
      {since.since === 'known' && !since.yours && <p className={styles.quiet}>{text.notMine}</p>}
      {/* What is missing comes first: without it the rest would read as all there is. */}
      {not_loaded.map((one) => (
        <p key={one.section} className={styles.missing} data-testid="brief-missing">
          ▲ {text.missing(one.title, one.why)}
        </p>
      ))}
      {since.since === 'known' && quiet && <p className={styles.quiet}>{text.nothing}</p>}
      {groups.map((group) => (
        <div key={group.kind} className={styles.group}>
          <h4>{group.title}</h4>
          <ul>
            {group.lines.map((line, index) => (
              <li key={index}>
                <button
                  type="button"
                  className={styles.line}
                  title={text.show(line.text)}
                  onClick={() => onEvidence(line)}
                  data-testid="brief-line"
                  data-kind={line.kind}
                >
                  <span className={styles.word}>{line.word}</span>
                  <span className={styles.what}>
                    <b>{line.text}</b> {line.detail}{' '}
                    {line.flag !== null && <Flag flag={line.flag} words={undefined} />}
                  </span>
                  {line.date !== null && <time className={styles.date}>{line.date}</time>}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
      {remarks.map((remark) => (
        <p key={remark} className={styles.quiet}>
          {remark}
        </p>
      ))}
    </>
  );
}
