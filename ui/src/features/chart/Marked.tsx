// Words with what was searched for marked in them.
import { memo } from 'react';
import { pieces } from './search';

interface Props {
  text: string;
  words: readonly string[];
}

export const Marked = memo(function Marked({ text, words }: Props) {
  if (words.length === 0) return text;
  return pieces(text, words).map((piece, index) =>
    piece.found ? <mark key={index}>{piece.text}</mark> : piece.text,
  );
});
