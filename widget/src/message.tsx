// One entry of the conversation: the visitor's words, an answer with what its envelope holds, an officer's words.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { icon } from "./icon";
import type { Bots, Entry, Envelope, Officers, Thumb } from "./store";
import { Lines, Link } from "./text";
import type { Words } from "./words";

interface Acts { words: Words; say: (text: string) => void; rate: (entry: Bots, thumb: Thumb) => void; privacy: string }

export function Message({ entry, last, ...acts }: Acts & { entry: Entry; last: boolean }) {
  const { words } = acts;
  if (entry.from === "me")
    return (
      <div class="row me">
        <div class="bubble" lang="zh-CN"><span class="sr">{words.you}：</span>{entry.text}</div>
        {entry.refused && <small class="warn">{words.refused}</small>}
      </div>
    );
  if (entry.from === "officer") return <Officer entry={entry} words={words} />;
  return entry.texts.length ? <Answer entry={entry} last={last} {...acts} /> : null;
}

function Officer({ entry, words }: { entry: Officers; words: Words }) {
  const name = `${words.officer}${entry.officer ? ` ${entry.officer}` : ""}`;
  const said = entry.kind === "officer.said";
  if (!said && !entry.officer && entry.text) return <p class="notice">{entry.text}</p>; // nobody left: it lapsed
  if (!said) return <p class="notice">{name} {entry.kind === "officer.joined" ? words.joined : words.left}</p>;
  return (
    <div class="row officer">
      <div class="by">{name}</div>
      <div class="bubble" lang="zh-CN"><Lines lines={entry.text.split("\n")} /></div>
    </div>
  );
}

function Answer({ entry, last, words, say, rate, privacy }: Acts & { entry: Bots; last: boolean }) {
  const { envelope, buttons } = entry;
  const consent = envelope.slot === "consent" && buttons.some((b) => b.title === "同意");
  const replies = last ? repliesOf(entry) : [];
  const quick = replies.length > 0 && (
    <div class={consent ? "replies wide" : "replies"} lang="zh-CN">
      {replies.map(([title, payload]) => <button type="button" onClick={() => say(payload)}>{title}</button>)}
    </div>
  );
  return (
    <div class="row bot answer">
      <div class={consent ? "bubble consent" : "bubble"} lang="zh-CN">
        {consent && <h3>{words.consent}</h3>}
        <Body entry={entry} words={words} />
        {consent && <p><Link href={privacy}>{words.privacy}</Link></p>}
        {envelope.lead_no && <Number_ number={envelope.lead_no} words={words} />}
        <Records envelope={envelope} words={words} say={say} />
        {consent && quick}
      </div>
      {envelope.turn && /answer|estimate|match|refuse/.test(envelope.kind) && <Thumbs entry={entry} words={words} rate={rate} />}
      {!consent && quick}
    </div>
  );
}

function repliesOf({ buttons, envelope, texts }: Bots): [string, string][] {
  const more = /回复“更多”/.test(texts.join()) ? ["更多"] : [];
  const all = [...buttons.map((b) => [b.title, b.payload || b.title]), ...[...more, ...(envelope.suggestions || [])].map((s) => [s, s])];
  return all as [string, string][];
}

// The text; where the envelope holds a table, a list or an estimate, that stands in place of the lines that say the same.
function Body({ entry, words }: { entry: Bots; words: Words }) {
  const { table, matches = [], estimate = [], records = [] } = entry.envelope;
  const [first, ...others] = entry.texts;
  const lines = first.split("\n");
  const name = (id: string) => records.find((r) => r.id === id)?.name || id;
  const parts: [number, number, ComponentChildren][] = [];
  if (table) parts.push([...table.lines, <Table {...table} label={words.table} />]);
  const ranked = matches.filter((m) => m.lines);
  if (ranked.length)
    parts.push([ranked[0].lines![0], ranked[ranked.length - 1].lines![1], (
      <ol class="cards">
        {ranked.map((m) => (
          <li class="card">
            <b>{name(m.id)}</b>
            <label>{words.fit} {Math.round(m.score * 100)}%<meter value={m.score} aria-label={words.fit} /></label>
            <ul>{m.reasons.map((r) => <li class={/^(不利|缺)：/.test(r) ? "against" : ""}>{r}</li>)}</ul>
          </li>
        ))}
      </ol>
    )]);
  const made = estimate.filter((e) => e.lines);
  if (made.length)
    parts.push([made[0].lines![0], made[made.length - 1].lines![1], (
      <Table
        label={words.estimate} head={[words.item, words.result, words.amount]}
        rows={made.map((e) => [
          name(e.id),
          <span class={"tag " + e.status}>{(words as unknown as Record<string, string>)[e.status]}</span>,
          e.amount_wan !== null ? `${e.amount_wan}${words.wan}`
            : e.range_wan ? `${e.range_wan.join("–")}${words.wan}` : words.noAmount,
        ])}
        below={made.map((e) => <details><summary>{words.details}</summary><Lines lines={lines.slice(...e.lines!)} /></details>)}
      />
    )]);
  parts.sort((a, b) => a[0] - b[0]);
  let at = 0;
  const shown = parts.map(([from, to, part]) => {
    const before = lines.slice(at, from);
    at = to;
    return <><Lines lines={before} />{part}</>;
  });
  return <>{shown}<Lines lines={lines.slice(at)} />{others.map((text) => <Lines lines={text.split("\n")} />)}</>;
}

