/**
 * The text of a first network, as a notebook. Plain data and functions without any JupyterLab import, so that
 * `node --test` can check them.
 */

/** One cell of the first network. */
export interface ISnippetCell {
  readonly type: 'markdown' | 'code';
  readonly source: string;
}

/** The part of a kernel specification that decides whether a kernel can run the snippet. */
export interface IKernelLanguage {
  readonly name: string;
  readonly language: string;
  readonly display_name: string;
}

/** A first network, cell by cell: describe, look before connecting, connect, simulate, look at the result. */
export const FIRST_NETWORK: readonly ISnippetCell[] = [
  {
    type: 'markdown',
    source: '# A first network\n\nRun the cells from top to bottom (Shift+Enter).'
  },
  {
    type: 'code',
    source: [
      'import spatialnet as sn',
      '',
      'net = sn.Network(seed=1)',
      'exc = net.create("iaf_psc_alpha", sn.grid([20, 20], extent=[2., 2.], edge_wrap=True), name="E")',
      'noise = net.create("poisson_generator", rate=1_000.0)',
      'exc'
    ].join('\n')
  },
  {
    type: 'code',
    source: [
      'near = sn.circular(radius=0.6)                  # which pairs may connect',
      'decay = sn.gaussian(sn.distance, std=0.3)       # how likely they do',
      'near.preview(exc, p=decay)'
    ].join('\n')
  },
  {
    type: 'code',
    source: [
      'lateral = net.connect(exc, exc, sn.pairwise_bernoulli(p=0.5 * decay, mask=near),',
      '                      sn.static_synapse(weight=20., delay=0.5 + sn.distance / 0.3), name="E→E")',
      'net.connect(noise, exc, sn.all_to_all(), sn.static_synapse(weight=55.))',
      'lateral                                         # click a neuron to see its targets'
    ].join('\n')
  },
  {
    type: 'code',
    source: [
      'net.record(exc, "spikes")',
      'data = net.simulate(500.)',
      'data.spatialnet.raster()'
    ].join('\n')
  }
];

/**
 * Choose the kernel a new notebook starts with.
 *
 * @param defaultName - The server's default kernel, if it names one.
 * @param specs - The kernels the server offers.
 * @returns The default when it speaks Python, else the first that does, else `undefined`: JupyterLab then asks.
 */
export function choosePythonKernel(
  defaultName: string | undefined,
  specs: readonly (IKernelLanguage | undefined)[]
): IKernelLanguage | undefined {
  const pythons = specs.filter(
    (spec): spec is IKernelLanguage => spec?.language.toLowerCase() === 'python'
  );
  return pythons.find(spec => spec.name === defaultName) ?? pythons[0];
}

/**
 * Make a notebook of cells.
 *
 * @param cells - What it holds.
 * @param kernel - The kernel it opens with; without one JupyterLab asks.
 * @returns The JSON of an nbformat 4.5 notebook.
 */
export function notebookOf(
  cells: readonly ISnippetCell[],
  kernel: IKernelLanguage | undefined
) {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: kernel
      ? {
          kernelspec: {
            name: kernel.name,
            display_name: kernel.display_name,
            language: kernel.language
          }
        }
      : {},
    cells: cells.map((cell, i) => ({
      id: `first-network-${i}`,
      cell_type: cell.type,
      source: cell.source,
      metadata: {},
      ...(cell.type === 'code' ? { execution_count: null, outputs: [] } : {})
    }))
  };
}
