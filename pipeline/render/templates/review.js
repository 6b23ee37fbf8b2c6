// @ts-check
'use strict';

// Served by `pipeline review`: decisions about what is on the page, each saved at once by the server that sent it.
(() => {
  const { all, part, say, study, reveal, isShown, isTyping, keysAreOn, current } = page;

  /** @typedef {{start: number, end: number, article_id: string, quote: string}} Evidence */
  /** @typedef {{name: string, outcome: string, detail: string}} Guard */
  /** @typedef {{status: string, guards: Guard[]}} Verdict */
  /**
   * @typedef {{kind: string, id: string, state: string, text: string | null, reason: string | null, vital: boolean,
   *   comments: {id: string, text: string, by: string, at: string}[], by: string | null, verdict: Verdict | null,
   *   undo: string | null, undo_by: string | null}} Standing
   */
  /** @typedef {{decision_id: string, evidence: Evidence[], text: string | null, by: string}} Missing */
  /** @typedef {{by: string, at: string, action: string, text: string | null, reason: string | null, about: {text: string}}} Made */
  /**
   * @typedef {{items: Standing[], missing: Missing[], outdated: Made[], unmatched: Made[],
   *   counts: Record<string, number>}} Review
   */
  /** @typedef {{article_id: string, start: number, end: number}} Place in code points */
  /**
   * @typedef {{action: string, about: {kind: string, id: string}, text?: string, reason?: string, withdraws?: string,
   *   evidence?: Place[]}} Decision
   */
  /**
   * @typedef {{title: string, text: string, label: string, choices: string[], isNeeded: boolean}} Question
   *   `text` is what it is about; `choices` are answers at a click, or by their number
   */

  const PAUSE = 350; // milliseconds without a key before an edit is verified
  const DONE = { accepted: '✓ Accepted', rejected: '✕ Rejected', edited: '✎ Edited' };
  const OWN_WORDS = 'Not borne out by what it cites: these are the reviewer’s own words.';

  /** @type {Review} */
  let review = { items: [], missing: [], outdated: [], unmatched: [], counts: {} };
  let reviewer = '';
  /** @type {string[]} Ready reasons for a rejection. */
  let reasons = [];
  /** Whether an answer is awaited: until then no other decision is made, so that a key held down decides once. */
  let isSaving = false;
  /** @type {Edit | null} The edit that is open; there is one at a time. */
  let editing = null;

  // ------------------------------------------------------------------ the server

  /**
   * @param {string} path
   * @param {object} [body] sent as JSON; without one it is a question
   */
  async function ask(path, body) {
    const headers = { 'Content-Type': 'application/json' };
    const options = body && { method: 'POST', headers, body: JSON.stringify(body) };
    let response;
    try {
      response = await fetch(path, { credentials: 'same-origin', ...options });
    } catch {
      throw new Error(
        'Not saved: the server does not answer. Copy what you wrote, start `pipeline review` again, and open the ' +
          'address that it prints.',
      );
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.error?.message ?? `Not saved: the server answered ${response.status}.`);
    return answer;
  }

  /** @param {unknown} error */
  function complain(error) {
    part('trouble').textContent = error instanceof Error ? error.message : String(error);
    part('trouble').hidden = false;
  }

  /** @param {Decision} decision @returns {Promise<boolean>} whether it was saved */
  async function decide(decision) {
    if (isSaving) return false;
    isSaving = true;
    try {
      const answer = await ask('/api/decisions', decision);
      part('trouble').hidden = true;
      draw(answer.standing);
      say('Saved.');
      return true;
    } catch (error) {
      complain(error);
      return false;
    } finally {
      isSaving = false;
    }
  }

  // ------------------------------------------------------------------ what stands

  /** @param {HTMLElement} item */
  function about(item) {
    return { kind: item.dataset.kind ?? '', id: item.dataset.id ?? '' };
  }

  /** @param {HTMLElement} item */
  function proseOf(item) {
    return item.querySelector('.prose')?.textContent ?? '';
  }

  /** @param {HTMLElement} item @returns {Standing | undefined} */
  function standing(item) {
    return review.items.find((one) => one.kind === item.dataset.kind && one.id === item.dataset.id);
  }

  /** @param {Review} next */
  function draw(next) {
    review = next;
    for (const one of review.items) {
      const item = all(`.item[data-kind="${one.kind}"][data-id="${CSS.escape(one.id)}"]`)[0];
      if (item) drawItem(item, one);
    }
    drawMissing();
    drawEarlier();
    const { open = 0, accepted = 0, rejected = 0, edited = 0 } = review.counts;
    const total = open + accepted + rejected + edited;
    const parts = [`${total - open} of ${total} judged`, `${accepted} accepted`, `${edited} edited`];
    part('progress').textContent = [...parts, `${rejected} rejected`].join(' · ');
  }

  /**
   * @param {HTMLElement} item
   * @param {Standing} one
   */
  function drawItem(item, one) {
    item.dataset.state = one.state;
    const words = item.querySelector('.words');
    if (words instanceof HTMLElement && editing?.words !== words) {
      words.dataset.first ??= words.textContent ?? '';
      words.textContent = one.state === 'edited' ? one.text ?? '' : words.dataset.first;
    }
    item.querySelector('.decided')?.remove();
    const lines = linesOf(one, words instanceof HTMLElement ? words.dataset.first ?? '' : '');
    if (lines.length > 0) item.append(make('ul', { class: 'decided', role: 'list' }, lines));
  }

  /**
   * @param {Standing} one
   * @param {string} first the text as it was drafted
   */
  function linesOf(one, first) {
    const lines = [];
    if (one.state === 'accepted' || one.state === 'rejected' || one.state === 'edited') {
      lines.push(line(`is-${one.state}`, `${DONE[one.state]} by ${one.by}`, one.reason));
    }
    if (one.state === 'edited') lines.push(line('was', 'Before', first));
    if (one.state === 'edited' && one.verdict?.status !== 'supported') lines.push(line('is-own', OWN_WORDS, null));
    if (one.vital) lines.push(line('vital', '★ Should be vital', null));
    for (const comment of one.comments) lines.push(line('comment', comment.by, comment.text));
    return lines;
  }

  /**
   * @param {string} kind
   * @param {string} label
   * @param {string | null} text
   */
  function line(kind, label, text) {
    return make('li', { class: kind }, [make('strong', {}, [label]), ...(text ? [make('bdi', {}, [text])] : [])]);
  }

  /** Decisions that fit nothing on this page: about an earlier wording, or about what the run no longer has. */
  function drawEarlier() {
    const earlier = [...review.outdated, ...review.unmatched];
    part('earlier').hidden = earlier.length === 0;
    part('earlier-count').textContent = String(earlier.length);
    part('earlier-list').replaceChildren(...earlier.map((one) => {
      const said = one.reason ?? one.text;
      return line(
        'was',
        `${one.by}, ${one.at.slice(0, 10)}: ${one.action}`,
        `“${one.about.text}”${said ? `: ${said}` : ''}`,
      );
    }));
  }

  function drawMissing() {
    part('missing-title').hidden = review.missing.length === 0;
    part('missing').replaceChildren(...review.missing.map(missingFact));
    if (!('highlights' in CSS)) return;
    const ranges = review.missing.flatMap(({ evidence }) => evidence.flatMap((place) => rangeOf(place) ?? []));
    CSS.highlights.set('missing', new Highlight(...ranges));
  }

  /** @param {Missing} fact */
  function missingFact(fact) {
    const [passage] = fact.evidence;
    const source = sourceOf(passage.article_id);
    const name = plain(source?.querySelector('.kicker')?.textContent ?? passage.article_id);
    const go = button('Show', () => {
      const paragraph = rangeOf(passage)?.startContainer.parentElement;
      if (paragraph) reveal(paragraph);
    });
    const undo = button('Take back', async () => {
      const about = { kind: 'passage', id: passage.article_id };
      if (await decide({ action: 'withdraw', about, withdraws: fact.decision_id })) part('omissions').focus();
    });
    return make('li', {}, [
      make('p', { class: 'prose', dir: 'auto' }, [fact.text ?? `“${passage.quote}”`]),
      make('p', { class: 'remark' }, [make('bdi', {}, [name]), ` by ${fact.by} `, go, ' ', undo]),
    ]);
  }

  /**
   * @param {string} tag
   * @param {Record<string, string>} attributes
   * @param {(Node | string)[]} children text is text, never markup
   */
  function make(tag, attributes, children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /**
   * @param {string} name
   * @param {() => unknown} act
   * @param {string} [key]
   */
  function button(name, act, key) {
    const made = make('button', { type: 'button' }, key ? [`${name} `, make('kbd', {}, [key])] : [name]);
    made.addEventListener('click', () => void act());
    return made;
  }

  // ------------------------------------------------------------------ decisions

  /** What can be decided about the current item, by key. @type {Record<string, [string, (item: HTMLElement) => unknown]>} */
  const decisions = {
    a: ['Accept', accept],
    r: ['Reject', reject],
    e: ['Edit', edit],
    c: ['Comment', comment],
    v: ['Vital', vital],
    u: ['Undo', undo],
  };

  /** An edit is accepted by whoever made it: accepting the draft instead takes `u` first. @param {HTMLElement} item */
  async function accept(item) {
    const state = standing(item)?.state;
    if (state === 'edited' || state === 'accepted') say(`It is ${state} already.`);
    else if (!await decide({ action: 'accept', about: about(item) })) return;
    goOn(item);
  }

  /** @param {HTMLElement} item */
  async function reject(item) {
    const label = 'Reason: a number, or in your words';
    const question = { title: 'Why is this rejected?', text: proseOf(item), label, choices: reasons, isNeeded: true };
    const reason = await answerTo(question);
    if (reason && await decide({ action: 'reject', about: about(item), reason })) goOn(item);
    else item.focus({ preventScroll: true });
  }

  /** @param {HTMLElement} item */
  async function comment(item) {
    const said = await answerTo({
      title: 'Comment',
      text: proseOf(item),
      label: 'Comment',
      choices: [],
      isNeeded: true,
    });
    if (said) await decide({ action: 'comment', about: about(item), text: said });
    item.focus({ preventScroll: true });
  }

  /** @param {HTMLElement} item */
  function vital(item) {
    if (standing(item)?.vital) return say('It is marked as vital already.');
    return decide({ action: 'vital', about: about(item) });
  }

  /** Take back the last decision that stands on the item; another reviewer's only when asked twice. @param {HTMLElement} item */
  async function undo(item) {
    const one = standing(item);
    if (!one?.undo) return say('There is nothing to take back.');
    if (one.undo_by !== reviewer) {
      const title = `Take back what ${one.undo_by} decided?`;
      const label = 'Enter takes it back, Esc leaves it';
      if (await answerTo({ title, text: proseOf(item), label, choices: [], isNeeded: false }) === null) return;
    }
    await decide({ action: 'withdraw', about: about(item), withdraws: one.undo });
    item.focus({ preventScroll: true });
  }

  /** To the next item of the view that can be seen and that nobody has judged; where there is none, stay. @param {HTMLElement} item */
  function goOn(item) {
    const open = all('.item[data-state="open"]', item.closest('.view') ?? document).filter(isShown);
    const next = open.find((one) => item.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (next || isShown(item)) study(next ?? item);
    offer();
  }

  // ------------------------------------------------------------------ editing

  /** @param {HTMLElement} item */
  function edit(item) {
    const words = item.querySelector('.words');
    if (!(words instanceof HTMLElement)) return;
    if (editing) {
      editing.words.focus();
      say('Save or cancel the edit that is open first.');
      return;
    }
    bar.remove();
    editing = new Edit(item, words);
    editing.open();
  }

  /** On one line. @param {string | null} text */
  function plain(text) {
    return (text ?? '').replace(/\s+/g, ' ').trim();
  }

  /** The text of one statement, open for writing, verified whenever the writer pauses. */
  class Edit {
    /**
     * @param {HTMLElement} item
     * @param {HTMLElement} words
     */
    constructor(item, words) {
      this.item = item;
      this.words = words;
      this.before = words.textContent ?? '';
      this.verdict = make('div', { class: 'verifying', 'aria-live': 'polite' }, []);
      const save = button('Save', () => this.keep(), 'Enter');
      this.row = make('div', { class: 'row' }, [save, button('Cancel', () => this.close(), 'Esc')]);
      this.asked = 0;
      this.timer = 0;
      this.stop = new AbortController();
    }

    open() {
      const { words } = this;
      const { signal } = this.stop;
      this.item.querySelector('.prose')?.after(this.verdict, this.row);
      words.setAttribute('contenteditable', 'plaintext-only');
      words.setAttribute('role', 'textbox');
      words.setAttribute('aria-label', 'Text of the statement');
      words.addEventListener('input', () => this.wait(), { signal });
      words.addEventListener('keydown', (event) => this.onKey(event), { signal });
      addEventListener('beforeunload', (event) => event.preventDefault(), { signal });
      words.focus();
      getSelection()?.selectAllChildren(words);
      getSelection()?.collapseToEnd();
      void this.verify();
    }

    wait() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.verify(), PAUSE);
    }

    async verify() {
      const turn = ++this.asked;
      try {
        const answer = await ask('/api/verify', { id: this.item.dataset.id, text: plain(this.words.textContent) });
        if (turn === this.asked) this.show(answer);
      } catch (error) {
        if (turn === this.asked) complain(error);
      }
    }

    /** @param {{verdict: Verdict, unsupported: [number, number][]}} answer places are code points of the plain text */
    show({ verdict, unsupported }) {
      const failed = verdict.guards.filter(({ outcome }) => outcome === 'fail');
      const told = verdict.status === 'supported' ? '✓ Supported by what it cites' : `✕ ${verdict.status}`;
      const reasons = failed.map(({ name, detail }) =>
        make('li', {}, [make('strong', {}, [name]), ': ', make('bdi', {}, [detail])])
      );
      part('trouble').hidden = true;
      this.verdict.replaceChildren(make('span', { class: `badge ${verdict.status}` }, [told]), make('ul', {}, reasons));
      if ('highlights' in CSS) CSS.highlights.set('unsupported', new Highlight(...this.ranges(unsupported)));
    }

    /** @param {[number, number][]} places @returns {Range[]} none while the text has line breaks of its own */
    ranges(places) {
      const node = this.words.firstChild;
      if (!(node instanceof Text) || this.words.childNodes.length > 1) return [];
      const letters = Array.from(plain(this.words.textContent));
      return places.flatMap(([start, end]) => {
        const piece = letters.slice(start, end).join('');
        const at = node.data.indexOf(piece, letters.slice(0, start).join('').length);
        if (at === -1) return [];
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + piece.length);
        return [range];
      });
    }

    close() {
      this.end(this.before);
      this.item.focus({ preventScroll: true });
    }

    async keep() {
      const text = plain(this.words.textContent);
      if (text === plain(this.before)) return this.close();
      if (!await decide({ action: 'edit', about: about(this.item), text })) return;
      this.end(text);
      const one = standing(this.item);
      if (one) drawItem(this.item, one);
      goOn(this.item);
    }

    /** @param {string} text */
    end(text) {
      clearTimeout(this.timer);
      this.asked += 1;
      this.stop.abort();
      editing = null;
      CSS.highlights?.delete('unsupported');
      for (const name of ['contenteditable', 'role', 'aria-label']) this.words.removeAttribute(name);
      this.words.textContent = text;
      this.verdict.remove();
      this.row.remove();
    }

    /** @param {KeyboardEvent} event */
    onKey(event) {
      if (event.isComposing || !['Enter', 'Escape'].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.repeat) return;
      if (event.key === 'Enter') void this.keep();
      else this.close();
    }
  }

  // ------------------------------------------------------------------ asking the reviewer

  /** @param {Question} question @returns {Promise<string | null>} null where it was cancelled */
  function answerTo(question) {
    const dialog = /** @type {HTMLDialogElement} */ (part('ask'));
    const field = /** @type {HTMLTextAreaElement} */ (part('ask-text'));
    const stop = new AbortController();
    const { signal } = stop;
    part('ask-title').textContent = question.title;
    part('ask-about').textContent = plain(question.text);
    part('ask-label').textContent = question.label;
    field.value = '';
    return new Promise((resolve) => {
      /** @param {string | null} said */
      const end = (said) => {
        stop.abort();
        dialog.close();
        resolve(said);
      };
      const save = () => {
        const said = field.value.trim();
        if (said || !question.isNeeded) end(question.choices[Number(said) - 1] ?? said);
        else field.focus();
      };
      /** @param {KeyboardEvent} event */
      const onKey = (event) => {
        if (event.isComposing || event.shiftKey || event.repeat) return;
        const choice = event.target === field ? undefined : question.choices[Number(event.key) - 1];
        if (choice) end(choice);
        else if (event.key === 'Enter' && event.target === field) save();
        else return;
        event.preventDefault();
      };
      const choices = question.choices.map((name, index) => button(name, () => end(name), String(index + 1)));
      part('ask-reasons').replaceChildren(...choices);
      dialog.addEventListener('keydown', onKey, { signal });
      dialog.addEventListener('cancel', (event) => (event.preventDefault(), end(null)), { signal });
      part('ask-form').addEventListener('submit', (event) => (event.preventDefault(), save()), { signal });
      part('ask-cancel').addEventListener('click', () => end(null), { signal });
      dialog.showModal();
      field.focus();
    });
  }

  // ------------------------------------------------------------------ what is missing

  /** @param {string} articleId */
  function sourceOf(articleId) {
    return all(`.source[data-article="${CSS.escape(articleId)}"]`)[0];
  }

  /** What is selected in one source, or what the current claim rests on. @returns {{place: Place, quote: string} | null} */
  function marked() {
    const selection = getSelection();
    if (selection && !selection.isCollapsed && selection.rangeCount > 0) return placed(selection.getRangeAt(0));
    const claim = current();
    const key = claim?.dataset.kind === 'claim' && claim.querySelector('a.cite')?.getAttribute('data-cite');
    const pieces = key ? all(`.text [data-cites~="${key}"]`) : [];
    if (pieces.length === 0) return null;
    const range = document.createRange();
    range.setStart(pieces[0], 0);
    range.setEnd(pieces[pieces.length - 1], pieces[pieces.length - 1].childNodes.length);
    return placed(range);
  }

  /** @param {Range} range @returns {{place: Place, quote: string} | null} null outside one source's text */
  function placed(range) {
    const [first, last] = [paragraphOf(range.startContainer), paragraphOf(range.endContainer)];
    const source = first?.closest('.source');
    if (!first || !last || !(source instanceof HTMLElement) || last.closest('.source') !== source) return null;
    const start = codePoint(first, range.startContainer, range.startOffset);
    const end = codePoint(last, range.endContainer, range.endOffset);
    const quote = range.toString();
    if (end <= start || !quote.trim()) return null;
    return { place: { article_id: source.dataset.article ?? '', start, end }, quote };
  }

  /** @param {Node} node @returns {HTMLElement | null} */
  function paragraphOf(node) {
    const element = node instanceof Element ? node : node.parentElement;
    return /** @type {HTMLElement | null} */ (element?.closest('.text p[data-at]') ?? null);
  }

  /**
   * The place in the article's text, in code points: a browser counts UTF-16.
   * @param {HTMLElement} paragraph
   * @param {Node} node
   * @param {number} offset
   */
  function codePoint(paragraph, node, offset) {
    const range = document.createRange();
    range.setStart(paragraph, 0);
    range.setEnd(node, offset);
    return Number(paragraph.dataset.at) + Array.from(range.toString()).length;
  }

  /** The other way about: where a place is on the page. @param {Place} place @returns {Range | null} */
  function rangeOf({ article_id: articleId, start, end }) {
    const source = sourceOf(articleId);
    const [first, last] = source ? [point(source, start), point(source, end)] : [];
    if (!first || !last) return null;
    const range = document.createRange();
    range.setStart(...first);
    range.setEnd(...last);
    return range;
  }

  /**
   * @param {HTMLElement} source
   * @param {number} at code points from the beginning of the article
   * @returns {[Text, number] | undefined}
   */
  function point(source, at) {
    const paragraph = all('.text p[data-at]', source).findLast((one) => Number(one.dataset.at) <= at);
    if (!paragraph) return undefined;
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    let left = at - Number(paragraph.dataset.at);
    while (walker.nextNode()) {
      const node = /** @type {Text} */ (walker.currentNode);
      const letters = Array.from(node.data);
      if (left <= letters.length) return [node, letters.slice(0, left).join('').length];
      left -= letters.length;
    }
    return undefined;
  }

  async function markMissing() {
    const chosen = marked();
    if (!chosen) return say('Select words in a source first, or go to a claim.');
    const { place, quote } = chosen;
    const label = 'The fact in your words (or leave it empty)';
    const title = 'Missing from the summary';
    const said = await answerTo({ title, text: `“${quote}”`, label, choices: [], isNeeded: false });
    if (said === null) return;
    const about = { kind: 'passage', id: place.article_id };
    const decision = { action: 'missing', about, evidence: [place], ...(said && { text: said }) };
    if (await decide(decision)) getSelection()?.removeAllRanges();
  }

  function offerMissing() {
    const offered = part('mark-missing');
    const selection = getSelection();
    const range = selection && !selection.isCollapsed && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
    offered.hidden = !range || !placed(range);
    if (offered.hidden || !range) return;
    const at = range.getBoundingClientRect();
    offered.style.left = `${Math.max(8, Math.min(at.left, innerWidth - 220))}px`;
    offered.style.top = `${Math.min(at.bottom + 8, innerHeight - 48)}px`;
  }

  // ------------------------------------------------------------------ events

  const bar = make('div', { class: 'decide', role: 'group', 'aria-label': 'Decide' }, []);

  /** The item that can be decided about now. */
  function subject() {
    const item = current();
    const isOpen = item && isShown(item) && editing?.item !== item;
    return isOpen && (standing(item) || item.dataset.kind === 'claim') ? item : null;
  }

  /** Put the buttons under the item that keys act on; they stay while it does, or the keyboard would lose them. */
  function offer() {
    const item = subject();
    if (!item) return bar.remove();
    if (bar.parentElement === item) return;
    const can = Object.entries(decisions).filter(([key]) => key !== 'e' || item.dataset.kind === 'statement');
    bar.replaceChildren(...can.map(([key, [name, act]]) => button(name, () => act(item), key)));
    item.append(bar);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (document.querySelector('dialog[open]')) return;
    offer();
    const item = subject();
    const isDecision = event.key in decisions && item && (event.key !== 'e' || item.dataset.kind === 'statement');
    if (!keysAreOn() || !(isDecision || event.key === 'm')) return;
    event.preventDefault();
    if (event.repeat || isSaving) return;
    if (event.key === 'm') void markMissing();
    else if (item) void decisions[event.key][1](item);
  }

  document.addEventListener('keydown', onKey);
  document.addEventListener('click', offer);
  document.addEventListener('selectionchange', offerMissing);
  part('mark-missing').addEventListener('pointerdown', (event) => event.preventDefault()); // keeps the selection
  part('mark-missing').addEventListener('click', () => void markMissing());
  part('search').addEventListener('input', offer);
  ask('/api/review').then((answer) => {
    reviewer = answer.by;
    reasons = answer.reasons;
    part('reviewer').textContent = `as ${reviewer}`;
    draw(answer.standing);
  }, complain);
})();
