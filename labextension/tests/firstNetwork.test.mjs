import assert from 'node:assert/strict';
import { test } from 'node:test';

import { choosePythonKernel, FIRST_NETWORK, notebookOf } from '../lib/firstNetwork.js';

const python3 = { name: 'python3', language: 'python', display_name: 'Python 3' };
const conda = { name: 'conda', language: 'Python', display_name: 'Conda' };
const julia = { name: 'julia', language: 'julia', display_name: 'Julia' };

test('the default kernel is chosen when it speaks Python', () => {
  assert.equal(choosePythonKernel('conda', [julia, python3, conda]), conda);
});

test('another Python is chosen when the default speaks something else', () => {
  assert.equal(choosePythonKernel('julia', [julia, undefined, python3]), python3);
});

test('without a Python kernel the choice is left to JupyterLab', () => {
  assert.equal(choosePythonKernel('julia', [julia]), undefined);
  assert.deepEqual(notebookOf(FIRST_NETWORK, undefined).metadata, {});
});

test('the notebook names its kernel', () => {
  assert.equal(notebookOf(FIRST_NETWORK, python3).metadata.kernelspec.name, 'python3');
});

test('the notebook is nbformat 4.5: ids are unique and only code cells have outputs', () => {
  const { cells, nbformat, nbformat_minor } = notebookOf(FIRST_NETWORK, python3);
  assert.deepEqual([nbformat, nbformat_minor], [4, 5]);
  assert.equal(new Set(cells.map(cell => cell.id)).size, cells.length);
  for (const cell of cells) {
    assert.match(cell.id, /^[a-zA-Z0-9_-]{1,64}$/);
    assert.equal('outputs' in cell, cell.cell_type === 'code');
  }
});

test('the first network tells the whole story', () => {
  const code = FIRST_NETWORK.filter(cell => cell.type === 'code').map(cell => cell.source).join('\n');
  for (const verb of ['net.create(', '.preview(', 'net.connect(', 'net.record(', 'net.simulate(', '.raster(']) {
    assert.ok(code.includes(verb), verb);
  }
});
