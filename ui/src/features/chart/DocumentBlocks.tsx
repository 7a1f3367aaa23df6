// What a document in HTML says, as elements of our own: the backend gives blocks of words, never markup.
import { Fragment, type ReactNode } from 'react';
import type { DocumentBlock } from '../../generated/DocumentBlock';
import type { DocumentCell } from '../../generated/DocumentCell';
import type { DocumentMark } from '../../generated/DocumentMark';
import type { DocumentRun } from '../../generated/DocumentRun';
import { chart as text } from '../../text/visit';
import styles from './DocumentBlocks.module.css';

export function DocumentBlocks({ blocks }: { blocks: readonly DocumentBlock[] }) {
  return (
    <div className={styles.blocks} data-testid="document-blocks">
      <Blocks blocks={blocks} />
    </div>
  );
}

function Blocks({ blocks }: { blocks: readonly DocumentBlock[] }) {
  return blocks.map((block, index) => <Block key={index} block={block} />);
}

function Block({ block }: { block: DocumentBlock }) {
  switch (block.kind) {
    case 'heading':
      return <Heading level={block.level} words={block.words} />;
    case 'paragraph':
      return (
        <p>
          <Words words={block.words} />
        </p>
      );
    case 'preformatted':
      return (
        <pre>
          <Words words={block.words} />
        </pre>
      );
    case 'list':
      return <List start={block.start} items={block.items} />;
    case 'table':
      return <Table caption={block.caption} rows={block.rows} />;
    case 'indented':
      return (
        <blockquote>
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case 'rule':
      return <hr />;
    case 'only_words':
      return (
        <>
          <p className={styles.note}>{text.onlyWords}</p>
          <pre>{block.text}</pre>
        </>
      );
  }
}

/** Below the document's own title. */
function Heading({ level, words }: { level: number; words: DocumentRun[] }) {
  const Name = level <= 1 ? 'h4' : level === 2 ? 'h5' : 'h6';
  return (
    <Name>
      <Words words={words} />
    </Name>
  );
}

function List({ start, items }: { start: number | null; items: DocumentBlock[][] }) {
  const shown = items.map((item, index) => (
    <li key={index}>
      <Blocks blocks={item} />
    </li>
  ));
  return start === null ? <ul>{shown}</ul> : <ol start={start}>{shown}</ol>;
}

function Table({ caption, rows }: { caption: DocumentRun[]; rows: DocumentCell[][] }) {
  return (
    // Wider than the pane: it scrolls alone, by keyboard too.
    <div className={styles.scroller} role="region" aria-label={text.documentTable} tabIndex={0}>
      <table>
        {caption.length > 0 && (
          <caption>
            <Words words={caption} />
          </caption>
        )}
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => {
                const span = { colSpan: cell.columns, rowSpan: cell.rows };
                const inside = <Blocks blocks={cell.blocks} />;
                return cell.heading ? (
                  <th key={column} scope={row === 0 ? 'col' : 'row'} {...span}>
                    {inside}
                  </th>
                ) : (
                  <td key={column} {...span}>
                    {inside}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const ELEMENTS: Record<DocumentMark, 'b' | 'i' | 'u' | 's' | 'sup' | 'sub'> = {
  bold: 'b',
  italic: 'i',
  underlined: 'u',
  struck: 's',
  raised: 'sup',
  lowered: 'sub',
};

function Words({ words }: { words: readonly DocumentRun[] }) {
  return words.map((run, index) => (
    <Fragment key={index}>
      {run.marks.reduce<ReactNode>((inside, mark) => {
        const Name = ELEMENTS[mark];
        return <Name>{inside}</Name>;
      }, run.text)}
    </Fragment>
  ));
}
