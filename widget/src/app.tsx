// The launcher and the window of the conversation.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Composer } from "./composer";
import type { Link } from "./link";
import { icon } from "./icon";
import { remembered } from "./memory";
import { Message } from "./message";
import type { Options } from "./options";
import type { Bots, Store, Thumb } from "./store";
import { wordsOf } from "./words";

interface Props { options: Options; store: Store; link: Link; root: ShadowRoot; watch: (draw: () => void) => void }

export function App({ options, store, link, root, watch }: Props) {
  const words = wordsOf(options.lang);
  const [, draw] = useState({});
  const [open, setOpen] = useState(() => remembered("open") === "1");
  const [asking, ask] = useState(false);
  const [seen, setSeen] = useState(() => store.all().length);
  const log = useRef<HTMLDivElement>(null);
  const launcher = useRef<HTMLButtonElement>(null);
  const focus = useRef(() => {});
  const entries = store.all();
  useEffect(() => {
    watch(() => draw({}));
    if (open || entries.length) link.open();
  }, []);
  useLayoutEffect(() => {
    // To the end, but never past the beginning of the last question: answers are read from the top.
    const area = log.current;
    const question = area && [...area.querySelectorAll<HTMLElement>(".me,.officer,.notice")].pop();
    if (area) area.scrollTop = question ? question.offsetTop - 8 : area.scrollHeight;
  }, [entries.length, open, asking]);
  const show = (now: boolean) => {
    remembered("open", now ? "1" : "");
    setOpen(now);
    setSeen(entries.length);
    if (now) link.open();
  };
  const moved = useRef(open);
  useLayoutEffect(() => {
    // Focus follows the window, but a page that is loaded again keeps its own.
    if (moved.current !== open) open ? focus.current() : launcher.current?.focus();
    moved.current = open;
  }, [open]);
  const say = (text: string) => {
    const id = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
    store.put({ from: "me", id, text, done: false });
    void link.flush();
  };
  const rate = (entry: Bots, thumb: Thumb) => (store.put({ ...entry, thumb }), void link.flush());

  const bots = entries.filter((e): e is Bots => e.from === "bot" && e.texts.length > 0);
  const last = bots[bots.length - 1];
  const pending = entries.some((e) => e.from === "me" && !e.done);
  const officers = entries.filter((e) => e.from === "officer");
  const served = officers.length > 0 && (officers[officers.length - 1] as { kind: string }).kind !== "officer.left";
  const fresh = open ? 0 : entries.slice(seen).filter((e) => e.from !== "me").length;
  const lost = link.state === "lost";
  const slot = last?.envelope.kind === "form" && !served ? last.envelope.slot || "" : "";
  const step = slot && /（(\d)\/(\d)）/.exec(last.texts.join());

  if (!open)
    return (
      <button class="launcher" ref={launcher} type="button" aria-haspopup="dialog" aria-label={fresh ? `${words.open}，${fresh}${words.fresh}` : words.open} onClick={() => show(true)}>
        {options.logo ? <img src={options.logo} alt="" /> : <Bubble />}
        {fresh > 0 && <span class="badge" aria-hidden="true">{fresh}</span>}
      </button>
    );
  return (
    <div
      class="panel" role="dialog" aria-modal="true" aria-label={options.name} lang={options.lang === "en" ? "en" : "zh-CN"}
      onKeyDown={(event) => {
        if (event.key === "Escape") return asking ? ask(false) : show(false);
        if (event.key === "Tab") trap(event, root);
      }}
    >
      <div class="bar">
        {options.logo && <img src={options.logo} alt="" />}
        <h2>{options.name}</h2>
        <button type="button" onClick={() => ask(true)} aria-label={words.clear} title={words.clear}><Bin /></button>
        <button type="button" onClick={() => show(false)} aria-label={words.close} title={words.close}><Cross /></button>
      </div>
      {asking && (
        <div class="sure" role="alertdialog" aria-label={words.clear} aria-describedby="sure">
          <p id="sure">{words.sure}</p>
          <button type="button" onClick={() => (ask(false), setSeen(0), link.forget(), focus.current())}>{words.yes}</button>
          <button type="button" class="other" ref={(button) => button?.focus()} onClick={() => (ask(false), focus.current())}>{words.no}</button>
        </div>
      )}
      {step && (
        <div class="step">{words.step} {step[1]}/{step[2]}<progress value={step[1]} max={step[2]} aria-label={words.step} /></div>
      )}
      <div class="log" role="log" aria-live="polite" aria-label={words.log} tabIndex={0} ref={log}>
        <div class="row bot">
          <div class="bubble">{words.hello.replace("{name}", options.name)}</div>
          {!entries.length && (
            <div class="replies" lang="zh-CN">
              {options.questions.map((q) => <button type="button" onClick={() => say(q)}>{q}</button>)}
            </div>
          )}
        </div>
        {entries.map((entry) => (
          <Message key={entry.id} entry={entry} last={entry === last && !pending && !served} words={words} say={say} rate={rate} privacy={options.endpoint.href + "privacy"} />
        ))}
        {pending && !served && link.state === "on" && (
          <div class="row bot"><div class="bubble typing"><span class="sr">{words.typing}</span><i /><i /><i /></div></div>
        )}
        {pending && lost && <small class="row me">{words.waiting}</small>}
      </div>
      <div role="status">
        {lost ? (
          <p class="lost">
            {words.lost} {options.phone && <><a href={"tel:" + options.phone.replace(/[^+\d]/g, "")}>{options.phone}</a> {words.or} </>}
            <a href="tel:12345">{words.hotline}</a>
          </p>
        ) : (
          link.state === "waiting" && <p class="hint">{words.connecting}</p>
        )}
      </div>
      <Composer words={words} slot={slot} say={say} bind={(f) => (focus.current = f)} />
      <div class="foot"><a href={options.endpoint.href + "privacy"} target="_blank" rel="noopener">{words.privacy}</a></div>
    </div>
  );
}

function trap(event: KeyboardEvent, root: ShadowRoot): void {
  const all = [...root.querySelectorAll<HTMLElement>("a[href],button:not(:disabled),input,textarea,summary,[tabindex='0']")].filter((e) => e.offsetParent);
  const to = event.shiftKey ? all[all.length - 1] : all[0];
  if (root.activeElement === (event.shiftKey ? all[0] : all[all.length - 1])) event.preventDefault(), to.focus();
}

const Bubble = icon("M4 4h16v12H9l-5 4z");
const Cross = icon("M5 5l14 14M19 5L5 19");
const Bin = icon("M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13");
