// Whose chart this is: always on screen, never shortened to the point of doubt.
import { useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { WarningMark } from '../../components/WarningMark';
import type { AllergyState } from '../../generated/AllergyState';
import type { Banner as BannerView } from '../../generated/Banner';
import { bar as text } from '../../text/app';
import styles from './Banner.module.css';

export function Banner({ banner }: { banner: BannerView }) {
  return (
    <section className={styles.banner} aria-label={text.identityRegion} data-testid="banner">
      <div className={styles.who}>
        <h1 className={styles.name} data-testid="banner-name">
          {banner.name}
          {banner.preferred_name !== null && (
            <span className={styles.preferred}> {text.preferred(banner.preferred_name)}</span>
          )}
        </h1>
        <p className={styles.line}>
          <span data-testid="banner-age-sex">
            {banner.age}, {banner.sex}
          </span>
          <span data-testid="banner-birth-date">
            {text.born} <b>{banner.birth_date}</b>
          </span>
          {banner.mrn !== null && (
            <span
              className={styles.mrn}
              data-testid="banner-mrn"
              title={[banner.mrn, banner.mrn_assigner].filter((part) => part !== null).join(' · ')}
            >
              {text.mrn} <b>{banner.mrn}</b>
            </span>
          )}
        </p>
      </div>
      <Allergies state={banner.allergies.state} labels={banner.allergies.labels} />
    </section>
  );
}

const words: Record<AllergyState, string> = {
  loading: text.allergiesLoading,
  known: '',
  none_known: text.allergiesNone,
  not_recorded: text.allergiesNotRecorded,
  failed: text.allergiesFailed,
};

function Allergies({ state, labels }: { state: AllergyState; labels: string[] }) {
  const known = state === 'known';
  const warns = known || state === 'failed';
  const ruler = useRef<HTMLElement>(null);
  const shown = useFitting(labels, ruler);
  const cut = known && shown < labels.length;
  const all = labels.join(', ');
  const label = (
    <span className={styles.label}>
      {/* Where they do not all fit, how many there are stands first: an ellipsis must not hide it. */}
      {warns && <WarningMark size={13} />} {text.allergies}
      {cut && ` ${labels.length}`}{' '}
    </span>
  );
  return (
    <div
      className={warns ? `${styles.allergies} ${styles.warns}` : styles.allergies}
      data-testid="banner-allergies"
      data-state={state}
      title={known ? all : undefined}
    >
      {cut && <span className="visually-hidden">{`${text.allergies}: ${all}`}</span>}
      <span className={styles.list} aria-hidden={cut}>
        {label}
        <b>{known ? listed(labels, shown) : words[state]}</b>
      </span>
      <span className={`${styles.list} ${styles.ruler}`} aria-hidden>
        {label}
        <b ref={ruler} />
      </span>
    </div>
  );
}

function listed(labels: string[], shown: number): string {
  const rest = labels.length - shown;
  const said = labels.slice(0, shown).join(', ');
  return rest > 0 ? `${said} ${text.more(rest)}` : said;
}

/** How many labels fit, with the count of the rest; the most severe come first. At least one. */
function useFitting(labels: string[], ruler: RefObject<HTMLElement | null>): number {
  const [shown, setShown] = useState(labels.length);
  const key = labels.join('\n');
  useLayoutEffect(() => {
    const element = ruler.current;
    const line = element?.parentElement;
    const box = line?.parentElement;
    if (!element || !line || !box) return;
    const all = key === '' ? [] : key.split('\n');
    const fit = () => {
      let n = all.length;
      for (; n > 1; n -= 1) {
        element.textContent = listed(all, n);
        if (line.scrollHeight <= line.clientHeight) break;
      }
      element.textContent = '';
      setShown(n);
    };
    fit();
    if (typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(fit);
    observer.observe(box);
    return () => observer.disconnect();
  }, [key, ruler]);
  return Math.min(shown, labels.length);
}
