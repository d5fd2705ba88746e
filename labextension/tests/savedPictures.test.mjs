import assert from 'node:assert/strict';
import { test } from 'node:test';

import { GONE, MARK, showSavedPictures, WIDGET } from '../lib/savedPictures.js';

/** Renderers that note what they show; widgets say `words`. */
function factory(words) {
  return {
    createRenderer(mimeType) {
      return {
        mimeType,
        node: { textContent: '' },
        shown: [],
        async renderModel(output) {
          this.node.textContent = mimeType === WIDGET ? words : output.data[mimeType];
        },
        addWidget(widget) {
          this.shown.push(widget);
        }
      };
    }
  };
}

const saved = { data: { 'text/html': `<div class="${MARK}">picture</div>` } };

async function rendered(words, output = saved, mimeType = WIDGET) {
  const rendermime = factory(words);
  showSavedPictures(rendermime);
  const renderer = rendermime.createRenderer(mimeType);
  await renderer.renderModel(output);
  return renderer;
}

test('a widget without a model shows the saved picture', async () => {
  const renderer = await rendered(`${GONE}: model not found`);
  assert.equal(renderer.node.textContent, '');
  assert.deepEqual(renderer.shown.map(one => one.node.textContent), [saved.data['text/html']]);
});

test('a living widget, a figure of somebody else and other outputs are left alone', async () => {
  assert.deepEqual((await rendered('')).shown, []);
  assert.deepEqual((await rendered(GONE, { data: { 'text/html': '<b>other</b>' } })).shown, []);
  assert.deepEqual((await rendered(GONE, { data: {} })).shown, []);
  assert.deepEqual((await rendered(GONE, saved, 'text/html')).shown, []);
});

test('what was replaced can be put back, unless somebody has replaced it again', () => {
  const rendermime = factory('');
  const original = rendermime.createRenderer;
  const undo = showSavedPictures(rendermime);
  assert.notEqual(rendermime.createRenderer, original);
  undo();
  undo();
  assert.equal(rendermime.createRenderer, original);
  const later = showSavedPictures(rendermime);
  const other = () => null;
  rendermime.createRenderer = other;
  later();
  assert.equal(rendermime.createRenderer, other);
});
