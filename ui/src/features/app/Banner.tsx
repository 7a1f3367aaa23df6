// Whose chart this is: always on screen, never shortened to the point of doubt.
import { WarningMark } from '../../components/WarningMark';
import type { AllergyState } from '../../generated/AllergyState';
import type { Banner as BannerView } from '../../generated/Banner';
import { bar as text } from '../../text/app';
import styles from './Banner.module.css';

const SHOWN = 3;

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
            <span data-testid="banner-mrn" title={banner.mrn_assigner ?? undefined}>
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
  const shown = labels.slice(0, SHOWN);
  const rest = labels.length - shown.length;
  return (
    <div
      className={warns ? `${styles.allergies} ${styles.warns}` : styles.allergies}
      data-testid="banner-allergies"
      data-state={state}
      title={known ? labels.join(', ') : undefined}
    >
      <span className={styles.label}>
        {warns && <WarningMark size={13} />}
        {text.allergies}
      </span>
      <span className={styles.list}>
        {known ? shown.join(', ') : words[state]}
        {known && rest > 0 && ` ${text.more(rest)}`}
      </span>
    </div>
  );
}
