// The sign of what is locked, and of the button that locks.

export function Padlock() {
  return (
    <svg width={14} height={14} viewBox="0 0 16 16" aria-hidden focusable="false">
      <path
        d="M3.5 7.5h9v6.5h-9Z M5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        strokeLinejoin="round"
      />
    </svg>
  );
}
