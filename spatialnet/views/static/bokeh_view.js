// The page's half of BokehView (see bokeh_view.py): builds the document, follows its patches, sends what the user
// changes, wears the theme of the page, and takes the keyboard.

// ---- BokehJS ---------------------------------------------------------------------------------------------------

const SHELF = Symbol.for('spatialnet.bokehjs'); // page-wide: one load per version, whichever kernel brought it

function loadBokehJS(version, part) {
  const shelf = (window[SHELF] ??= new Map());
  if (!shelf.has(version)) {
    const loading = load(version, part);
    loading.catch(() => shelf.delete(version)); // a failure may be tried again
    shelf.set(version, loading);
  }
  return shelf.get(version);
}

async function load(version, part) {
  const present = window.Bokeh?.[version] ?? (window.Bokeh?.version === version ? window.Bokeh : undefined);
  if (present) return present;
  const bytes = new Blob([part]).stream().pipeThrough(new DecompressionStream('gzip'));
  const code = await new Response(bytes).blob();
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  try {
    await new Promise((resolve, reject) => {
      // A classic script, not a module: BokehJS attaches itself to `this`, which must be the window.
      const script = document.createElement('script');
      script.onload = resolve;
      script.onerror = () => reject(new Error('the page refused to run BokehJS'));
      script.src = url;
      document.head.append(script);
    });
  } finally {
    URL.revokeObjectURL(url);
  }
  return window.Bokeh[version] ?? window.Bokeh;
}

// ---- Theme -----------------------------------------------------------------------------------------------------

function pageTheme() {
  const { body } = document;
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === 'false' ? 'dark' : 'light';
  if (body.dataset.vscodeThemeKind) return body.dataset.vscodeThemeKind.includes('light') ? 'light' : 'dark';
  if (document.documentElement.hasAttribute('theme')) return document.documentElement.getAttribute('theme');
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

function onThemeChange(callback) {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributes: true, attributeFilter: ['data-jp-theme-light', 'data-vscode-theme-kind'] });
  const media = matchMedia('(prefers-color-scheme: dark)');
  media.addEventListener('change', callback);
  return () => {
    observer.disconnect();
    media.removeEventListener('change', callback);
  };
}

// Every model may carry its clothes for both themes in its tags (see figures/style.py).
function dress(doc, theme) {
  for (const model of doc.all_models) {
    for (const tag of model.tags ?? []) {
      const held = entry(tag, 'spatialnet');
      const clothes = held && entry(held, theme);
      if (clothes) model.setv(Object.fromEntries(entries(clothes)), { sync: false });
    }
  }
}

// Bokeh gives mappings as Map or as plain objects, depending on how they were sent.
const entry = (mapping, key) => (mapping instanceof Map ? mapping.get(key) : mapping?.[key]);
const entries = (mapping) => (mapping instanceof Map ? [...mapping] : Object.entries(mapping));

// ---- The view --------------------------------------------------------------------------------------------------

function buffersById(ids, buffers) {
  return new Map(ids.map((id, k) => [id, arrayBuffer(buffers[k])]));
}

function arrayBuffer(data) {
  if (data instanceof ArrayBuffer) return data;
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
}

