// A day as YYYY-MM-DD, with the days that are asked for most.
import { Button } from '../../components/Button';
import { dateInMonths, dateInWeeks } from '../../data/time';
import { followUps as text } from '../../text/note';
import styles from './FollowUps.module.css';

const quick: [string, () => string][] = [
  [text.quick.two_weeks, () => dateInWeeks(2)],
  [text.quick.six_weeks, () => dateInWeeks(6)],
  [text.quick.three_months, () => dateInMonths(3)],
];

interface Props {
  id?: string;
  label: string;
  value: string;
  isWrong: boolean;
  onType: (day: string) => void;
  onQuick: (day: string) => void;
  quickLabel: (words: string) => string;
  testId: string;
  /** Before the number of weeks or months. */
  quickTestId: string;
}

export function DayField(props: Props) {
  return (
    <div className={styles.due}>
      <label>
        <span>{props.label}</span>
        <input
          id={props.id}
          value={props.value}
          placeholder="YYYY-MM-DD"
          maxLength={10}
          autoComplete="off"
          aria-invalid={props.isWrong || undefined}
          onChange={(event) => props.onType(event.target.value.trim())}
          data-testid={props.testId}
        />
      </label>
      <span className={styles.quick}>
        {quick.map(([label, date]) => (
          <Button
            key={label}
            small
            kind="quiet"
            aria-label={props.quickLabel(label)}
            onPress={() => props.onQuick(date())}
            data-testid={`${props.quickTestId}-${label.replace(' ', '')}`}
          >
            {label}
          </Button>
        ))}
      </span>
    </div>
  );
}