interface Rows { head: string[]; rows: ComponentChildren[][]; below?: ComponentChildren[]; label: string }

function Table({ head, rows, below, label }: Rows) {
  return (
    <div class="wide-table" role="group" aria-label={label} tabIndex={0}>
      <table>
        <thead><tr>{head.map((cell) => (cell ? <th scope="col">{cell}</th> : <td />))}</tr></thead>
        <tbody>
          {rows.map(([first, ...cells], i) => (
            <>
              <tr><th scope="row">{first}</th>{cells.map((cell) => <td>{cell}</td>)}</tr>
              {below && <tr><td colSpan={head.length}>{below[i]}</td></tr>}
            </>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Records({ envelope, words, say }: { envelope: Envelope; words: Words; say: Acts["say"] }) {
  const records = envelope.kind === "form" ? [] : envelope.records || [];
  return records.length ? (
    <ul class="records" aria-label={words.records}>
      {records.slice(0, 6).map(({ name, type, sources: [source] }) => (
        <li>
          <span class="tag">{words.types[type] || type}</span>
          <button type="button" class="plain" onClick={() => say(name)}>{name}</button>
          <span class="date">{source?.as_of || words.undated}</span>
          {source?.url && <Link href={source.url}><span aria-hidden="true">↗</span><span class="sr">{words.source}：{source.title}</span></Link>}
        </li>
      ))}
    </ul>
  ) : null;
}

function Number_({ number, words }: { number: string; words: Words }) {
  const [copied, setCopied] = useState(false);
  const copy = async (event: Event) => {
    const field = (event.currentTarget as Element).previousElementSibling as HTMLInputElement;
    field.select();
    try {
      await navigator.clipboard.writeText(number);
    } catch {
      document.execCommand("copy"); // pages without https have no clipboard
    }
    setCopied(true);
  };
  return (
    <div class="number">
      <input readOnly value={number} aria-label={words.number} />
      <button type="button" onClick={copy}>{copied ? words.copied : words.copy}</button>
      <span class="sr" role="status">{copied && words.copied}</span>
    </div>
  );
}

function Thumbs({ entry, words, rate }: { entry: Bots; words: Words; rate: Acts["rate"] }) {
  const { thumb } = entry;
  const [asking, ask] = useState(false);
  const give = (helpful: boolean, reason = "") => (ask(!helpful && !reason), rate(entry, { helpful, reason, sent: false }));
  return (
    <div class="thumbs">
      <button type="button" aria-pressed={thumb?.helpful === true} aria-label={words.helpful} title={words.helpful} onClick={() => give(true)}><Up /></button>
      <button type="button" aria-pressed={thumb?.helpful === false} aria-label={words.unhelpful} title={words.unhelpful} onClick={() => give(false)}><Down /></button>
      <span role="status">{thumb && !asking && words.thanks}</span>
      {asking && (
        <form class="why" onSubmit={(event) => {
          event.preventDefault();
          ask(false);
          const reason = new FormData(event.currentTarget as HTMLFormElement).get("why") as string;
          if (reason.trim()) give(false, reason.trim());
        }}>
          {words.reasons.map((reason) => <button type="button" onClick={() => give(false, reason)}>{reason}</button>)}
          <input name="why" maxLength={200} placeholder={words.why} aria-label={words.why} />
          <button>{words.send}</button>
        </form>
      )}
    </div>
  );
}

const Up = icon("M7 11v9H3v-9zM7 11l4-8c2 0 3 1 2 6h6l-2 11H7");
const Down = icon("M7 13V4H3v9zM7 13l4 8c2 0 3-1 2-6h6L17 4H7");