async function render({ model, el }) {
  const id = crypto.randomUUID?.() ?? String(Math.random());
  const frame = Object.assign(document.createElement('div'), { className: 'spatialnet-view', tabIndex: 0 });
  const place = Object.assign(document.createElement('div'), { className: 'spatialnet-figure' });
  const status = Object.assign(document.createElement('div'), { className: 'spatialnet-status' });
  status.setAttribute('role', 'status'); // read out politely when it changes
  frame.setAttribute('role', 'application'); // the arrow keys are ours, not the screen reader's
  frame.dataset.lmSuppressShortcuts = 'true'; // nor JupyterLab's, which would move to the next cell
  frame.append(place, status);
  el.append(frame);

  let Bokeh, doc, seq, views, worn;
  let inSight = false;
  let work = Promise.resolve(); // everything that touches the document, one after the other
  let closed = false;
  const inTurn = (task) => {
    work = work.then(() => (closed ? undefined : task())).catch(fail);
    return work;
  };
  const tell = (message, buffers) => {
    try {
      model.send({ ...message, view: id }, undefined, buffers);
    } catch {
      // After a restart nobody listens any more; the figure stays as it was.
      status.textContent = 'The kernel that made this figure is gone. Run the cell again to choose nodes.';
      status.hidden = false;
    }
  };
  const fail = (error) => {
    console.error(error);
    status.textContent = `The figure could not be shown: ${error.message ?? error}`;
    tell({ kind: 'error', text: String(error.message ?? error) });
  };

  const words = () => {
    status.textContent = model.get('status');
    status.hidden = !model.get('status');
    frame.setAttribute('aria-label', model.get('description') || 'figure');
  };
  const redress = () => {
    if (!doc || !inSight || worn === pageTheme()) return;
    worn = pageTheme();
    dress(doc, worn);
    // A legend forgets its size when it is drawn anew; once it has one again, its plot makes room for it.
    requestAnimationFrame(() => {
      for (const view of views?.query((one) => one.model.type === 'Figure') ?? []) view.invalidate_layout();
    });
  };

  function clear() {
    if (views) for (const view of [...views]) view.remove();
    doc?.remove_on_change(send);
    place.replaceChildren();
    doc = views = undefined;
  }

  async function show({ content, ids, seq: at }, buffers) {
    clear();
    const { Document } = Bokeh.require('document/document');
    doc = Document.from_json(JSON.parse(content), undefined, buffersById(ids, buffers));
    seq = at;
    worn = pageTheme();
    dress(doc, worn);
    views = await Bokeh.embed.add_document_standalone(doc, place, []);
    doc.on_change(send, true);
  }

  function send(event) {
    const events = (event.events ?? [event]).filter((one) => one.sync);
    if (!events.length) return;
    const { Buffer } = Bokeh.require('core/serialization/index');
    const ids = [], buffers = [];
    const content = JSON.stringify(doc.create_json_patch(events), (_, value) => {
      if (!(value instanceof Buffer)) return value;
      ids.push(String(ids.length));
      buffers.push(value.buffer);
      return { id: ids.at(-1) };
    });
    tell({ kind: 'patch', content, ids }, buffers);
  }

  function follow(message, buffers) {
    if (message.kind === 'snapshot' && message.to === id) {
      void inTurn(() => show(message, buffers));
    } else if (message.kind === 'patch') {
      void inTurn(() => {
        if (!doc || message.seq <= seq) return; // the snapshot had it already
        if (message.seq > seq + 1) return check(); // one was missed
        seq = message.seq;
        if (message.not_to === id) return;
        doc.apply_json_patch(JSON.parse(message.content), buffersById(message.ids, buffers));
        dress(doc, worn); // models that are new, or have new clothes
      });
    }
  }
  const check = () => tell({ kind: 'check', seq });

  frame.addEventListener('pointerdown', () => frame.focus({ preventScroll: true }));
  frame.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') frame.blur();
    else if (model.get('taken_keys').includes(event.key)) tell({ kind: 'key', key: event.key });
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  model.on('msg:custom', follow);
  model.on('change:status', words);
  model.on('change:description', words);
  const forget = onThemeChange(redress);
  // JupyterLab does not lay out cells that are scrolled away (content-visibility). New clothes change sizes, and what
  // is measured there is wrong and kept: they wait until they can be seen.
  const watch = new IntersectionObserver((entries) => {
    inSight = entries.at(-1).isIntersecting;
    redress();
  });
  watch.observe(frame);
  words();

  void inTurn(async () => {
    const reference = model.get('bokehjs').replace(/^(IPY_MODEL_|anywidget:)/, '');
    const carrier = await model.widget_manager.get_model(reference);
    Bokeh = await loadBokehJS(carrier.get('version'), carrier.get('part'));
    if (closed) return;
    const snapshot = model.get('_snapshot');
    await show(snapshot, snapshot.buffers);
    check(); // what happened since the snapshot was made
  });

  return () => {
    closed = true;
    forget();
    watch.disconnect();
    model.off('msg:custom', follow);
    model.off('change:status', words);
    model.off('change:description', words);
    clear();
  };
}

export default { render };
