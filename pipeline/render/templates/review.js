// @ts-check
'use strict';

// Served by `pipeline review`: decisions about what is on the page, each saved at once by the server that sent it.
(() => {
  const { all, part, say, study, isTyping, keysAreOn, current } = page;

  /** @typedef {{start: number, end: number, article_id: string, quote: string}} Evidence */
  /** @typedef {{name: string, outcome: string, detail: string}} Guard */
  /** @typedef {{status: string, guards: Guard[]}} Verdict */
  /**
   * @typedef {{kind: string, id: string, state: string, text: string | null, reason: string | null, vital: boolean,
   *   comments: {id: string, text: string, by: string, at: string}[], decision_id: string | null, by: string | null,
   *   verdict: Verdict | null}} Standing
   */
  /** @typedef {{decision_id: string, evidence: Evidence[], text: string | null, by: string}} Missing */
  /** @typedef {{items: Standing[], missing: Missing[], outdated: object[], unmatched: object[], counts: Record<string, number>}} Review */
  /** @typedef {{action: string, about: {kind: string, id: string}, text?: string, reason?: string, withdraws?: string, evidence?: object[]}} Decision */

  /** @typedef {{id: string, action: string, about: {kind: string, id: string}, withdraws: string | null}} Made */

  const REASONS = ['false', 'not in the source', 'misleading', 'unimportant', 'repeats'];
  const PAUSE = 350; // milliseconds without a key before an edit is verified
  const DONE = { accepted: '✓ Accepted', rejected: '✕ Rejected', edited: '✎ Edited' };

  /** @type {Review} */
  let review = { items: [], missing: [], outdated: [], unmatched: [], counts: {} };
  /** @type {Made[]} All decisions, in order, so that undo takes back the last one on an item. */
  const history = [];

  // ------------------------------------------------------------------ the server

  /**
   * @param {string} path
   * @param {object} [body] sent as JSON; without one it is a question
   */
  async function ask(path, body) {
    const options = body &&
      { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    let response;
    try {
      response = await fetch(path, { credentials: 'same-origin', ...options });
    } catch {
      throw new Error('Not saved: the server does not answer. Start `pipeline review` again, then reload this page.');
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
    try {
      const answer = await ask('/api/decisions', decision);
      history.push(answer.decision);
      part('trouble').hidden = true;
      draw(answer.standing);
      say('Saved.');
      return true;
    } catch (error) {
      complain(error);
      return false;
    }
  }

  // ------------------------------------------------------------------ what stands

  /** @param {HTMLElement} item */
  function about(item) {
    return { kind: item.dataset.kind ?? '', id: item.dataset.id ?? '' };
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
    const { open = 0, accepted = 0, rejected = 0, edited = 0 } = review.counts;
    const total = open + accepted + rejected + edited;
    const parts = [
      `${total - open} of ${total} judged`,
      `${accepted} accepted`,
      `${edited} edited`,
      `${rejected} rejected`,
    ];
    if (review.outdated.length > 0) parts.push(`${review.outdated.length} about an earlier wording`);
    if (review.unmatched.length > 0) parts.push(`${review.unmatched.length} about what is no longer here`);
    part('progress').textContent = parts.join(' · ');
  }

  /**
   * @param {HTMLElement} item
   * @param {Standing} one
   */
  function drawItem(item, one) {
    item.dataset.state = one.state;
    item.classList.toggle('is-vital', one.vital);
    const words = item.querySelector('.words');
    if (words instanceof HTMLElement && !words.isContentEditable) {
      words.dataset.first ??= words.textContent ?? '';
      words.textContent = one.state === 'edited' ? one.text ?? '' : words.dataset.first;
    }
    item.querySelector('.decided')?.remove();
    const lines = [];
    if (one.state !== 'open') {
      lines.push(line(`is-${one.state}`, `${DONE[/** @type {keyof DONE} */ (one.state)]} by ${one.by}`, one.reason));
    }
    if (one.state === 'edited' && words instanceof HTMLElement) {
      lines.push(line('was', 'Before', words.dataset.first ?? ''));
    }
    if (one.state === 'edited' && one.verdict?.status !== 'supported') {
      lines.push(line('is-own', '', 'Not borne out by what it cites: these are the reviewer’s own words.'));
    }
    if (one.vital) lines.push(line('vital', '★ Should be vital', null));
    for (const comment of one.comments) lines.push(line('comment', comment.by, comment.text));
    if (lines.length > 0) item.append(make('ul', { class: 'decided', role: 'list' }, lines));
  }

  /**
   * @param {string} kind
   * @param {string} label
   * @param {string | null} text
   */
  function line(kind, label, text) {
    const children = [make('strong', {}, [label])];
    if (text) children.push(make('bdi', {}, [text]));
    return make('li', { class: kind }, label ? children : children.slice(1));
  }

  function drawMissing() {
    part('missing-title').hidden = review.missing.length === 0;
    part('missing').replaceChildren(...review.missing.map((fact) => {
      const [passage] = fact.evidence;
      const source = all(`.source[data-article="${CSS.escape(passage.article_id)}"]`)[0];
      const undo = make('button', { type: 'button' }, ['Take back']);
      undo.addEventListener(
        'click',
        () =>
          decide({
            action: 'withdraw',
            about: { kind: 'passage', id: passage.article_id },
            withdraws: fact.decision_id,
          }),
      );
      const name = source?.querySelector('.kicker')?.textContent?.trim() ?? passage.article_id;
      return make('li', {}, [
        make('p', { class: 'prose', dir: 'auto' }, [fact.text ?? `“${passage.quote}”`]),
        make('p', { class: 'remark' }, [make('bdi', {}, [name.replace(/\s+/g, ' ')]), ` by ${fact.by} `, undo]),
      ]);
    }));
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

  // ------------------------------------------------------------------ decisions

  /** What can be decided about the current item, by key. @type {Record<string, [string, (item: HTMLElement) => void]>} */
  const decisions = {
    a: ['Accept', accept],
    r: ['Reject', reject],
    e: ['Edit', edit],
    c: ['Comment', comment],
    v: ['Vital', (item) => void decide({ action: 'vital', about: about(item) })],
    u: ['Undo', undo],
  };

  /** An edit is accepted by whoever made it: accepting the draft instead takes `u` first. @param {HTMLElement} item */
  async function accept(item) {
    if (standing(item)?.state === 'edited') {
      say('The edit stands.');
      goOn(item);
      return;
    }
    if (await decide({ action: 'accept', about: about(item) })) goOn(item);
  }

  /** @param {HTMLElement} item */
  async function reject(item) {
    const text = item.querySelector('.prose')?.textContent ?? '';
    const reason = await prompt('Why is this rejected?', text, 'Reason', REASONS, true);
    if (reason && await decide({ action: 'reject', about: about(item), reason })) goOn(item);
  }

  /** @param {HTMLElement} item */
  async function comment(item) {
    const said = await prompt('Comment', item.querySelector('.prose')?.textContent ?? '', 'Comment', [], true);
    if (said) await decide({ action: 'comment', about: about(item), text: said });
    item.focus({ preventScroll: true });
  }

  /** Take back the last decision on the item that stands. @param {HTMLElement} item */
  function undo(item) {
    const { kind, id } = about(item);
    const gone = history.map(({ withdraws }) => withdraws);
    const last = history.findLast((one) =>
      one.action !== 'withdraw' && !gone.includes(one.id) && one.about.kind === kind && one.about.id === id
    );
    const withdraws = last?.id ?? standing(item)?.decision_id;
    if (withdraws) void decide({ action: 'withdraw', about: about(item), withdraws });
    else say('There is nothing to take back.');
  }

  /** To the next statement that nobody has judged; where all are, stay. @param {HTMLElement} item */
  function goOn(item) {
    const open = all('.item[data-state="open"]', item.closest('.view') ?? document);
    const next = open.find((one) => item.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    study(next ?? item);
    offer();
  }

  // ------------------------------------------------------------------ editing

  /** @param {HTMLElement} item */
  function edit(item) {
    const words = item.querySelector('.words');
    if (!(words instanceof HTMLElement) || words.isContentEditable) return;
    const before = words.textContent ?? '';
    const verdict = make('div', { class: 'verifying', 'aria-live': 'polite' }, []);
    const save = make('button', { type: 'button' }, ['Save ', make('kbd', {}, ['Enter'])]);
    const cancel = make('button', { type: 'button' }, ['Cancel ', make('kbd', {}, ['Esc'])]);
    const row = make('div', { class: 'row' }, [save, cancel]);
    item.querySelector('.prose')?.after(verdict, row);
    words.setAttribute('contenteditable', 'plaintext-only');
    words.setAttribute('role', 'textbox');
    words.setAttribute('aria-label', 'Text of the statement');
    bar.remove();
    words.focus();
    getSelection()?.selectAllChildren(words);
    getSelection()?.collapseToEnd();
    let asked = 0;
    let timer = 0;

    async function verify() {
      const turn = ++asked;
      try {
        const answer = await ask('/api/verify', { id: item.dataset.id, text: plain(words) });
        if (turn === asked && words instanceof HTMLElement && words.isContentEditable) {
          showVerdict(verdict, words, answer);
        }
      } catch (error) {
        complain(error);
      }
    }

    function wait() {
      clearTimeout(timer);
      timer = setTimeout(verify, PAUSE);
    }

    /** @param {string} text */
    function close(text) {
      clearTimeout(timer);
      asked += 1;
      CSS.highlights?.delete('unsupported');
      for (const name of ['contenteditable', 'role', 'aria-label']) words?.removeAttribute(name);
      if (words) words.textContent = text;
      words?.removeEventListener('input', wait);
      words?.removeEventListener('keydown', onKey);
      verdict.remove();
      row.remove();
      item.focus({ preventScroll: true });
    }

    async function keep() {
      const text = plain(words);
      if (text === before) return close(before);
      if (!await decide({ action: 'edit', about: about(item), text })) return;
      close(text);
      drawItem(item, /** @type {Standing} */ (standing(item)));
      goOn(item);
    }

    /** @param {Event} event */
    function onKey(event) {
      if (!(event instanceof KeyboardEvent) || event.isComposing || !['Enter', 'Escape'].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === 'Enter') void keep();
      else close(before);
    }

    words.addEventListener('input', wait);
    words.addEventListener('keydown', onKey);
    save.addEventListener('click', keep);
    cancel.addEventListener('click', () => close(before));
    void verify();
  }

  /** @param {Element | null} words */
  function plain(words) {
    return (words?.textContent ?? '').replace(/\s+/g, ' ').trim();
  }

  /**
   * @param {HTMLElement} box
   * @param {HTMLElement} words
   * @param {{verdict: Verdict, unsupported: [number, number][]}} answer places are code points of the plain text
   */
  function showVerdict(box, words, { verdict, unsupported }) {
    const failed = verdict.guards.filter(({ outcome }) => outcome === 'fail');
    const is = verdict.status === 'supported';
    box.className = `verifying ${verdict.status}`;
    box.replaceChildren(
      make('span', { class: `badge ${verdict.status}` }, [is ? '✓ Supported by what it cites' : `✕ ${verdict.status}`]),
      make(
        'ul',
        {},
        failed.map(({ name, detail }) => make('li', {}, [make('strong', {}, [name]), ': ', make('bdi', {}, [detail])])),
      ),
    );
    if (!('highlights' in CSS)) return;
    const letters = Array.from(plain(words));
    const raw = words.textContent ?? '';
    const ranges = unsupported.flatMap(([start, end]) => {
      const piece = letters.slice(start, end).join('');
      const at = raw.indexOf(piece, letters.slice(0, start).join('').length);
      const node = words.firstChild;
      if (at === -1 || !(node instanceof Text) || words.childNodes.length > 1) return [];
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + piece.length);
      return [range];
    });
    CSS.highlights.set('unsupported', new Highlight(...ranges));
  }

  // ------------------------------------------------------------------ asking

  /**
   * @param {string} title
   * @param {string} text what it is about
   * @param {string} label
   * @param {string[]} choices answers at a click, or by their number
   * @param {boolean} isNeeded whether an empty answer is none
   * @returns {Promise<string | null>} null where it was cancelled
   */
  function prompt(title, text, label, choices, isNeeded) {
    const dialog = /** @type {HTMLDialogElement} */ (part('ask'));
    const answer = /** @type {HTMLTextAreaElement} */ (part('ask-text'));
    part('ask-title').textContent = title;
    part('ask-about').textContent = text.replace(/\s+/g, ' ').trim();
    part('ask-label').textContent = choices.length > 0 ? `${label}: a number, or in your words` : label;
    answer.value = '';
    answer.required = isNeeded;
    return new Promise((resolve) => {
      /** @param {string | null} said */
      const end = (said) => {
        dialog.returnValue = '';
        stop.abort();
        dialog.close();
        resolve(said);
      };
      const stop = new AbortController();
      const { signal } = stop;
      part('ask-reasons').replaceChildren(...choices.map((choice, index) => {
        const button = make('button', { type: 'button' }, [make('kbd', {}, [String(index + 1)]), ` ${choice}`]);
        button.addEventListener('click', () => end(choice), { signal });
        return button;
      }));
      const save = () => {
        const said = answer.value.trim();
        if (said || !isNeeded) end(choices[Number(said) - 1] ?? said);
        else answer.focus();
      };
      part('ask-form').addEventListener('submit', (event) => {
        event.preventDefault();
        save();
      }, { signal });
      answer.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        save();
      }, { signal });
      part('ask-cancel').addEventListener('click', () => end(null), { signal });
      dialog.addEventListener('cancel', (event) => {
        event.preventDefault();
        end(null);
      }, { signal });
      dialog.showModal();
      answer.focus();
    });
  }

  // ------------------------------------------------------------------ what is missing

  /** @returns {{article: string, start: number, end: number, quote: string} | null} what is selected, in code points */
  function selected() {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
    const range = selection.getRangeAt(0);
    const [first, last] = [paragraphOf(range.startContainer), paragraphOf(range.endContainer)];
    const source = first?.closest('.source');
    if (!first || !last || !(source instanceof HTMLElement) || last.closest('.source') !== source) return null;
    const quote = selection.toString();
    const start = place(first, range.startContainer, range.startOffset);
    const end = place(last, range.endContainer, range.endOffset);
    return quote.trim() && end > start ? { article: source.dataset.article ?? '', start, end, quote } : null;
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
  function place(paragraph, node, offset) {
    const range = document.createRange();
    range.setStart(paragraph, 0);
    range.setEnd(node, offset);
    return Number(paragraph.dataset.at) + Array.from(range.toString()).length;
  }

  async function markMissing() {
    const marked = selected();
    if (!marked) return say('Select the words in a source first.');
    const { article, start, end, quote } = marked;
    const said = await prompt(
      'Missing from the summary',
      `“${quote}”`,
      'The fact in your words (or leave it empty)',
      [],
      false,
    );
    if (said === null) return;
    const evidence = [{ article_id: article, start, end }];
    const about = { kind: 'passage', id: article };
    const saved = await decide({ action: 'missing', about, evidence, ...(said && { text: said }) });
    if (saved) getSelection()?.removeAllRanges();
  }

  function offerMissing() {
    const button = part('mark-missing');
    const marked = selected();
    button.hidden = !marked;
    if (!marked) return;
    const at = getSelection()?.getRangeAt(0).getBoundingClientRect();
    button.style.left = `${Math.max(8, Math.min(at?.left ?? 0, innerWidth - 220))}px`;
    button.style.top = `${Math.min((at?.bottom ?? 0) + 8, innerHeight - 48)}px`;
  }

  // ------------------------------------------------------------------ events

  const bar = make('div', { class: 'decide', role: 'group', 'aria-label': 'Decide' }, []);

  /** Put the buttons under the item that keys act on. */
  function offer() {
    const item = current();
    const canDecide = item && (standing(item) || item.dataset.kind === 'claim') &&
      !item.querySelector('[contenteditable]');
    if (!canDecide) return bar.remove();
    const can = Object.entries(decisions).filter(([key]) => key !== 'e' || item.dataset.kind === 'statement');
    bar.replaceChildren(...can.map(([key, [name, act]]) => {
      const button = make('button', { type: 'button' }, [`${name} `, make('kbd', {}, [key])]);
      button.addEventListener('click', () => act(item));
      return button;
    }));
    if (bar.parentElement !== item) item.append(bar);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target) || !keysAreOn()) {
      return;
    }
    if (document.querySelector('dialog[open]')) return;
    offer();
    const item = current();
    if (event.key === 'm') {
      event.preventDefault();
      void markMissing();
    } else if (
      decisions[event.key] && item && bar.isConnected && (event.key !== 'e' || item.dataset.kind === 'statement')
    ) {
      event.preventDefault();
      decisions[event.key][1](item);
    }
  }

  document.addEventListener('keydown', onKey);
  document.addEventListener('click', offer);
  document.addEventListener('selectionchange', offerMissing);
  part('mark-missing').addEventListener('pointerdown', (event) => event.preventDefault()); // keeps the selection
  part('mark-missing').addEventListener('click', () => void markMissing());
  ask('/api/review').then((answer) => {
    history.push(...answer.decisions);
    part('reviewer').textContent = `as ${answer.by}`;
    draw(answer.standing);
  }, complain);
})();
