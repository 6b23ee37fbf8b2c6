// @ts-check
'use strict';

// The page works without this script: citations are links to anchors. It adds the exact passage, where it
// spans several pieces, stepping through citations, and saying aloud what is shown.
(() => {
  /** @type {HTMLAnchorElement[]} */
  const links = Array.from(document.querySelectorAll('a.cite'));
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)');

  /** @type {number} The place of the shown citation in `links`, or -1. */
  let current = -1;

  /**
   * @param {string} id
   * @returns {HTMLElement}
   */
  function part(id) {
    const element = document.getElementById(id);
    if (!element) throw new Error(`the page has no #${id}`);
    return element;
  }

  /**
   * @param {string} key
   * @returns {HTMLElement[]} the pieces of a passage, in reading order
   */
  function pieces(key) {
    return Array.from(document.querySelectorAll(`mark[data-cites~="${key}"]`));
  }

  /** @param {string} hash '' for none. Addresses that cannot be changed (about:srcdoc) stay as they are. */
  function remember(hash) {
    try {
      history.replaceState(null, '', window.location.href.split('#')[0] + hash);
    } catch {
      // Only the address bar would have been nicer.
    }
  }

  /** @returns {ScrollBehavior} */
  function pace() {
    return calm.matches ? 'auto' : 'smooth';
  }

  /**
   * Bring a passage into view: in the pane alone where there is one, so that the summary stays where it is.
   * @param {HTMLElement} passage
   */
  function reveal(passage) {
    const pane = part('sources');
    if (getComputedStyle(pane).overflowY === 'auto') {
      const above = passage.getBoundingClientRect().top - pane.getBoundingClientRect().top;
      pane.scrollBy({ top: above - pane.clientHeight / 3, behavior: pace() });
    } else {
      passage.scrollIntoView({ block: 'center', behavior: pace() });
    }
  }

  function unmark() {
    for (const element of document.querySelectorAll('.is-shown')) element.classList.remove('is-shown');
    for (const link of links) link.removeAttribute('aria-current');
  }

  function clear() {
    unmark();
    current = -1;
    part('stepper').hidden = true;
    part('note').textContent = '';
    remember('');
  }

  /** @param {number} index the place of a citation in `links` */
  function show(index) {
    const link = links[index];
    const key = link.dataset.cite ?? '';
    const passage = pieces(key);
    unmark();
    current = index;
    link.setAttribute('aria-current', 'true');
    link.classList.add('is-shown');
    for (const piece of passage) piece.classList.add('is-shown');
    for (const bar of document.querySelectorAll(`[data-bar~="${key}"]`)) bar.classList.add('is-shown');
    announce(link, index, passage.map((piece) => piece.textContent).join(''));
    remember(`#${key}`);
    reveal(passage[0]);
  }

  /**
   * @param {HTMLAnchorElement} link
   * @param {number} index
   * @param {string} quote
   */
  function announce(link, index, quote) {
    const source = link.dataset.source ?? '';
    part('stepper').hidden = false;
    part('stepper-source').textContent = source;
    part('stepper-place').textContent = `${index + 1} of ${links.length}`;
    part('note').textContent = `${source}: “${quote}”`;
  }

  /**
   * Show a neighbour and take the keyboard along, so that Tab goes on from there.
   * @param {number} by
   * @param {boolean} takeFocus
   */
  function step(by, takeFocus) {
    if (links.length === 0) return;
    const from = current === -1 && by < 0 ? 0 : current;
    const index = (from + by + links.length) % links.length;
    if (takeFocus) links[index].focus({ preventScroll: true });
    links[index].scrollIntoView({ block: 'nearest' });
    show(index);
  }

  function back() {
    if (current === -1) return;
    links[current].scrollIntoView({ block: 'center', behavior: pace() });
    links[current].focus({ preventScroll: true });
  }

  /** A click on a passage shows the citations that rest on it, one after the other. @param {Element} piece */
  function showCitationsOf(piece) {
    const keys = (piece.getAttribute('data-cites') ?? '').split(' ');
    const places = links.flatMap((link, index) => (keys.includes(link.dataset.cite ?? '') ? [index] : []));
    const index = places.find((place) => place > current) ?? places[0];
    links[index].scrollIntoView({ block: 'nearest' });
    show(index);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    const link = target.closest('a.cite');
    if (event.key === ' ' && link instanceof HTMLElement) {
      event.preventDefault();
      link.click();
    } else if (event.key === 'Escape') {
      clear();
    } else if (keysAreOn() && (event.key === 'n' || event.key === 'p')) {
      step(event.key === 'n' ? 1 : -1, true);
    }
  }

  /** Single keys can be turned off: speech input and slips of the hand press them too (WCAG 2.1.4). */
  function keysAreOn() {
    const box = part('keys');
    return box instanceof HTMLInputElement && box.checked;
  }

  /** @param {MouseEvent} event */
  function onClick(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element)) return;
    const link = event.target.closest('a.cite');
    const piece = event.target.closest('mark');
    if (link instanceof HTMLAnchorElement) {
      event.preventDefault();
      show(links.indexOf(link));
    } else if (piece && window.getSelection()?.isCollapsed) {
      showCitationsOf(piece);
    }
  }

  function followAddress() {
    const index = links.findIndex((link) => link.hash === window.location.hash);
    if (index !== -1) show(index);
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
    for (const source of document.querySelectorAll('.source')) watcher.observe(source);
  }

  document.documentElement.classList.add('has-script');
  document.addEventListener('click', onClick);
  document.addEventListener('keydown', onKey);
  window.addEventListener('hashchange', followAddress);
  part('previous').addEventListener('click', () => step(-1, false));
  part('next').addEventListener('click', () => step(1, false));
  part('back').addEventListener('click', back);
  part('clear').addEventListener('click', clear);
  watchShelf();
  followAddress();
})();
