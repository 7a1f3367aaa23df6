// Searches the whole chart as one types. Down or Enter goes to the first match, Escape clears.
import { chart as text } from '../../text/visit';
import styles from './ChartPane.module.css';

interface Props {
  query: string;
  onQuery: (query: string) => void;
  onDown: (key: string) => void;
}

export function SearchField({ query, onQuery, onDown }: Props) {
  return (
    <input
      id="chart-search"
      type="search"
      className={styles.search}
      placeholder={`${text.search}   /`}
      aria-label={text.search}
      value={query}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onQuery(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'ArrowDown' || event.key === 'Enter') {
          event.preventDefault();
          onDown(event.key);
        }
        if (event.key !== 'Escape' || query === '') return;
        onQuery('');
        event.stopPropagation();
      }}
      data-testid="chart-search"
    />
  );
}
