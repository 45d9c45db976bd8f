// The conversation as this visitor's browser keeps it: one key an entry, so that tabs never overwrite each other.

export interface Source { title: string; url: string | null; as_of: string | null; quality: string }
export interface RecordOf { id: string; name: string; type: string; sources: Source[] }
type Lines = [number, number]; // of the text, half open: what a structure says instead of them
export interface Envelope {
  kind: string;
  turn?: string;
  records?: RecordOf[];
  slot?: string;
  lead_no?: string;
  erased?: boolean;
  suggestions?: string[];
  table?: { head: string[]; rows: string[][]; lines: Lines };
  matches?: { id: string; score: number; reasons: string[]; lines?: Lines }[];
  estimate?: {
    id: string; status: string; amount_wan: number | null; range_wan: Lines | null; why: string; caveats: string[]; lines?: Lines;
  }[];
}
export interface Thumb { helpful: boolean; reason: string; sent: boolean }
interface Entry_ { id: string; t: number }
export interface Mine extends Entry_ { from: "me"; text: string; done: boolean; refused?: boolean }
export interface Bots extends Entry_ {
  from: "bot"; n: number; texts: string[]; buttons: { title: string; payload: string }[]; envelope: Envelope; thumb?: Thumb;
}
export interface Officers extends Entry_ { from: "officer"; n: number; kind: string; text: string; officer: string }
export type Entry = Mine | Bots | Officers;
type Distributed<T> = T extends Entry ? Omit<T, "t"> & { t?: number } : never;
export type Draft = Distributed<Entry>; // without a time yet
export type Frame = Omit<Bots, "t" | "thumb"> | Omit<Officers, "t">;

const MOST = 200;
const KEPT = 7 * 86400e3; // as long as the server keeps what was not fetched

export class Store {
  private entries = new Map<string, Entry>();
  private singles = new Map<string, string>();
  private last = 0;

  constructor(private prefix: string, private changed: () => void) {
    try {
      for (const key of Object.keys(localStorage)) this.take(key, localStorage.getItem(key));
    } catch { /* storage is forbidden: memory serves until the page is left */ }
    for (const entry of this.all()) if (Date.now() - entry.t > KEPT) this.remove(entry.id);
    addEventListener("storage", (event) => {
      if (event.key === null) this.entries.clear(), this.singles.clear();
      else this.take(event.key, event.newValue);
      this.changed();
    });
  }

  all(): Entry[] {
    return [...this.entries.values()].sort((a, b) => ("n" in a && "n" in b ? a.n - b.n : 0) || a.t - b.t);
  }
  has(id: string): boolean { return this.entries.has(id); }

  // Put an entry in place; a new one comes behind all others, whatever the clock says.
  put(entry: Draft): void {
    const whole = { ...entry, t: entry.t || Math.max(Date.now(), this.last + 1) } as Entry;
    this.keep("e:" + whole.id, JSON.stringify(whole));
    const all = this.all();
    for (const old of all.slice(0, Math.max(0, all.length - MOST))) this.remove(old.id);
    this.changed();
  }
  remove(id: string): void { this.keep("e:" + id, null); }

  get(name: "token" | "forget"): string { return this.singles.get(name) || ""; }
  set(name: "token" | "forget", value: string): void { this.keep(name, value || null); }

  clear(): void {
    for (const id of [...this.entries.keys()]) this.remove(id);
    this.changed();
  }

  private keep(name: string, value: string | null): void {
    const key = this.prefix + name;
    this.take(key, value);
    try {
      value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value);
    } catch { /* full or forbidden */ }
  }

  private take(key: string, value: string | null): void {
    if (!key.startsWith(this.prefix)) return;
    const name = key.slice(this.prefix.length);
    if (!name.startsWith("e:")) {
      value === null ? this.singles.delete(name) : this.singles.set(name, value);
      return;
    }
    this.entries.delete(name.slice(2));
    if (value === null) return;
    try {
      const entry = JSON.parse(value) as Entry;
      this.entries.set(entry.id, entry);
      this.last = Math.max(this.last, entry.t);
    } catch { /* not ours */ }
  }
}
