/** Marks what `spatialnet/views/html.py` writes for readers of a saved notebook. */
export const MARK = 'spatialnet-saved';

/** The kind of output that needs a living model in the kernel. */
export const WIDGET = 'application/vnd.jupyter.widget-view+json';

/** How JupyterLab's widgets begin to say that there is none. */
export const GONE = 'Error displaying widget';

/** What is needed of JupyterLab's renderers, whose packages this file does not import. */
export interface IRenderer {
  readonly node: { textContent: string | null };
  renderModel(model: IOutput): Promise<void>;
  addWidget?(widget: IRenderer): void;
}

/** One output of a cell. */
export interface IOutput {
  readonly data: { readonly [mimeType: string]: unknown };
}

/** What makes the renderers of a notebook. */
export interface IRendererFactory {
  createRenderer(mimeType: string): IRenderer;
}

/**
 * Let figures of spatialnet show their saved picture where their widget has no model any more.
 *
 * A notebook that is opened again brings no widgets with it, and JupyterLab then shows an error in place of each, even if the
 * output holds a picture as well. (In notebooks that are not trusted it takes the picture by itself.)
 *
 * @param factory - The `rendermime` of a notebook; its `createRenderer` is replaced.
 * @returns Puts the original back.
 */
export function showSavedPictures(factory: IRendererFactory): () => void {
  const original = factory.createRenderer;
  const create = original.bind(factory);
  const replaced = (mimeType: string): IRenderer => {
    const renderer = create(mimeType);
    if (mimeType !== WIDGET) {
      return renderer;
    }
    const render = renderer.renderModel.bind(renderer);
    renderer.renderModel = async output => {
      await render(output);
      const saved = output.data['text/html'];
      if (
        renderer.addWidget &&
        typeof saved === 'string' &&
        saved.includes(MARK) &&
        renderer.node.textContent?.startsWith(GONE)
      ) {
        const picture = create('text/html');
        await picture.renderModel(output);
        renderer.node.textContent = '';
        renderer.addWidget(picture);
      }
    };
    return renderer;
  };
  factory.createRenderer = replaced;
  return () => {
    if (factory.createRenderer === replaced) {
      factory.createRenderer = original;
    }
  };
}
