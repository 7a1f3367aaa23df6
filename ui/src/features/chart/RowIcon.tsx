// What can be done with an entry, as signs small enough to have a place of their own beside the date.

const paths = {
  read: 'M4 2.5h5.5L12 5v8.5H4Z M6 7.5h4 M6 10.5h4',
  values: 'M2.5 4h11 M2.5 8h11 M2.5 12h11',
  insert: 'M2 8h7 M6 5l3 3-3 3 M12.5 3v10',
} as const;

export function RowIcon({ name }: { name: keyof typeof paths }) {
  return (
    <svg width={16} height={16} viewBox="0 0 16 16" aria-hidden focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
