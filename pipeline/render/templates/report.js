// @ts-check
'use strict';

// The page works without this script: citations are links to anchors, and all views stand one below the other. The
// script shows one view at a time and the exact passage of a citation, searches, filters, and listens to keys.
const page = (() => {
  const root = document.documentElement;
  const calm = globalThis.matchMedia('(prefers-reduced-motion: reduce)');
  const views = /** @type {HTMLElement[]} */ (all('.view'));
  const tabs = /** @type {HTMLAnchorElement[]} */ (all('.views a'));
  const quotes = new Map(all('a.cite').map((link) => [link, link.getAttribute('title') ?? '']));

  /** @type {HTMLAnchorElement | null} The citation whose passage is shown. */
  let cited = null;
  /** @type {HTMLElement | null} The item that keys act on. */
  let item = null;

  // ------------------------------------------------------------------ parts

  /**
   * @param {string} selector
   * @param {ParentNode} within
   * @returns {HTMLElement[]}
   */
  function all(selector, within = document) {
    return Array.from(within.querySelectorAll(selector));
  }

  /**
   * @param {string} id
   * @returns {HTMLElement}
   */
  function part(id) {
    const element = document.getElementById(id);
    if (!element) throw new Error(`the page has no #${id}`);
    return element;
  }

  /** @param {string} id @returns {HTMLInputElement} */
  function field(id) {
    return /** @type {HTMLInputElement} */ (part(id));
  }

  /**
   * Whether it can be seen at all: not in a closed view, group or filter. Asked of the document alone, because a browser
   * would lay out all that is far below before it answered.
   * @param {Element} element
   */
  function isShown(element) {
    return !element.closest('[hidden], .is-filtered, details.claims:not([open]) > :not(summary)');
  }

  /** @param {string} text said aloud by screen readers */
  function say(text) {
    part('note').textContent = text;
  }

  /** @param {string} hash '' for none. Addresses that cannot be changed (about:srcdoc) stay as they are. */
  function remember(hash) {
    try {
      history.replaceState(null, '', location.href.split('#')[0] + hash);
    } catch {
      // Only the address bar would have been nicer.
    }
  }

  /** @returns {ScrollBehavior} */
  function pace() {
    return calm.matches ? 'auto' : 'smooth';
  }

  // ------------------------------------------------------------------ views and items

  function view() {
    return views.find((section) => !section.hidden) ?? views[0];
  }

  /** Keys act on what can be seen: an item that was filtered out or whose view was left is current no more. */
  function forgetUnseen() {
    if (!item || isShown(item)) return;
    item.classList.remove('is-current');
    item = null;
  }

  /** @param {string} id of a view's heading */
  function openView(id) {
    for (const section of views) section.hidden = section.id !== `view-${id}`;
    forgetUnseen();
    for (const tab of tabs) {
      if (tab.dataset.view === id) tab.setAttribute('aria-current', 'page');
      else tab.removeAttribute('aria-current');
    }
  }

  /** @param {string} id of a view's heading */
  function goTo(id) {
    openView(id);
    remember(`#${id}`);
    globalThis.scrollTo({ top: 0 });
    part(id).focus({ preventScroll: true });
  }

  /** Whatever an address names: a view, a citation's passage, a statement, a source. @param {string} id */
  function open(id) {
    const target = document.getElementById(id);
    const link = /** @type {HTMLAnchorElement | undefined} */ (all(`a.cite[data-cite="${CSS.escape(id)}"]`)[0]);
    if (tabs.some((tab) => tab.dataset.view === id)) goTo(id);
    else if (link) {
      openViewOf(link);
      show(link);
    } else if (target?.closest('.view')) {
      openViewOf(target);
      choose(target);
    } else if (target) reveal(target, 0);
  }

  /** @param {Element} element */
  function openViewOf(element) {
    const section = element.closest('.view');
    if (section) openView(section.id.replace('view-', ''));
    const group = element.closest('details.claims');
    if (group instanceof HTMLDetailsElement) group.open = true;
  }

  function items() {
    return all('.item', view()).filter(isShown);
  }

  /** Make an item the one that keys act on. @param {HTMLElement} chosen */
  function choose(chosen) {
    item?.classList.remove('is-current');
    item = chosen;
    item.classList.add('is-current');
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: 'nearest', behavior: pace() });
  }

  /** Choose an item and show what it rests on first. @param {HTMLElement} chosen */
  function study(chosen) {
    choose(chosen);
    const link = chosen.querySelector('a.cite');
    if (link instanceof HTMLAnchorElement) show(link, hasPane());
  }

  /** @param {number} by */
  function stepItem(by) {
    const shown = items();
    if (shown.length === 0) return;
    const at = item ? shown.indexOf(item) : -1;
    const next = at === -1 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1);
    study(shown[next]);
  }

  function toggleChecks() {
    const about = item?.querySelector('details.about') ?? item?.closest('details.claims');
    if (about instanceof HTMLDetailsElement) about.open = !about.open;
  }

  // ------------------------------------------------------------------ citations

  /**
   * @param {string} key
   * @returns {HTMLElement[]} the pieces of a passage, in reading order
   */
  function pieces(key) {
    return all(`.text [data-cites~="${key}"]`);
  }

  function links() {
    return /** @type {HTMLAnchorElement[]} */ (all('a.cite', view()).filter(isShown));
  }

  /** Whether the sources scroll beside the summary; where they stand below it, going there leaves the summary. */
  function hasPane() {
    return getComputedStyle(part('sources')).overflowY === 'auto';
  }

  /**
   * Bring a passage into view: in the pane alone where there is one, so that the summary stays where it is.
   * @param {HTMLElement} passage
   * @param {number} above the share of the pane's height to leave above it
   */
  function reveal(passage, above = 1 / 3) {
    const pane = part('sources');
    if (!hasPane()) {
      const block = above ? 'center' : 'start';
      jump(() => passage.scrollIntoView({ block, behavior: 'instant' }));
      return;
    }
    const way = () =>
      passage.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight * above;
    if (Math.abs(way()) < pane.clientHeight) pane.scrollBy({ top: way(), behavior: pace() });
    else jump(() => pane.scrollBy({ top: way(), behavior: 'instant' }));
  }

  /**
   * Go where may be screens away, at once: a page that glides there stops short or goes too far. What it passes is laid
   * out only when it comes near, and turns out longer or shorter than was reckoned with, so it is gone to again.
   * @param {() => void} go
   * @param {number} frames in which what is near may still move
   */
  function jump(go, frames = 8) {
    go();
    if (frames > 0) requestAnimationFrame(() => jump(go, frames - 1));
  }

  function unmark() {
    for (const element of all('.is-shown')) element.classList.remove('is-shown');
    cited?.removeAttribute('aria-current');
  }

  function clear() {
    unmark();
    cited = null;
    part('stepper').hidden = true;
    say('');
    remember('');
  }

  /**
   * @param {HTMLAnchorElement} link
   * @param {boolean} goesThere whether its passage is brought into view, or only marked
   */
  function show(link, goesThere = true) {
    const key = link.dataset.cite ?? '';
    const passage = pieces(key);
    unmark();
    hidePreview();
    cited = link;
    link.setAttribute('aria-current', 'true');
    link.classList.add('is-shown');
    for (const piece of passage) piece.classList.add('is-shown');
    for (const bar of all(`[data-bar~="${key}"]`)) bar.classList.add('is-shown');
    const own = link.closest('.item');
    if (own instanceof HTMLElement && own !== item) {
      item?.classList.remove('is-current');
      item = own;
      item.classList.add('is-current');
    }
    announce(link, passage.map((piece) => piece.textContent).join(''));
    if (!goesThere) return;
    remember(`#${key}`);
    reveal(passage[0]);
  }

  /**
   * @param {HTMLAnchorElement} link
   * @param {string} quote
   */
  function announce(link, quote) {
    const source = link.dataset.source ?? '';
    const shown = links();
    part('stepper').hidden = false;
    part('stepper-source').textContent = source;
    part('stepper-place').textContent = `${shown.indexOf(link) + 1} of ${shown.length}`;
    say(`${source}: “${quote}”`);
  }

  /**
   * The place of the neighbour of the shown citation, else of the first citation of the current item, else an end.
   * @param {HTMLAnchorElement[]} shown
   * @param {number} by
   */
  function neighbour(shown, by) {
    const at = cited ? shown.indexOf(cited) : -1;
    const own = item ? shown.findIndex((link) => item?.contains(link)) : -1;
    if (at !== -1 && (own === -1 || item?.contains(cited))) return at + by;
    if (own !== -1) return own;
    return by > 0 ? 0 : -1;
  }

  /**
   * Show a neighbour: from the shown citation, else from the item that keys act on.
   * @param {number} by
   * @param {boolean} takeFocus so that Tab goes on from there
   */
  function step(by, takeFocus) {
    const shown = links();
    if (shown.length === 0) return;
    const link = shown[(neighbour(shown, by) + shown.length) % shown.length];
    if (takeFocus) link.focus({ preventScroll: true });
    link.scrollIntoView({ block: 'nearest' });
    show(link);
  }

  function back() {
    if (!cited) return;
    openViewOf(cited);
    const link = cited;
    jump(() => link.scrollIntoView({ block: 'center', behavior: 'instant' }));
    cited.focus({ preventScroll: true });
  }

  /** A click on a passage shows the citations that rest on it, one after the other. @param {Element} piece */
  function showCitationsOf(piece) {
    const keys = (piece.getAttribute('data-cites') ?? '').split(' ');
    /** @param {HTMLElement} link */
    const rests = (link) => keys.includes(link.dataset.cite ?? '');
    const here = links().filter(rests);
    const own = here.length > 0 ? here : /** @type {HTMLAnchorElement[]} */ (all('.view a.cite').filter(rests));
    const next = own[(cited ? own.indexOf(cited) + 1 : 0) % own.length];
    openViewOf(next);
    next.scrollIntoView({ block: 'nearest' });
    show(next);
  }

  // ------------------------------------------------------------------ previews

  /** @param {HTMLAnchorElement} link */
  function showPreview(link) {
    const box = part('preview');
    const title = quotes.get(link) ?? '';
    part('preview-source').textContent = link.dataset.source ?? '';
    part('preview-quote').textContent = title;
    box.hidden = false;
    const at = link.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left), Math.max(8, innerWidth - box.offsetWidth - 8));
    const below = at.bottom + 6 + box.offsetHeight < innerHeight;
    box.style.left = `${left}px`;
    box.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - box.offsetHeight - 6)}px`;
  }

  /** @param {Event} event */
  function onOver(event) {
    const link = event.target instanceof Element ? event.target.closest('a.cite') : null;
    if (link instanceof HTMLAnchorElement && link !== cited) showPreview(link);
  }

  function hidePreview() {
    part('preview').hidden = true;
  }

  // ------------------------------------------------------------------ search and filter

  /** @type {Range[]} What was found in the sources, in order. */
  let found = [];
  let place = -1;
  /** @type {WeakMap<HTMLElement, string>} Texts that do not change, folded once. */
  const folds = new WeakMap();

  /** Without regard to case and accents. @param {string} text */
  function folded(text) {
    return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  }

  function wanted() {
    return folded(field('search').value).split(/\s+/).filter(Boolean);
  }

  function filter() {
    const words = wanted();
    const onlyMarked = part('filter').getAttribute('aria-pressed') === 'true';
    for (const element of all('.view .item')) {
      const text = words.length > 0 ? folded(element.textContent ?? '') : '';
      const isWanted = words.every((word) => text.includes(word));
      element.classList.toggle('is-filtered', !isWanted || (onlyMarked && !element.hasAttribute('data-attention')));
    }
    forgetUnseen();
    count();
    highlight(words.filter((word) => word.length > 1));
  }

  function count() {
    for (const tab of tabs) {
      const tally = tab.querySelector('.tally');
      if (!(tally instanceof HTMLElement) || tab.dataset.view === 'timeline') continue;
      const section = part(`view-${tab.dataset.view}`);
      const hidden = all('.item.is-filtered', section).length;
      const total = all('.item', section).length;
      tally.textContent = hidden > 0 ? `${total - hidden} of ${total}` : tally.dataset.total ?? '';
      section.classList.toggle('is-empty', total > 0 && hidden === total);
    }
  }

  /** Mark what is searched for, in the summary and in the sources, without touching the document. @param {string[]} words */
  function highlight(words) {
    found = [];
    place = -1;
    part('found').textContent = '';
    if (!('highlights' in CSS)) return;
    CSS.highlights.delete('found');
    CSS.highlights.delete('found-here');
    if (words.length === 0) return;
    const marks = new Highlight();
    for (const area of all('.view .prose, .source .text p')) {
      for (const range of occurrences(area, words)) {
        marks.add(range);
        if (area.closest('.source')) found.push(range);
      }
    }
    CSS.highlights.set('found', marks);
    part('found').textContent = `${found.length} in the sources`;
  }

  /**
   * @param {HTMLElement} area
   * @param {string[]} words folded
   * @returns {Range[]}
   */
  function occurrences(area, words) {
    const isSource = area.closest('.source') !== null; // texts of the summary change while it is reviewed
    const text = (isSource ? folds.get(area) : undefined) ?? folded(area.textContent ?? '');
    if (isSource) folds.set(area, text);
    if (!words.some((word) => text.includes(word))) return [];
    const letters = lettersOf(area);
    const whole = letters.map(({ fold }) => fold).join('');
    const starts = letters.flatMap(({ fold }, index) => Array(fold.length).fill(index));
    const ranges = [];
    for (const word of words) {
      for (let at = whole.indexOf(word); at !== -1; at = whole.indexOf(word, at + word.length)) {
        const [first, last] = [letters[starts[at]], letters[starts[at + word.length - 1]]];
        const range = document.createRange();
        range.setStart(first.node, first.start);
        range.setEnd(last.node, last.end);
        ranges.push(range);
      }
    }
    return ranges;
  }

  /** The letters of an element, with what each folds to: nothing, one letter or several. @param {HTMLElement} area */
  function lettersOf(area) {
    const walker = document.createTreeWalker(area, NodeFilter.SHOW_TEXT);
    const letters = [];
    while (walker.nextNode()) {
      const node = /** @type {Text} */ (walker.currentNode);
      let start = 0;
      for (const letter of node.data) {
        letters.push({ node, start, end: start + letter.length, fold: folded(letter) });
        start += letter.length;
      }
    }
    return letters;
  }

  /** @param {number} by */
  function stepFound(by) {
    if (found.length === 0) return;
    place = (place + by + found.length) % found.length;
    CSS.highlights.set('found-here', new Highlight(found[place]));
    const holder = found[place].startContainer.parentElement;
    if (holder) reveal(holder);
    part('found').textContent = `${place + 1} of ${found.length} in the sources`;
  }

  function toggleFilter() {
    const button = part('filter');
    button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
    filter();
  }

  // ------------------------------------------------------------------ events

  /** Single keys can be turned off: speech input and slips of the hand press them too (WCAG 2.1.4). */
  function keysAreOn() {
    return field('keys').checked;
  }

  /** @param {EventTarget | null} target whether keys go into a text there */
  function isTyping(target) {
    if (!(target instanceof HTMLElement)) return false;
    return target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select');
  }

  /** @type {Record<string, () => void>} */
  const actions = {
    n: () => step(1, true),
    p: () => step(-1, true),
    ArrowRight: () => step(1, true),
    ArrowLeft: () => step(-1, true),
    j: () => stepItem(1),
    k: () => stepItem(-1),
    o: toggleChecks,
    f: toggleFilter,
    '/': () => field('search').select(),
    '?': () => /** @type {HTMLDialogElement} */ (part('help')).showModal(),
  };

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.id === 'search') onSearchKey(event);
    if (isTyping(target) || document.querySelector('dialog[open]')) return;
    const link = target.closest('a.cite');
    if (event.key === ' ' && link instanceof HTMLElement) {
      event.preventDefault();
      link.click();
    } else if (event.key === 'Escape') {
      hidePreview();
      clear();
    } else if (keysAreOn()) {
      const digit = '12345678'.indexOf(event.key);
      const action = digit !== -1 && tabs[digit] ? () => goTo(tabs[digit].dataset.view ?? '') : actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    }
  }

  /** @param {KeyboardEvent} event */
  function onSearchKey(event) {
    if (event.key === 'Enter') stepFound(event.shiftKey ? -1 : 1);
    if (event.key !== 'Escape') return;
    event.preventDefault();
    field('search').value = '';
    field('search').blur();
    filter();
  }

  /** @param {MouseEvent} event */
  function onClick(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element)) return;
    const link = event.target.closest('a');
    const piece = event.target.closest('.text [data-cites]');
    if (link instanceof HTMLAnchorElement && link.matches('.cite')) {
      event.preventDefault();
      show(link);
    } else if (link?.matches('.views a, .attention a, .told a')) {
      event.preventDefault();
      open(link.hash.slice(1));
    } else if (piece && getSelection()?.isCollapsed) {
      showCitationsOf(piece);
    } else {
      const own = event.target.closest('.view .item');
      if (own instanceof HTMLElement && !link && own !== item && getSelection()?.isCollapsed) choose(own);
    }
  }

  function followAddress() {
    if (location.hash.length > 1) open(decodeURIComponent(location.hash.slice(1)));
  }

  /** Mark, on the shelf, the source that is being read. */
  function watchShelf() {
    const watcher = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const entry = document.querySelector(`.shelf a[href="#${target.id}"]`);
          if (isIntersecting) entry?.setAttribute('aria-current', 'true');
          else entry?.removeAttribute('aria-current');
        }
      },
      { rootMargin: '-45% 0px -54% 0px' },
    );
    for (const source of all('.source')) watcher.observe(source);
  }

  function watchPreviews() {
    for (const link of quotes.keys()) link.removeAttribute('title');
    for (const kind of ['pointerover', 'focusin']) part('summary').addEventListener(kind, onOver);
    for (const kind of ['pointerout', 'focusout']) part('summary').addEventListener(kind, hidePreview);
    addEventListener('scroll', hidePreview, { passive: true });
  }

  /** Whether single keys act is remembered where the browser lets a page remember. */
  function rememberKeys() {
    try {
      field('keys').checked = localStorage.getItem('single-keys') !== 'off';
      part('keys').addEventListener('change', () => localStorage.setItem('single-keys', keysAreOn() ? 'on' : 'off'));
    } catch {
      // Then they act anew each time.
    }
  }

  root.classList.add('has-script');
  rememberKeys();
  openView('statements');
  document.addEventListener('click', onClick);
  document.addEventListener('keydown', onKey);
  addEventListener('hashchange', followAddress);
  part('previous').addEventListener('click', () => step(-1, false));
  part('next').addEventListener('click', () => step(1, false));
  part('back').addEventListener('click', back);
  part('clear').addEventListener('click', clear);
  part('filter').addEventListener('click', toggleFilter);
  part('help-button').addEventListener('click', actions['?']);
  part('search').addEventListener('input', filter);
  watchShelf();
  watchPreviews();
  followAddress();

  return { all, part, say, study, reveal, isShown, isTyping, keysAreOn, current: () => item };
})();
