// The line to the server. What was typed is said until it is answered; what arrives is kept before it is acknowledged.
import { io, type Socket } from "socket.io-client";
import type { Bots, Frame, Mine, Store } from "./store";

export type State = "idle" | "waiting" | "on" | "lost";
type Answer = { wait?: number; refused?: string; state?: string; token?: string; frames?: Frame[]; kept?: boolean };
const PATIENCE = 8000;
const LOST_AFTER = 4000;
const AGAIN_AFTER = 20e3; // longer than the server lets a turn take

export class Link {
  state: State = "idle";
  private socket?: Socket;
  private said = new Map<string, number>();
  private flushing = false;
  private ready = false;
  private timers: Record<string, ReturnType<typeof setTimeout> | undefined> = {};

  constructor(private endpoint: URL, private source: string, private store: Store, private changed: () => void) {}

  open(): void {
    if (this.socket) return;
    const socket = (this.socket = io(this.endpoint.origin, {
      path: this.endpoint.pathname + "socket.io",
      // Polling passes every proxy and every browser. A WebSocket takes over once it has answered; one that is swallowed
      // on its way costs nothing. A server that has no polling (several workers) says so at once, and the other is tried.
      transports: ["polling", "websocket"],
      tryAllTransports: true,
      timeout: PATIENCE,
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
    }));
    socket.on("connect", () => void this.hello());
    socket.on("frames", (frames: Frame[]) => this.accept(frames));
    socket.on("disconnect", () => this.missing());
    socket.on("connect_error", () => this.missing());
    this.missing();
    setInterval(() => this.flush(), 15e3);
    // A machine that slept, or a line that came back: find out now instead of after a missed ping.
    const look = () => {
      if (document.visibilityState === "hidden") return;
      if (!socket.connected) socket.disconnect().connect();
      else void this.hello();
    };
    addEventListener("online", look);
    addEventListener("offline", () => { socket.disconnect(); this.missing(true); });
    document.addEventListener("visibilitychange", look);
  }

  // Say what is not said yet, in order, one after the other; then the thumbs that wait.
  async flush(): Promise<void> {
    if (!this.ready || this.flushing) return;
    this.flushing = true;
    try {
      for (;;) {
        const now = Date.now();
        const next = this.store.all().find(
          (e): e is Mine => e.from === "me" && !e.done && now - (this.said.get(e.id) || 0) > AGAIN_AFTER);
        if (!next) break;
        const answer = await this.ask("say", { id: next.id, text: next.text, source: this.source });
        if (answer.wait) return this.later("flush", answer.wait, () => this.flush());
        if (answer.refused === "hello") return void this.hello();
        this.said.set(next.id, now);
        if (answer.refused) this.store.put({ ...next, done: true, refused: true });
        if (answer.state === "done" && !this.store.has("f:" + next.id)) this.later("done", 5, () => this.settle(next));
      }
      for (;;) {
        const next = (this.store.all() as Bots[]).find((e) => e.thumb && !e.thumb.sent);
        if (!next?.thumb) break;
        const { id, thumb, envelope } = next;
        const answer = await this.ask("feedback", { turn: envelope.turn, helpful: thumb.helpful, reason: thumb.reason });
        if (answer.wait || answer.refused) return this.later("flush", answer.wait || 30, () => this.flush());
        const current = this.store.all().find((e) => e.id === id) as Bots | undefined;
        // A reason given while the thumb was on its way is still to be sent.
        const same = current?.thumb?.helpful === thumb.helpful && current.thumb.reason === thumb.reason;
        if (current && same) this.store.put({ ...current, thumb: { ...thumb, sent: true } });
      }
    } catch { /* the line broke; everything is said again when it is back */ } finally {
      this.flushing = false;
    }
  }

  // Erase the conversation here and on the server, there as soon as the line allows; then begin anew.
  forget(): void {
    this.store.set("forget", this.store.get("token"));
    this.store.set("token", "");
    this.store.clear();
    if (this.socket?.connected) void this.hello();
  }

  private async hello(): Promise<void> {
    this.ready = false;
    try {
      const old = this.store.get("forget");
      if (old) {
        await this.ask("hello", { token: old });
        await this.ask("forget", {});
        this.store.set("forget", "");
      }
      const token = this.store.get("token");
      const answer = await this.ask("hello", { token });
      if (answer.wait) return this.later("hello", answer.wait, () => this.hello());
      // Another tab was quicker: one visitor, one conversation.
      if (this.store.get("token") !== token) return await this.hello();
      this.store.set("token", answer.token || "");
      this.accept(answer.frames || []);
      this.said.clear();
      this.ready = true;
      clearTimeout(this.timers.lost);
      this.timers.lost = undefined;
      this.become("on");
      this.flushing = false;
      void this.flush();
    } catch {
      if (this.socket?.connected) this.socket.disconnect().connect();
    }
  }

  private accept(frames: Frame[]): void {
    if (!frames.length) return;
    for (const frame of frames) {
      const id = "f:" + frame.id;
      if (this.store.has(id)) continue;
      const asked = this.store.all().find((e): e is Mine => e.id === frame.id);
      if (frame.from === "bot" && frame.envelope.erased) this.store.clear();
      else if (asked) this.store.put({ ...asked, done: true });
      this.store.put({ ...frame, id });
    }
    this.socket?.emit("ack", { n: frames[frames.length - 1].n });
  }

  private settle(mine: Mine): void {
    if (!this.store.has("f:" + mine.id) && this.store.has(mine.id)) this.store.put({ ...mine, done: true });
  }

  private ask(event: string, data: object): Promise<Answer> {
    return this.socket!.timeout(PATIENCE).emitWithAck(event, data) as Promise<Answer>;
  }

  private missing(now = false): void {
    this.ready = false;
    if (this.state === "on" || this.state === "idle") this.become("waiting");
    if (now) this.become("lost");
    else this.timers.lost ??= setTimeout(() => this.become("lost"), LOST_AFTER);
  }

  private later(name: string, seconds: number, then: () => unknown): void {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(then, seconds * 1000 + 100);
  }

  private become(state: State): void {
    if (this.state !== state) (this.state = state), this.changed();
  }
}
